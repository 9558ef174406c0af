/*
 * pool - a fixed set of threads that run one function together
 *
 * The caller is thread 0 and works too, so a pool of one starts no thread.  One pool is used by one
 * thread at a time.
 *
 * Results may not depend on the number of threads or on timing.  So what is summed is cut into
 * pieces by its shape alone, each piece has a place of its own for its result, and places are added
 * up in their order.
 */
#ifndef POOL_H
#define POOL_H

#include <stddef.h>

#include "err.h"

struct pool;

/* pool_create - @threads is 1 or more; NULL with @e set when a thread cannot be started */
struct pool *pool_create(int threads, struct err *e);
void pool_free(struct pool *pool); /* NULL is allowed */

int pool_threads(const struct pool *pool);

/* pool_run - call task(arg, thread) on every thread, thread 0..threads-1; returns when all have */
void pool_run(struct pool *pool, void (*task)(void *arg, int thread), void *arg);

/*
 * pool_each - call piece(arg, thread, i) once for each i in 0..n-1; a thread takes the next when it
 * is free
 */
void pool_each(struct pool *pool, int n, void (*piece)(void *arg, int thread, int i), void *arg);

/*
 * pool_share - the part [*begin, *end) of 0..n-1 that belongs to @thread
 *
 * Parts are contiguous, in order, cover 0..n-1 and begin at multiples of @grain.  For work on
 * elements that know nothing of one another.
 */
void pool_share(size_t n, size_t grain, int thread, int threads, size_t *begin, size_t *end);

#endif

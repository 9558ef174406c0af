/*
 * pool - a fixed set of threads that run one function together
 *
 * The caller is thread 0 and works too, so a pool of one starts no thread.  Only one thread may use
 * a pool at a time.
 *
 * Results must not depend on the number of threads or on timing.  So users cut a sum into pieces by
 * its shape alone, keep the result of each piece in a place of its own, and add these up in order.
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

/* pool_run - call task(arg, thread) once on each thread 0..threads-1; returns when all are done */
void pool_run(struct pool *pool, void (*task)(void *arg, int thread), void *arg);

/*
 * pool_each - call piece(arg, thread, i) once for each i in 0..n-1
 *
 * A free thread takes the next i.  Returns when all are done.
 */
void pool_each(struct pool *pool, int n, void (*piece)(void *arg, int thread, int i), void *arg);

/*
 * pool_share - the part [*begin, *end) of 0..n-1 that belongs to @thread
 *
 * The parts are contiguous and in order, and cover 0..n-1.  For work whose elements are independent
 * of one another.
 */
void pool_share(size_t n, int thread, int threads, size_t *begin, size_t *end);

#endif

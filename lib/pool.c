/* Threads that wait for work, and how they get it; see pool.h. */
#include "pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Spins before sleeping: a training step has many short passes, each far shorter than a wake-up.
 * With more threads than processors a spinning thread would keep the one it waits for from
 * running.
 */
enum { SPINS = 2000 };

struct pool {
	int threads, spins;
	pthread_t *ids;
	struct worker *workers;
	void (*task)(void *, int);
	void *arg;
	atomic_uint round; /* grows by one with each task; workers wait for it */
	atomic_int working; /* workers that have not finished this round */
	atomic_int quit;
	atomic_int piece; /* the next one of pool_each */
	pthread_mutex_t lock;
	pthread_cond_t start, done;
};

struct worker {
	struct pool *pool;
	int thread;
};

static void *work(void *p)
{
	struct worker *w = p;
	struct pool *pool = w->pool;
	unsigned seen = 0;
	int i;

	for (;;) {
		for (i = 0; i < pool->spins && atomic_load(&pool->round) == seen; i++)
			if (i % 64 == 63)
				sched_yield();
		if (atomic_load(&pool->round) == seen) {
			pthread_mutex_lock(&pool->lock);
			while (atomic_load(&pool->round) == seen)
				pthread_cond_wait(&pool->start, &pool->lock);
			pthread_mutex_unlock(&pool->lock);
		}
		seen = atomic_load(&pool->round);
		if (atomic_load(&pool->quit))
			return NULL;
		pool->task(pool->arg, w->thread);
		if (atomic_fetch_sub(&pool->working, 1) == 1) {
			pthread_mutex_lock(&pool->lock);
			pthread_cond_signal(&pool->done);
			pthread_mutex_unlock(&pool->lock);
		}
	}
}

/* Wake the workers for the next round. */
static void next_round(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	atomic_fetch_add(&pool->round, 1);
	pthread_cond_broadcast(&pool->start);
	pthread_mutex_unlock(&pool->lock);
}

struct pool *pool_create(int threads, struct err *e)
{
	struct pool *pool = calloc(1, sizeof(*pool));
	int i;

	if (!pool || !(pool->ids = calloc((size_t)threads, sizeof(*pool->ids))) ||
	    !(pool->workers = calloc((size_t)threads, sizeof(*pool->workers)))) {
		if (pool)
			free(pool->ids);
		free(pool);
		err_memory(e);
		return NULL;
	}
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->start, NULL);
	pthread_cond_init(&pool->done, NULL);
	pool->threads = 1;
	pool->spins = threads > sysconf(_SC_NPROCESSORS_ONLN) ? 0 : SPINS;
	for (i = 1; i < threads; i++) {
		pool->workers[i] = (struct worker){ pool, i };
		if (pthread_create(&pool->ids[i], NULL, work, &pool->workers[i])) {
			err_set(e, "cannot start thread %d of %d", i + 1, threads);
			pool_free(pool);
			return NULL;
		}
		pool->threads++;
	}
	return pool;
}

void pool_free(struct pool *pool)
{
	int i;

	if (!pool)
		return;
	atomic_store(&pool->quit, 1);
	next_round(pool);
	for (i = 1; i < pool->threads; i++)
		pthread_join(pool->ids[i], NULL);
	pthread_cond_destroy(&pool->start);
	pthread_cond_destroy(&pool->done);
	pthread_mutex_destroy(&pool->lock);
	free(pool->ids);
	free(pool->workers);
	free(pool);
}

int pool_threads(const struct pool *pool)
{
	return pool->threads;
}

void pool_run(struct pool *pool, void (*task)(void *arg, int thread), void *arg)
{
	int i;

	if (pool->threads == 1) {
		task(arg, 0);
		return;
	}
	pool->task = task;
	pool->arg = arg;
	atomic_store(&pool->working, pool->threads - 1);
	next_round(pool);
	task(arg, 0);
	for (i = 0; i < pool->spins && atomic_load(&pool->working); i++)
		if (i % 64 == 63)
			sched_yield();
	pthread_mutex_lock(&pool->lock);
	while (atomic_load(&pool->working))
		pthread_cond_wait(&pool->done, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
}

struct pieces {
	struct pool *pool;
	int n;
	void (*piece)(void *, int, int);
	void *arg;
};

static void take(void *arg, int thread)
{
	struct pieces *p = arg;
	int i;

	while ((i = atomic_fetch_add(&p->pool->piece, 1)) < p->n)
		p->piece(p->arg, thread, i);
}

void pool_each(struct pool *pool, int n, void (*piece)(void *arg, int thread, int i), void *arg)
{
	struct pieces p = { pool, n, piece, arg };

	atomic_store(&pool->piece, 0);
	pool_run(pool, take, &p);
}

void pool_share(size_t n, int thread, int threads, size_t *begin, size_t *end)
{
	size_t t = (size_t)thread, k = (size_t)threads;

	*begin = n * t / k;
	*end = n * (t + 1) / k;
}

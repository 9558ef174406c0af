/* The shares of a pool's threads hold every item once, however many threads there are. */
#include "check.h"
#include "pool.h"

enum { N = 1003 };

struct job {
	int threads, hits[N], thread_of[N];
};

static void count(void *arg, int thread)
{
	struct job *j = arg;
	size_t i, end;

	for (pool_share(N, thread, j->threads, &i, &end); i < end; i++) {
		j->hits[i]++;
		j->thread_of[i] = thread;
	}
}

int main(void)
{
	static struct job j;
	struct pool *pool;
	struct err e;
	int i, round;

	for (j.threads = 1; j.threads <= 5; j.threads++) {
		memset(j.hits, 0, sizeof(j.hits));
		pool = pool_create(j.threads, &e);
		check(pool && pool_threads(pool) == j.threads);
		for (round = 0; round < 200; round++)
			pool_run(pool, count, &j);
		pool_free(pool);
		for (i = 0; i < N; i++)
			check(j.hits[i] == 200);
		for (i = 1; i < N; i++)
			check(j.thread_of[i] == j.thread_of[i - 1] ||
			      j.thread_of[i] == j.thread_of[i - 1] + 1);
	}
	pool_free(NULL);
	return 0;
}

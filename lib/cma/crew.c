/* crew - a job on all threads, each with its own memory; see crew.h */
#include "cma/crew.h"

#include <stdlib.h>

#include "cma/batch.h"

struct work {
	const struct cma_crew *crew;
	const void *job;
	char *helpers; /* (threads) */
	int threads, pairs, chunk;
};

static void *helper_of(const struct work *w, int thread)
{
	return w->helpers + (size_t)thread * w->crew->size;
}

static void run(void *arg, int thread)
{
	const struct work *w = arg;
	int first, left;

	for (first = thread * w->chunk; first < w->pairs; first += w->threads * w->chunk) {
		left = w->pairs - first;
		w->crew->run(w->job, helper_of(w, thread), first,
			     left < w->chunk ? left : w->chunk);
	}
}

int cma_crew_chunk(const struct cma_crew *crew, const struct cma_work *w, const char *what,
		   int most, const void *job, struct err *e)
{
	int n = most;

	while (n > 1 && crew->bytes(job, n) > w->memory)
		n--;
	if (crew->bytes(job, n) <= w->memory)
		return n;
	return cma_no_room(w, what, crew->bytes(job, 1), e);
}

int cma_crew_run(const struct cma_crew *crew, struct pool *pool, const void *job, int pairs,
		 int chunk, struct err *e)
{
	int threads = pool_threads(pool), failed = 0, i;
	struct work w = { crew, job, calloc((size_t)threads, crew->size), threads, pairs, chunk };

	if (!w.helpers)
		return err_memory(e);
	for (i = 0; i < threads && !failed; i++)
		failed = crew->create(helper_of(&w, i), job, e);
	if (!failed)
		pool_run(pool, run, &w);
	for (i = 0; i < threads; i++)
		crew->free(helper_of(&w, i));
	free(w.helpers);
	return failed;
}

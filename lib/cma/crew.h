/*
 * crew - a helper for each thread, with what it needs of memory, and all threads at work
 */
#ifndef CMA_CREW_H
#define CMA_CREW_H

#include "err.h"
#include "pool.h"

struct cma_crew {
	size_t size; /* of a helper, which begins as zeros */
	int (*create)(void *helper, const void *job, struct err *e);
	void (*free)(void *helper); /* also of one whose create failed, or was not called */
	void (*run)(const void *job, void *helper, int thread);
};

/* cma_crew_run - create helpers, run them, free them; -1 with @e when one cannot be created */
int cma_crew_run(const struct cma_crew *crew, struct pool *pool, const void *job, struct err *e);

#endif

/*
 * crew - run a job on all threads of a pool, each with a helper of its own, its scratch memory
 * (private to this room)
 */
#ifndef CMA_CREW_H
#define CMA_CREW_H

#include "err.h"
#include "pool.h"

struct cma_crew {
	size_t size; /* bytes of a helper, which is zeroed at first */
	int (*create)(void *helper, const void *job, struct err *e); /* 0, or -1 with @e */
	void (*free)(void *helper); /* also called if create failed or was not called */
	void (*run)(const void *job, void *helper, int thread);
};

/* cma_crew_run - create helpers, run them, free them; -1 with @e when one cannot be created */
int cma_crew_run(const struct cma_crew *crew, struct pool *pool, const void *job, struct err *e);

#endif

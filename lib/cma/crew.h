/*
 * crew - run a job over many pairs on all threads of a pool, a chunk of pairs at a time (private to
 * this room)
 *
 * Each thread has a helper of its own, which is its scratch memory.  Thread t of T takes chunks t,
 * t + T, t + 2 T ...
 */
#ifndef CMA_CREW_H
#define CMA_CREW_H

#include "cma/cma.h"

struct cma_crew {
	size_t size; /* bytes of a helper, which is zeroed at first */
	size_t (*bytes)(const void *job, int n); /* memory that it needs for chunks of n pairs */
	int (*create)(void *helper, const void *job, struct err *e); /* 0, or -1 with @e */
	void (*free)(void *helper); /* also called if create failed or was not called */
	void (*run)(const void *job, void *helper, int first, int n); /* pairs first, ... */
};

/*
 * cma_crew_chunk - the most pairs of a chunk, up to @most, for which memory suffices
 *
 * @what: one pair, for the message
 *
 * Returns their number, or -1 with @e when w->memory is too small for one pair.
 */
int cma_crew_chunk(const struct cma_crew *crew, const struct cma_work *w, const char *what,
		   int most, const void *job, struct err *e);

/*
 * cma_crew_run - create helpers, run the job over @pairs pairs in chunks of @chunk, free helpers
 *
 * Returns 0, or -1 with @e when a helper cannot be created.
 */
int cma_crew_run(const struct cma_crew *crew, struct pool *pool, const void *job, int pairs,
		 int chunk, struct err *e);

#endif

/*
 * bench - what the benchmarks share: clocks, medians, and giving up with a message
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "err.h"

static inline double bench_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds that have passed */
static inline double wall(void)
{
	return bench_clock(CLOCK_MONOTONIC);
}

/* Seconds of CPU time, of all threads */
static inline double cpu(void)
{
	return bench_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static inline int bench_rising(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The middle one of @n numbers, which are sorted */
static inline double median(double *x, int n)
{
	qsort(x, (size_t)n, sizeof(*x), bench_rising);
	return x[n / 2];
}

static inline void must(int result, const struct err *e)
{
	if (result < 0) {
		fprintf(stderr, "%s\n", e->msg);
		exit(1);
	}
}

#endif

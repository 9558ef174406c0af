/*
 * reference - the figures of another implementation beside the checkpoints that they are of
 *
 * A stream of runs, each with one checkpoint and tensors ref.NAME with figures in double precision.
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "check.h"
#include "stream/tensor.h"
#include "train/checkpoint.h"

static struct reference {
	char name[32];
	struct tensor x;
} figure[128];
static int figures;

static struct tensor *get(const char *name)
{
	int i;

	for (i = 0; i < figures; i++)
		if (!strcmp(figure[i].name, name))
			return &figure[i].x;
	fprintf(stderr, "no '%s'\n", name);
	exit(1);
}

/* Call @test with each checkpoint of @file while get() has its figures; returns how many. */
static int each_run(char *file, void (*test)(const struct checkpoint *c, struct pool *pool))
{
	struct checkpoint c = { .level = CHECKPOINT_NETWORK };
	struct pool *pool;
	struct stream_in *in;
	struct record r;
	int got, runs = 0;
	struct err e;

	pool = pool_create(2, &e);
	in = stream_open(&file, 1, &e);
	check(pool && in);
	while ((got = stream_next(in, &r, &e)) > 0) {
		must(checkpoint_close(&c, in, &r, &e), &e);
		if (r.kind == RECORD_TENSOR && !strncmp(r.name, "ref.", 4)) {
			check(figures < (int)(sizeof(figure) / sizeof(*figure)));
			snprintf(figure[figures].name, sizeof(figure->name), "%s", r.name);
			must(tensor_read(in, &r, &figure[figures++].x, &e), &e);
			continue;
		}
		if (r.kind == RECORD_END) {
			test(&c, pool);
			runs++;
			while (figures)
				tensor_free(&figure[--figures].x);
		}
		must(checkpoint_feed(&c, in, &r, NULL, &e), &e);
	}
	must(got, &e);
	checkpoint_free(&c);
	stream_free(in);
	pool_free(pool);
	return runs;
}

#endif

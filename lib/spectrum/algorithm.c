/*
 * algorithm - distance irrelevance and gradient symmetricity
 */
#include "spectrum/algorithm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cma/tape.h"
#include "rng.h"
#include "stats.h"

enum { BATCH = 20 }; /* divides ALGORITHM_TRIPLES */

/* Standard deviation of n numbers, from their sum and the sum of their squares */
static double deviation(double sum, double squares, double n)
{
	double variance = squares / n - sum / n * (sum / n);

	return variance > 0 ? sqrt(variance) : 0;
}

double algorithm_irrelevance(const double *right, int n, int sign)
{
	double all = 0, all_squares = 0, spread = 0, whole, pairs = (double)n * n;

	for (int d = 0; d < n; d++) {
		double first = right[(size_t)d * n], sum = 0, squares = 0;

		/* j runs over the pairs of distance d: i = d + sign j */
		for (int j = 0; j < n; j++) {
			int i = (d + (sign > 0 ? j : n - j)) % n;
			double x = right[(size_t)i * n + j];

			sum += x - first;
			squares += (x - first) * (x - first);
			all += x;
			all_squares += x * x;
		}
		spread += deviation(sum, squares, n) / n;
	}
	whole = deviation(all, all_squares, pairs);
	return whole > 1e-5 * sqrt(all_squares / pairs) ? spread / whole : isnan(all) ? NAN : 0;
}

static double cosine(const float *x, const float *y, int C)
{
	double xy = 0, xx = 0, yy = 0;

	for (int c = 0; c < C; c++) {
		xy += (double)x[c] * y[c];
		xx += (double)x[c] * x[c];
		yy += (double)y[c] * y[c];
	}
	return xy / sqrt(xx * yy);
}

/* Room for a batch of triples */
struct batch {
	struct gpt_layers net;
	struct cma_tape tape;
	float *dlogits; /* (BATCH, V) */
	int tokens[BATCH * GPT_LENGTH];
};

static int batch_init(struct batch *b, const struct gpt *network, struct err *e)
{
	*b = (struct batch){ .dlogits = NULL };
	b->dlogits = malloc(sizeof(*b->dlogits) * BATCH * (size_t)network->config.vocab);
	if (!b->dlogits)
		return err_memory(e);
	if (gpt_layers_create(&b->net, network, e))
		return -1;
	return cma_tape_create(&b->tape, &b->net, BATCH, 1, e);
}

static void batch_free(struct batch *b)
{
	free(b->dlogits);
	cma_tape_free(&b->tape);
	gpt_layers_free(&b->net);
}

/* The gradients of logit c by all embeddings of each triple; then tape.din is (4, BATCH, C). */
static void batch_run(struct batch *b, const struct operation *o, const struct task *task,
		      const int *triple)
{
	int P = task->modulus, V = b->net.g->config.vocab;

	memset(b->dlogits, 0, sizeof(*b->dlogits) * BATCH * (size_t)V);
	for (int i = 0; i < BATCH; i++) {
		const int *t = triple + 3 * i;

		task_tokens(task, (o->op * P + t[0]) * P + t[1], b->tokens + GPT_LENGTH * i);
		b->dlogits[(size_t)i * V + t[2]] = 1;
	}
	cma_tape_run(&b->tape, b->tokens, BATCH);
	cma_tape_start_back(&b->tape, b->dlogits);
	for (int l = b->net.g->config.layers - 1; l >= 0; l--)
		cma_tape_back(&b->tape, l);
}

int algorithm_symmetricity(const struct operation *o, const struct task *task,
			   const struct gpt *network, struct rng *rng, struct symmetricity *s,
			   struct err *e)
{
	int C = network->config.width;
	struct symmetricity q = { .mean = 0 };
	struct batch b;
	int status = batch_init(&b, network, e);

	for (int i = 0; i < 3 * ALGORITHM_TRIPLES; i++)
		q.triple[i] = o->residue[rng_below(rng, (uint64_t)o->n)];
	for (int first = 0; first < ALGORITHM_TRIPLES && !status; first += BATCH) {
		batch_run(&b, o, task, q.triple + 3 * first);
		for (int i = 0; i < BATCH; i++) {
			const float *a = b.tape.din + (size_t)i * C;
			const float *second = b.tape.din + 2 * (size_t)BATCH * C;

			q.mean += cosine(a, second + (size_t)i * C, C) / ALGORITHM_TRIPLES;
			q.null += cosine(a, second + (size_t)((i + 1) % BATCH) * C, C) /
				  ALGORITHM_TRIPLES;
		}
	}
	batch_free(&b);
	if (!status)
		*s = q;
	return status;
}

/* The mean of a variable on 0 to 1 is the integral of P(more than x): Simpson's rule. */
double algorithm_share_null(int n)
{
	double b = ((double)n * n - 9) / 2, sum = 0, width, end = 60 / b;
	int steps = 2000, K = n / 2;

	if (end > 1)
		end = 1;
	width = end / steps;
	for (int i = 0; i <= steps; i++) {
		double below = i ? pow(stats_beta(i * width, 4, b), K) : 0;

		sum += (i % steps == 0 ? 1 : i % 2 ? 4 : 2) * (1 - below);
	}
	return sum * width / 3;
}

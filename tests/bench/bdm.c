/*
 * bdm - what K of weights costs, on one thread
 *
 * A checkpoint of 48 layers of width 512, 151 million weights, default code: 1.5 s of CPU at most.
 * A binary matrix of 512 x 512 with its normalised K: 1.3 ms, 100 times pybdm's speed (pybdm.sh
 * times that).
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "bdm/bdm.h"
#include "bdm/quantise.h"

enum { WIDTH = 512, LAYERS = 48, MODULUS = 97 };

static double matrix(struct bdm *b, const float *x, size_t rows, size_t cols, enum quantise how,
		     uint8_t *symbol)
{
	struct bdm_result r;
	struct err e;

	must(quantise_symbols(x, rows * cols, how, b->levels, symbol, &e), &e);
	must(bdm_measure(b, symbol, rows, cols, &r, &e), &e);
	must(bdm_normalise(b, &r, &e), &e);
	return r.bits;
}

int main(void)
{
	const size_t shapes[][2] = {
		{ WIDTH, 3 * WIDTH }, { WIDTH, WIDTH }, { WIDTH, 4 * WIDTH }, { 4 * WIDTH, WIDTH }
	};
	size_t most = (size_t)4 * WIDTH * WIDTH, weights = 0;
	float *x = malloc(most * sizeof(*x));
	uint8_t *symbol = malloc(most);
	double start, took, bits = 0, best = 1e9;
	struct rng rng;
	struct bdm b;
	struct err e;

	if (!x || !symbol)
		return 1;
	rng_seed(&rng, 1, 0);
	rng_fill_normal(&rng, x, most, 0.02);
	start = cpu();
	must(bdm_init(&b, BDM_PLANES, 4, 4, BDM_IGNORE, &e), &e);
	for (int l = 0; l < LAYERS; l++)
		for (int i = 0; i < 4; i++) {
			bits += matrix(&b, x, shapes[i][0], shapes[i][1], QUANTISE_RANK, symbol);
			weights += shapes[i][0] * shapes[i][1];
		}
	bits += 2 * matrix(&b, x, MODULUS + 2, WIDTH, QUANTISE_RANK, symbol);
	weights += 2 * (MODULUS + 2) * WIDTH;
	took = cpu() - start;
	printf("K of %.0f million weights: %.2f s of CPU, %.1f ns a weight (at most 1.5 s)\n",
	       1e-6 * (double)weights, took, 1e9 * took / (double)weights);
	bdm_free(&b);

	must(bdm_init(&b, BDM_PLANES, 2, 4, BDM_IGNORE, &e), &e);
	for (int i = 0; i < 10; i++) {
		start = cpu();
		bits += matrix(&b, x, WIDTH, WIDTH, QUANTISE_SIGN, symbol);
		took = cpu() - start;
		best = took < best ? took : best;
	}
	printf("normalised K of a binary %dx%d matrix: %.2f ms (at most 1.3)\n", WIDTH, WIDTH,
	       1e3 * best);
	bdm_free(&b);
	free(x);
	free(symbol);
	return bits > 0 ? 0 : 1;
}

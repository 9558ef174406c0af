/*
 * llc trace - Hutchinson's estimate of the trace of a Hessian ("A stochastic estimator of the trace
 * of the influence matrix", Communications in Statistics 19, 1990), by differences of gradients
 *
 * The step h is 1e-4: with longer ones the fourth derivatives of a sharp loss matter, with shorter
 * ones the rounding of single precision.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gpt/optim.h"
#include "llc/internal.h"

static const double STEP = 1e-4;

/* Entries +-STEP. */
static void draw_probe(struct rng *r, size_t d, float *z)
{
	uint64_t bits = 0;
	size_t i;

	for (i = 0; i < d; i++, bits >>= 1) {
		if (i % 64 == 0)
			bits = rng_u64(r);
		z[i] = (float)(bits & 1 ? STEP : -STEP);
	}
}

/* z . grad L at w* + s z, in the coordinates u */
static double slope(const struct llc_space *space, const struct llc_potential *p, const float *z,
		    float *w, float *grad, float *g)
{
	llc_move(space, z, w);
	p->loss(p->arg, w, 1, grad);
	llc_gather(space, 1, 0, grad, z, g);
	return llc_dot(space->d, z, g);
}

int llc_trace(const struct llc_space *space, const struct llc_potential *potential, int probes,
	      uint64_t seed, double *trace, double *se, struct err *e)
{
	size_t d = space->d, n = space->floats;
	float *z = malloc((2 * d + 2 * n + 1) * sizeof(*z)), *g, *w, *grad;
	double sum = 0, squares = 0, x;
	struct rng r;
	int i;

	if (!z)
		return err_memory(e);
	g = z + d;
	w = g + d;
	grad = w + n;
	memcpy(w, space->center, n * sizeof(*w));
	rng_seed(&r, seed, 0x7472616365);
	for (i = 0; i < probes; i++) {
		draw_probe(&r, d, z);
		x = slope(space, potential, z, w, grad, g);
		optim_scale(d, -1, z);
		x += slope(space, potential, z, w, grad, g);
		x /= 2 * STEP * STEP;
		sum += x;
		squares += x * x;
	}
	free(z);
	*trace = sum / probes;
	*se = probes > 1 ? sqrt(fmax(squares / probes - *trace * *trace, 0) / (probes - 1))
			 : (double)NAN;
	return 0;
}

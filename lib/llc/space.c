/*
 * llc space - convert between the floats w and the coordinates u, which hold one span after another
 */
#include "llc/internal.h"

void llc_move(const struct llc_space *space, const float *u, float *w)
{
	int i;

	for (i = 0; i < space->spans; i++) {
		const struct llc_span *s = &space->span[i];

		llc_place(s->n, space->center + s->at, s->scale, u, w + s->at);
		u += s->n;
	}
}

void llc_gather(const struct llc_space *space, double nbeta, double gamma, const float *grad,
		const float *u, float *gu)
{
	int i;

	for (i = 0; i < space->spans; i++) {
		const struct llc_span *s = &space->span[i];

		llc_pull(s->n, (float)(nbeta * (double)s->scale), grad + s->at, (float)gamma, u,
			 gu);
		u += s->n;
		gu += s->n;
	}
}

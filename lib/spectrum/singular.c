/*
 * singular - nuclear norm, stable rank and effective rank of matrices, layers and the whole network
 */
#include "spectrum/singular.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpt/gpt.h"
#include "gpt/linalg.h"

int singular_values(const float *x, int M, int N, struct singular *s, struct err *e)
{
	int n = M < N ? M : N, status = -1;
	double *A = malloc(sizeof(*A) * (size_t)M * N), *w = malloc(sizeof(*w) * (size_t)n);
	double sum = 0, squares = 0;

	if (!A || !w) {
		err_memory(e);
		goto out;
	}
	for (size_t i = 0; i < (size_t)M * N; i++)
		A[i] = x[i];
	if (linalg_singular(A, M, N, w, e))
		goto out;
	for (int i = 0; i < n; i++) {
		sum += w[i];
		squares += w[i] * w[i];
	}
	*s = (struct singular){ .nuclear = sum };
	if (sum > 0) {
		s->stable_rank = squares / (w[0] * w[0]);
		for (int i = 0; i < n; i++)
			w[i] = w[i] * w[i] / squares;
		s->effective_rank = spectrum_effective_rank(w, n);
	}
	status = 0;
out:
	free(A);
	free(w);
	return status;
}

int singular_add(struct singular_set *set, const char *name, const float *x, int M, int N,
		 struct err *e)
{
	struct singular_row row = { strdup(name), gpt_layer_of(name), { 0, 0, 0 } }, *more;

	more = row.of ? realloc(set->row, sizeof(*more) * (size_t)(set->n + 1)) : NULL;
	if (more)
		set->row = more;
	if (!more)
		err_memory(e);
	else if (!singular_values(x, M, N, &row.s, e)) {
		set->row[set->n++] = row;
		return 0;
	}
	free(row.of);
	return -1;
}

static int put(struct spectrum_report *r, const char *of, const struct singular *s, struct err *e)
{
	r->of = of;
	spectrum_report_add(r, "spectrum.nuclear", s->nuclear);
	spectrum_report_add(r, "spectrum.stable_rank", s->stable_rank);
	spectrum_report_add(r, "spectrum.effective_rank", s->effective_rank);
	return spectrum_report_metrics(r, e);
}

/* Those of a layer together, or of all for -1.  Returns how many there are. */
static int together(const struct singular_set *set, int layer, struct singular *s)
{
	int n = 0;

	*s = (struct singular){ 0, 0, 0 };
	for (int i = 0; i < set->n; i++)
		if (layer < 0 || set->row[i].layer == layer) {
			s->nuclear += set->row[i].s.nuclear;
			s->stable_rank += set->row[i].s.stable_rank;
			s->effective_rank += set->row[i].s.effective_rank;
			n++;
		}
	s->stable_rank /= n ? n : 1;
	s->effective_rank /= n ? n : 1;
	return n;
}

int singular_report(struct singular_set *set, struct spectrum_report *r, struct err *e)
{
	struct singular s;
	int status = 0, layers = 0;

	for (int i = 0; i < set->n && !status; i++) {
		status = put(r, set->row[i].of, &set->row[i].s, e);
		if (set->row[i].layer >= layers)
			layers = set->row[i].layer + 1;
	}
	for (int l = 0; l < layers && !status; l++) {
		char of[32];

		snprintf(of, sizeof(of), "layer %d", l);
		if (together(set, l, &s))
			status = put(r, of, &s, e);
	}
	if (set->n && !status) {
		together(set, -1, &s);
		status = put(r, NULL, &s, e);
	}
	singular_free(set);
	return status;
}

void singular_free(struct singular_set *set)
{
	for (int i = 0; i < set->n; i++)
		free(set->row[i].of);
	free(set->row);
	*set = (struct singular_set){ .row = NULL };
}

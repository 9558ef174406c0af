/*
 * llc report - estimates as records
 */
#include "llc/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "stream/run.h"
#include "stream/tensor.h"

int llc_put_metrics(const struct llc_report *r, struct stream_out *out, struct err *e)
{
	const double nbeta = r->settings.nbeta;
	const struct llc_summary *s = &r->s;
	struct value values[24] = {
		{ "llc.lambda", s->lambda },
		{ "llc.se", s->se },
		{ "llc.nbeta", nbeta },
		{ "llc.gamma", r->settings.gamma },
		{ "llc.temperature", s->temperature },
		{ "llc.accept", s->accept },
		{ "llc.loss", r->loss },
		{ "llc.acc", r->accuracy },
		{ "llc.mean_loss", r->loss + s->raw / nbeta },
		{ "llc.mean_acc", s->accuracy },
		{ "llc.virial", s->virial },
		{ "llc.ceiling", nbeta * (log(r->vocab) - r->loss) },
		{ "llc.distance", s->distance },
		{ "llc.ess", s->ess },
		{ "llc.status", s->status },
		{ "llc.step_size", s->step },
		{ "llc.dimension", (double)r->d },
		{ "llc.equations", r->equations },
	};
	int n = 18;

	if (r->polish)
		values[n++] = (struct value){ "llc.polish", r->polish };
	if (r->probes) {
		values[n++] = (struct value){ "llc.trace", r->trace };
		values[n++] = (struct value){ "llc.trace_se", r->trace_se };
	}
	return run_put_metrics(out, "grok-llc", r->run, r->step, r->of, values, n, e);
}

/* "llc.traces", or "llc.traces.layer_0": a tensor record has no `of'. */
static void full_name(char *text, size_t n, const char *name, const char *suffix, const char *of)
{
	snprintf(text, n, "%s%s%s%s", name, suffix, of ? "." : "", of ? of : "");
	for (; *text; text++)
		if (*text == ' ')
			*text = '_';
}

int llc_put_traces(const struct llc_report *r, const struct llc_chain *chain,
		   struct stream_out *out, struct err *e)
{
	const size_t shape[] = { (size_t)r->settings.chains, (size_t)r->settings.draws };
	size_t n = shape[0] * shape[1], i;
	double *x = malloc(n * sizeof(*x));
	char name[96];
	int result;

	if (!x)
		return err_memory(e);
	for (i = 0; i < n; i++)
		x[i] = r->loss + chain[i / shape[1]].excess[i % shape[1]];
	full_name(name, sizeof(name), "llc.traces", "", r->of);
	result = tensor_put(out, r->run, r->step, name, ROLE_MEASURE,
			    tensor_over(DTYPE_F8, 2, shape, x), e);
	free(x);
	return result;
}

int llc_put_map(const struct llc_report *r, const char *name, const struct llc_summary *s,
		size_t rows, size_t columns, struct stream_out *out, struct err *e)
{
	const size_t shape[] = { rows, columns }, n = rows * (columns ? columns : 1);
	float *x = malloc(n * sizeof(*x));
	char text[96];
	int failed = 0, is_se;
	size_t i;

	if (!x)
		return err_memory(e);
	for (is_se = 0; is_se < 2 && !failed; is_se++) {
		for (i = 0; i < n; i++)
			x[i] = (float)(is_se ? s[i].se : s[i].lambda);
		full_name(text, sizeof(text), name, is_se ? "_se" : "", r->of);
		failed = tensor_put(out, r->run, r->step, text, ROLE_MEASURE,
				    tensor_over(DTYPE_F4, columns ? 2 : 1, shape, x), e);
	}
	free(x);
	return failed;
}

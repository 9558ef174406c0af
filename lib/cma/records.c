/* records - tensors and metrics of patching and of skipping; see records.h */
#include "cma/records.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream/run.h"
#include "stream/tensor.h"

/* ---- any ---- */

enum { DIMS = 4 };

/* The dimensions, at most DIMS, end with the first that is 0. */
static int put_array(const struct cma_records *to, const char *name, enum dtype dtype,
		     const size_t *shape, const void *x, struct err *e)
{
	int ndim = 1;

	while (ndim < DIMS && shape[ndim])
		ndim++;
	return tensor_put(to->out, to->run, to->step, name, ROLE_MEASURE,
			  tensor_over(dtype, ndim, shape, x), e);
}

static int put_metrics(const struct cma_records *to, const char *of, const struct value *values,
		       int n, struct err *e)
{
	return run_put_metrics(to->out, "grok-cma", to->run, to->step, of, values, n, e);
}

/* ---- patching ---- */

int cma_put_pairs(const struct cma_records *to, const struct task *t, const struct cma_pair *pair,
		  int n, struct err *e)
{
	int P = t->modulus, *row = malloc((size_t)n * 5 * sizeof(*row)), *op = row + 4 * n, i,
	    failed;

	if (!row)
		return err_memory(e);
	for (i = 0; i < n; i++) {
		int s1 = pair[i].base, s2 = pair[i].source;

		op[i] = s1 / P / P;
		row[4 * i] = s1 / P % P;
		row[4 * i + 1] = s1 % P;
		row[4 * i + 2] = s2 / P % P;
		row[4 * i + 3] = s2 % P;
	}
	failed = put_array(to, "cma.pairs", DTYPE_I4, (size_t[DIMS]){ (size_t)n, 4 }, row, e);
	if (!failed && t->ops > 1)
		failed = put_array(to, "cma.pair_op", DTYPE_I4, (size_t[DIMS]){ (size_t)n }, op, e);
	free(row);
	return failed;
}

/*
 * Means and standard errors of effects; @share: means as parts of a total that is not lost in
 * noise, too.
 */
static int put_effects(const struct cma_records *to, const char *name,
		       const struct cma_effect *effect, const size_t *shape,
		       const struct cma_effect *total, struct err *e)
{
	size_t n = shape[0] * (shape[1] ? shape[1] : 1) * (shape[2] ? shape[2] : 1), i;
	int known = total && fabs(total->mean) > 2 * total->se, failed;
	float *x = malloc(3 * n * sizeof(*x));
	char se[32], share[32];

	if (!x)
		return err_memory(e);
	for (i = 0; i < n; i++) {
		x[i] = (float)effect[i].mean;
		x[n + i] = (float)effect[i].se;
		x[2 * n + i] = known ? (float)(effect[i].mean / total->mean) : NAN;
	}
	snprintf(se, sizeof(se), "%s_se", name);
	snprintf(share, sizeof(share), "%s_share", name);
	failed = put_array(to, name, DTYPE_F4, shape, x, e) ||
		 put_array(to, se, DTYPE_F4, shape, x + n, e) ||
		 (total && put_array(to, share, DTYPE_F4, shape, x + 2 * n, e));
	free(x);
	return failed ? -1 : 0;
}

/* About all sites, with what the heads do on the whole when they were patched. */
static int put_whole(const struct cma_records *to, const struct cma_map *map, double threshold,
		     double largest, struct err *e)
{
	int heads = map->site[CMA_HEAD] ? to->config->layers * to->config->heads : 0;
	struct value values[] = {
		{ "cma.total", map->total.mean },
		{ "cma.total_se", map->total.se },
		{ "cma.right", map->right },
		{ "cma.mean_abs", heads ? cma_mean_abs(map->site[CMA_HEAD], heads) : NAN },
		{ "cma.active",
		  heads ? cma_active(map->site[CMA_HEAD], heads, threshold, largest) : NAN },
		{ "cma.identity", map->breach },
	};

	if (!heads)
		values[3] = values[5];
	return put_metrics(to, NULL, values, 3 + (heads ? 2 : 0) + !isnan(map->breach), e);
}

static int put_layer(const struct cma_records *to, const struct cma_map *map, int layer,
		     double threshold, double largest, struct err *e)
{
	int H = to->config->heads;
	const struct cma_effect *row = map->site[CMA_HEAD] + (size_t)layer * (size_t)H;
	const struct value values[] = {
		{ "cma.mean_abs", cma_mean_abs(row, H) },
		{ "cma.active", cma_active(row, H, threshold, largest) },
	};
	char of[32];

	snprintf(of, sizeof(of), "layer %d", layer);
	return put_metrics(to, of, values, 2, e);
}

int cma_put_map(const struct cma_records *to, const struct cma_options *o,
		const struct cma_map *map, double threshold, struct err *e)
{
	static const char *const names[CMA_SITES] = { "cma.resid", "cma.cms", "cma.mlp",   "cma.q",
						      "cma.k",     "cma.v",   "cma.neuron" };
	size_t L = (size_t)to->config->layers, H = (size_t)to->config->heads, i;
	size_t shape[DIMS] = { L, (size_t)o->neurons, 0 };
	double largest = 0;
	int l, k;

	for (k = 0; k < CMA_SITES; k++) {
		if (!map->site[k])
			continue;
		if (k == CMA_NEURON &&
		    put_array(to, "cma.neuron_id", DTYPE_I4, shape, o->neuron, e))
			return -1;
		shape[1] = k == CMA_STREAM || k == CMA_MLP ? 0 : k == CMA_NEURON ? shape[1] : H;
		if (put_effects(to, names[k], map->site[k], shape, &map->total, e))
			return -1;
		shape[1] = (size_t)o->neurons;
	}
	for (i = 0; map->site[CMA_HEAD] && i < L * H; i++)
		largest = fmax(largest, fabs(map->site[CMA_HEAD][i].mean));
	if (put_whole(to, map, threshold, largest, e))
		return -1;
	for (l = 0; map->site[CMA_HEAD] && l < (int)L; l++)
		if (put_layer(to, map, l, threshold, largest, e))
			return -1;
	return 0;
}

int cma_put_control(const struct cma_records *to, enum cma_control control,
		    const struct cma_map *map, struct err *e)
{
	static const char *const names[CMA_CONTROLS] = { "cma.context", "cma.same",
							 "cma.other_head", "cma.third" };
	const size_t shape[DIMS] = { (size_t)to->config->layers, (size_t)to->config->heads, 0 };

	return put_effects(to, names[control], map->site[CMA_HEAD], shape, NULL, e);
}

int cma_put_positions(const struct cma_records *to, const struct cma_map *map, struct err *e)
{
	const size_t shape[DIMS] = { GPT_LENGTH, (size_t)to->config->layers,
				     (size_t)to->config->heads, 0 };
	size_t n = shape[1] * shape[2];
	struct cma_effect *all = malloc(GPT_LENGTH * n * sizeof(*all));
	int pos, failed;

	if (!all)
		return err_memory(e);
	for (pos = 0; pos < GPT_LENGTH; pos++)
		memcpy(all + (size_t)pos * n, map[pos].site[CMA_HEAD], n * sizeof(*all));
	failed = put_effects(to, "cma.positions", all, shape, NULL, e);
	free(all);
	return failed;
}

int cma_put_patterns(const struct cma_records *to, const float *mean, const float *sd,
		     struct err *e)
{
	const size_t shape[DIMS] = { (size_t)to->config->layers, (size_t)to->config->heads,
				     GPT_LENGTH, GPT_LENGTH };

	return put_array(to, "cma.pattern", DTYPE_F4, shape, mean, e) ||
			       put_array(to, "cma.pattern_sd", DTYPE_F4, shape, sd, e)
		       ? -1
		       : 0;
}

/* ---- edges ---- */

/* (S, R) of means, or of standard errors; NaN where there is no edge. */
static int put_matrix(const struct cma_records *to, const char *name, const struct cma_graph *g,
		      int se, struct err *e)
{
	const size_t shape[DIMS] = { (size_t)g->S, (size_t)g->R, 0 }, n = shape[0] * shape[1];
	float *x = malloc(n * sizeof(*x));
	int failed;
	size_t i;

	if (!x)
		return err_memory(e);
	for (i = 0; i < n; i++)
		x[i] = g->edge[i] < 0 ? NAN
		       : se           ? (float)g->effect[g->edge[i]].se
				      : (float)g->effect[g->edge[i]].mean;
	failed = put_array(to, name, DTYPE_F4, shape, x, e);
	free(x);
	return failed;
}

int cma_put_edges(const struct cma_records *to, const struct cma_graph *g, double threshold,
		  struct err *e)
{
	double least = threshold * cma_graph_largest(g);
	int(*kept)[2] = malloc((size_t)g->edges * sizeof(*kept)), failed, i;
	size_t shape[DIMS] = { 0, 2, 0 };

	if (!kept)
		return err_memory(e);
	for (i = 0; i < g->edges; i++)
		if (fabs(g->effect[i].mean) >= least)
			memcpy(kept[shape[0]++], g->ends[i], sizeof(*kept));
	failed = put_matrix(to, "cma.edge", g, 0, e) || put_matrix(to, "cma.edge_se", g, 1, e) ||
		 put_array(to, "cma.graph", DTYPE_I4, shape, kept, e);
	free(kept);
	return failed ? -1 : 0;
}

int cma_put_circuits(const struct cma_records *to, const struct cma_circuit *c, int n,
		     struct err *e)
{
	const struct value values[] = { { "cma.edges", c[n - 1].edges },
					{ "cma.circuit_acc", c[n - 1].acc },
					{ "cma.circuit_recovered", c[n - 1].recovered } };
	double *x = malloc((size_t)n * 4 * sizeof(*x));
	int i, failed;

	if (!x)
		return err_memory(e);
	for (i = 0; i < n - 1; i++)
		memcpy(x + 4 * i,
		       (double[]){ c[i].threshold, c[i].edges, c[i].acc, c[i].recovered },
		       4 * sizeof(*x));
	failed = put_array(to, "cma.circuit", DTYPE_F8, (size_t[DIMS]){ (size_t)n - 1, 4 }, x, e);
	free(x);
	return failed ? -1 : put_metrics(to, NULL, values, 3, e);
}

/* ---- skipping ---- */

/*
 * How accuracy without a cut compares with that without random sets of as many layers, from @first
 * on.
 */
static int compare(const struct cma_cuts *c, int first, int which, double acc,
		   struct cma_score (*score)[2], struct value *values)
{
	double mean_acc = 0, var = 0, loss = 0, below = 0;
	int i;

	for (i = first; i < first + c->nulls; i++) {
		mean_acc += score[i][which].acc / c->nulls;
		loss += score[i][which].loss / c->nulls;
		below += score[i][which].acc <= acc;
	}
	for (i = first; i < first + c->nulls; i++)
		var += (score[i][which].acc - mean_acc) * (score[i][which].acc - mean_acc);
	values[0] = (struct value){ "cma.acc_null", mean_acc };
	values[1] = (struct value){ "cma.acc_null_sd",
				    c->nulls > 1 ? sqrt(var / (c->nulls - 1)) : NAN };
	values[2] = (struct value){ "cma.acc_rank", below / c->nulls };
	values[3] = (struct value){ "cma.loss_null", loss };
	return 4;
}

static const char *const equations[] = { "train", "test" };

/* Cut @i with part @k on the equations @which; -1: the whole network. */
static int put_score(const struct cma_records *to, const struct cma_cuts *c, int k, int i,
		     const char *part, int which, struct cma_score (*score)[2], struct err *e)
{
	int set = i < 0 ? 0 : c->at[k * c->n + i], n = 2, null;
	struct value values[6] = { { "cma.acc", score[set][which].acc },
				   { "cma.loss", score[set][which].loss } };
	char of[96], name[48];

	if (!score[set][which].n)
		return 0;
	if (i < 0) {
		snprintf(of, sizeof(of), "none %s", equations[which]);
		return put_metrics(to, of, values, n, e);
	}
	cma_cut_name(&c->cut[i], name);
	snprintf(of, sizeof(of), "skip %s %s %s", name, part, equations[which]);
	null = c->null[k * (c->L + 1) + c->cut[i].last - c->cut[i].first + 1];
	if (c->cut[i].head < 0 && null)
		n += compare(c, null, which, score[set][which].acc, score, values + n);
	return put_metrics(to, of, values, n, e);
}

static int put_windows(const struct cma_records *to, const struct cma_cuts *c, int k, int which,
		       const char *name, struct cma_score (*score)[2], struct err *e)
{
	size_t L = (size_t)c->L;
	int first, last, i = c->window[k], failed;
	float *x;

	if (!score[0][which].n)
		return 0;
	x = malloc(L * L * sizeof(*x));
	if (!x)
		return err_memory(e);
	for (first = 0; first < c->L; first++)
		for (last = 0; last < c->L; last++)
			x[(size_t)first * L + (size_t)last] =
				last < first ? NAN : (float)score[i++][which].acc;
	failed = put_array(to, name, DTYPE_F4, (size_t[DIMS]){ L, L }, x, e);
	free(x);
	return failed;
}

/*
 * The longest window that costs at most LOSS of test accuracy; of several, the one that costs
 * least.
 */
static int put_bypass(const struct cma_records *to, const struct cma_cuts *c, int k,
		      const char *part, struct cma_score (*score)[2], struct err *e)
{
	static const double LOSS = 0.01;
	double least = score[0][1].acc - LOSS, best = 0;
	int first, last, i = c->window[k], length = 0, at = 0;
	char of[64];

	if (!score[0][1].n)
		return 0;
	snprintf(of, sizeof(of), "%s %s", part, equations[1]);
	for (first = 0; first < c->L; first++)
		for (last = first; last < c->L; last++, i++) {
			double acc = score[i][1].acc;
			int n = last - first + 1;

			/* Accuracies are shares of some thousand: 1e-9 is rounding. */
			if (acc < least - 1e-9 || n < length || (n == length && acc <= best))
				continue;
			length = n;
			at = first;
			best = acc;
		}
	return put_metrics(to, of,
			   (struct value[]){ { "cma.bypass", length },
					     { "cma.bypass_first", length ? at : NAN },
					     { "cma.bypass_acc", length ? best : NAN } },
			   3, e);
}

static int put_scan(const struct cma_records *to, const struct cma_cuts *c, int k, int part,
		    const char *name, struct cma_score (*score)[2], struct err *e)
{
	const char *which_part = k ? cma_parts[part].name : "";
	char test[48], train[64];

	snprintf(test, sizeof(test), "cma.window%s%s", k ? "_" : "", which_part);
	snprintf(train, sizeof(train), "%s_train", test);
	return put_windows(to, c, k, 1, test, score, e) ||
			       put_windows(to, c, k, 0, train, score, e) ||
			       put_bypass(to, c, k, name, score, e)
		       ? -1
		       : 0;
}

int cma_put_scores(const struct cma_records *to, const struct cma_cuts *c, const int *part,
		   int mean, struct cma_score (*score)[2], struct err *e)
{
	int which, k, i;
	char name[24], heads[24];

	snprintf(heads, sizeof(heads), "heads%s", mean ? "-mean" : "");
	for (which = 0; which < 2; which++)
		if (put_score(to, c, 0, -1, NULL, which, score, e))
			return -1;
	for (k = 0; k < c->parts; k++) {
		snprintf(name, sizeof(name), "%s%s", cma_parts[part[k]].name, mean ? "-mean" : "");
		for (i = 0; i < c->n; i++)
			for (which = 0; which < 2 && c->at[k * c->n + i] >= 0; which++)
				if (put_score(to, c, k, i, c->cut[i].head < 0 ? name : heads, which,
					      score, e))
					return -1;
		if (c->scan && put_scan(to, c, k, part[k], name, score, e))
			return -1;
	}
	return 0;
}

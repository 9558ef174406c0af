/* Measuring the matrices of a checkpoint, sums over layers and the whole, metrics; see report.h. */
#include "bdm/report.h"
#include "stream/run.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpt/gpt.h"
#include "hash.h"

enum { VALUES = 32 + 16 * BDM_MEASURES }; /* more than write_row puts */

/* What is known of a matrix, a layer or a whole model */
struct bdm_row {
	char *of; /* NULL: the whole */
	int layer; /* -1: none */
	double weights, near_zero, squares, zstd_bytes;
	int no_block; /* it is too small for one: no part of its layer, nor of the whole */
	struct bdm_result result[BDM_MEASURES];
	double *null; /* (measures, nulls) K of the shuffles */
	double *map; /* (map_shape), or NULL */
	size_t map_shape[2];
};

int bdm_plan_add(struct bdm_plan *plan, enum bdm_code code, int levels, int side,
		 enum bdm_boundary boundary, const char *suffix, struct err *e)
{
	struct bdm b;
	int at = plan->n, i;

	if (plan->n == BDM_MEASURES)
		return err_set(e, "at most %d measures at once", BDM_MEASURES);
	if (bdm_init(&b, code, levels, side, boundary, e))
		return -1;
	/* The first stays first; others join those of as many symbols. */
	for (i = 0; i < plan->n; i++)
		if (plan->measure[i].bdm.levels == levels)
			at = i + 1;
	memmove(&plan->measure[at + 1], &plan->measure[at],
		sizeof(plan->measure[0]) * (size_t)(plan->n - at));
	plan->measure[at].bdm = b;
	snprintf(plan->measure[at].suffix, sizeof(plan->measure[at].suffix), "%s", suffix);
	plan->n++;
	return 0;
}

void bdm_plan_free(struct bdm_plan *plan)
{
	for (int i = 0; i < plan->n; i++)
		bdm_free(&plan->measure[i].bdm);
	plan->n = 0;
}

static void row_clear(struct bdm_row *row)
{
	free(row->of);
	free(row->map);
	free(row->null);
	*row = (struct bdm_row){ .layer = -1 };
}

static int row_init(struct bdm_row *row, const struct bdm_plan *plan, const char *of, struct err *e)
{
	*row = (struct bdm_row){ .layer = of ? gpt_layer_of(of) : -1 };
	row->of = of ? strdup(of) : NULL;
	row->null = calloc((size_t)plan->n * (size_t)plan->nulls + 1, sizeof(*row->null));
	if (row->null && (row->of || !of))
		return 0;
	row_clear(row);
	return err_memory(e);
}

static void row_sum(struct bdm_row *group, const struct bdm_row *row, const struct bdm_plan *plan)
{
	group->weights += row->weights;
	group->near_zero += row->near_zero;
	group->squares += row->squares;
	group->zstd_bytes += row->zstd_bytes;
	for (int i = 0; i < plan->n; i++)
		bdm_add(&group->result[i], &row->result[i]);
	for (int j = 0; j < plan->n * plan->nulls; j++)
		group->null[j] += row->null[j];
}

/* ---- measuring ---- */

/* What the weights are before they are symbols */
static void of_weights(struct bdm_row *row, const float *x, size_t n)
{
	float most = 0, edge;
	size_t near = 0;

	for (size_t i = 0; i < n; i++) {
		most = fabsf(x[i]) > most ? fabsf(x[i]) : most;
		row->squares += (double)x[i] * x[i];
	}
	edge = most / 100;
	for (size_t i = 0; i < n; i++)
		near += fabsf(x[i]) < edge;
	row->near_zero = (double)near;
	row->weights = (double)n;
}

/* So that each matrix has shuffles of its own */
static uint64_t purpose_of(const char *name, int64_t step)
{
	return hash_bytes(HASH_START ^ (uint64_t)step, name, strlen(name));
}

/* The measures from @from up to @to, which have as many symbols */
static int measure(struct bdm_row *row, struct bdm_plan *plan, int from, int to,
		   const uint8_t *symbol, const struct tensor *x, int64_t step, struct err *e)
{
	struct bdm same[BDM_MEASURES];
	struct bdm_shuffles shuffles = {
		plan->nulls, plan->seed, purpose_of(row->of, step), same, to - from, plan->pool,
	};

	for (int i = from; i < to; i++) {
		if (bdm_measure(&plan->measure[i].bdm, symbol, x->shape[0], x->shape[1],
				&row->result[i], e) ||
		    bdm_normalise(&plan->measure[i].bdm, &row->result[i], e))
			return -1;
		row->no_block |= !row->result[i].blocks;
		same[i - from] = plan->measure[i].bdm;
	}
	if (row->no_block || !plan->nulls)
		return 0;
	return bdm_null(&shuffles, symbol, x->shape[0], x->shape[1], row->null + from * plan->nulls,
			e);
}

/* The compressed size and the map, by the first measure's symbols */
static int of_symbols(struct bdm_row *row, const struct bdm_plan *plan, const uint8_t *symbol,
		      const struct tensor *x, struct err *e)
{
	const struct bdm *first = &plan->measure[0].bdm;
	size_t side = (size_t)first->side, add = first->boundary == BDM_PAD ? side - 1 : 0, bytes;

	if (plan->zstd) {
		bytes = stream_compressed_size(symbol, x->n, plan->zstd, e);
		if (!bytes)
			return -1;
		row->zstd_bytes = (double)bytes;
	}
	if (!plan->map || row->no_block)
		return 0;
	row->map_shape[0] = (x->shape[0] + add) / side;
	row->map_shape[1] = (x->shape[1] + add) / side;
	row->map = calloc(row->map_shape[0] * row->map_shape[1] + 1, sizeof(*row->map));
	if (!row->map)
		return err_memory(e);
	return bdm_map(first, symbol, x->shape[0], x->shape[1], row->map, e);
}

/* No block fits into the matrix: nothing is known of its complexity. */
static void undefine(struct bdm_row *row, const struct bdm_plan *plan)
{
	for (int i = 0; i < plan->n; i++)
		row->result[i] = (struct bdm_result){
			.bits = NAN, .entropy = NAN, .least = NAN, .largest = NAN
		};
	for (int j = 0; j < plan->n * plan->nulls; j++)
		row->null[j] = NAN;
}

static int measure_all(struct bdm_row *row, struct bdm_plan *plan, int64_t step,
		       const struct tensor *x, struct err *e)
{
	uint8_t *symbol = malloc(x->n + 1);
	int i, to, levels, status = 0;

	if (!symbol)
		return err_memory(e);
	for (i = 0; i < plan->n && !status; i = to) {
		levels = plan->measure[i].bdm.levels;
		for (to = i + 1; to < plan->n && plan->measure[to].bdm.levels == levels;)
			to++;
		status = quantise_symbols(x->data, x->n, plan->how, levels, symbol, e);
		if (!status)
			status = measure(row, plan, i, to, symbol, x, step, e);
		if (!status && !i)
			status = of_symbols(row, plan, symbol, x, e);
	}
	free(symbol);
	return status;
}

int bdm_rows_add(struct bdm_rows *rows, struct bdm_plan *plan, const char *name, int64_t step,
		 const struct tensor *x, struct err *e)
{
	struct bdm_row row, *more = realloc(rows->row, sizeof(*more) * (size_t)(rows->n + 1));

	if (!more)
		return err_memory(e);
	rows->row = more;
	if (row_init(&row, plan, name, e))
		return -1;
	of_weights(&row, x->data, x->n);
	if (measure_all(&row, plan, step, x, e)) {
		row_clear(&row);
		return -1;
	}
	if (row.no_block) {
		undefine(&row, plan);
		rows->too_small++;
	}
	for (int i = 0; i < plan->n; i++)
		if (plan->measure[i].bdm.code != BDM_GZIP_MIX) {
			rows->unique += row.result[i].unique;
			rows->found += row.result[i].found;
		}
	rows->row[rows->n++] = row;
	return 0;
}

void bdm_rows_free(struct bdm_rows *rows)
{
	for (int i = 0; i < rows->n; i++)
		row_clear(&rows->row[i]);
	free(rows->row);
	*rows = (struct bdm_rows){ .n = 0 };
}

/* ---- writing ---- */

struct values {
	struct value value[VALUES];
	char name[VALUES][48];
	int n;
};

static void put(struct values *v, const char *name, const char *suffix, double x)
{
	assert(v->n < VALUES);
	snprintf(v->name[v->n], sizeof(v->name[0]), "bdm.%s%s", name, suffix);
	v->value[v->n] = (struct value){ v->name[v->n], x };
	v->n++;
}

static void put_null(struct values *v, const struct bdm_plan *plan, const struct bdm_row *row,
		     int i)
{
	const double *null = row->null + i * plan->nulls;
	const char *suffix = plan->measure[i].suffix;
	double mean = 0, square = 0, sd;

	for (int j = 0; j < plan->nulls; j++)
		mean += null[j] / plan->nulls;
	for (int j = 0; j < plan->nulls; j++)
		square += (null[j] - mean) * (null[j] - mean);
	sd = plan->nulls > 1 ? sqrt(square / (plan->nulls - 1)) : NAN;
	put(v, "null_mean", suffix, mean);
	put(v, "null_sd", suffix, sd);
	put(v, "z", suffix, sd > 0 ? (row->result[i].bits - mean) / sd : NAN);
}

static void put_measure(struct values *v, const struct bdm_plan *plan, const struct bdm_row *row,
			int i)
{
	const struct bdm_result *r = &row->result[i];
	const char *suffix = plan->measure[i].suffix;

	put(v, "bits", suffix, r->bits);
	put(v, "bits_per_weight", suffix, r->bits / row->weights);
	put(v, "blocks", suffix, (double)r->blocks);
	put(v, "unique", suffix, (double)r->unique);
	put(v, "coverage", suffix, r->unique ? (double)r->found / (double)r->unique : NAN);
	put(v, "entropy", suffix, r->entropy);
	put(v, "normalized", suffix, bdm_share(r));
	if (plan->nulls)
		put_null(v, plan, row, i);
}

/* Where one row goes */
struct place {
	struct stream_out *out;
	const char *run;
	int64_t step;
};

static int write_map(const struct place *p, const struct bdm_row *row, struct err *e)
{
	char name[512];

	snprintf(name, sizeof(name), "bdm.map %s", row->of);
	return tensor_put(p->out, p->run, p->step, name, ROLE_MEASURE,
			  tensor_over(DTYPE_F8, 2, row->map_shape, row->map), e);
}

static int write_row(const struct place *p, const struct bdm_plan *plan, const struct bdm_row *row,
		     struct err *e)
{
	struct values v = { .n = 0 };

	for (int i = 0; i < plan->n; i++)
		put_measure(&v, plan, row, i);
	if (plan->zstd)
		put(&v, "zstd_bits", "", 8 * row->zstd_bytes);
	put(&v, "weights", "", row->weights);
	put(&v, "near_zero", "", row->near_zero / row->weights);
	put(&v, "norm", "", sqrt(row->squares));
	if (run_put_metrics(p->out, "grok-bdm", p->run, p->step, row->of, v.value, v.n, e))
		return -1;
	return row->map ? write_map(p, row, e) : 0;
}

/* The sum over the matrices of a layer, or over all for -1, if there is any */
static int write_group(const struct place *p, const struct bdm_plan *plan,
		       const struct bdm_rows *rows, int layer, struct err *e)
{
	struct bdm_row group;
	int i, status = 0;
	char of[32];

	snprintf(of, sizeof(of), "layer %d", layer);
	if (row_init(&group, plan, layer < 0 ? NULL : of, e))
		return -1;
	for (i = 0; i < rows->n; i++)
		if ((layer < 0 || rows->row[i].layer == layer) && !rows->row[i].no_block)
			row_sum(&group, &rows->row[i], plan);
	if (group.weights > 0)
		status = write_row(p, plan, &group, e);
	row_clear(&group);
	return status;
}

int bdm_rows_write(struct bdm_rows *rows, const struct bdm_plan *plan, struct stream_out *out,
		   const char *run, int64_t step, struct err *e)
{
	struct place p = { out, run, step };
	int i, layers = 0, status = 0;

	for (i = 0; i < rows->n && !status; i++) {
		status = write_row(&p, plan, &rows->row[i], e);
		if (rows->row[i].layer >= layers)
			layers = rows->row[i].layer + 1;
	}
	for (i = 0; i < layers && !status; i++)
		status = write_group(&p, plan, rows, i, e);
	if (!status)
		status = write_group(&p, plan, rows, -1, e);
	for (i = 0; i < rows->n; i++)
		row_clear(&rows->row[i]);
	rows->n = 0;
	return status ? status : stream_flush(out, e);
}

/*
 * grok-bdm - algorithmic complexity of quantised weights by block decomposition
 *
 * A filter.  Measures every matrix among the parameters as it passes; when a checkpoint is over,
 * emits metrics bdm.* of each matrix, each layer and the whole.  man/grok-bdm.1
 */
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bdm/bdm.h"
#include "cli.h"
#include "hash.h"
#include "bdm/quantise.h"
#include "train/checkpoint.h"

enum { CODES = 4, VALUES = 64 };
static const char *const code_names[CODES] = { "planes", "gray", "native", "gzip-mix" };

static const char *code_list = "planes", *include = "*", *exclude, *ctm_file;
static int block, levels = 4, quantise, boundary, nulls = 10, level = 19, perturb;
static int64_t seed = 1;

static const struct opt opts[] = {
	{ 0, "code", "CODE,...", "planes, gray, native, gzip-mix", OPT_TEXT, .var = &code_list },
	{ 0, "block", "N", "side of a block, 2 to 4; 0: 4, and 3 for native", OPT_INT, &block,
	  .max = BDM_SIDE },
	{ 0, "levels", "N", "letters: 2 or 4", OPT_INT, &levels, .min = 2, .max = 4 },
	{ 0, "quantise", "HOW", "from weights to letters", OPT_CHOICE, &quantise,
	  .choices = "quartile|none|sign" },
	{ 0, "boundary", "HOW", "what to do with incomplete blocks", OPT_CHOICE, &boundary,
	  .choices = "ignore|pad|recursive|correlated" },
	{ 0, "null", "N", "shuffles to compare with", OPT_INT, &nulls, .max = 1000000 },
	{ 0, "seed", "N", "of the shuffles", OPT_LONG, .var = &seed },
	{ 0, "include", "GLOB,...", "measure only parameters with these names", OPT_TEXT,
	  .var = &include },
	{ 0, "exclude", "GLOB,...", "but not these", OPT_TEXT, .var = &exclude },
	{ 0, "ctm", "FILE", "take the complexities of blocks from this stream", OPT_FILE,
	  .var = &ctm_file },
	{ 0, "zstd", "LEVEL", "of the compressed size of the letters; 0: leave it out", OPT_INT,
	  &level, .max = 19 },
	{ 0, "perturb", NULL, "write what each block carries as tensors", OPT_FLAG,
	  .var = &perturb },
	{ 0 },
};
static const struct cli cli = {
	.purpose = "measure the algorithmic complexity of quantised weights",
	.flags = CLI_FILTER,
	.opts = opts,
};

static struct bdm measures[CODES]; /* of --code, in its order */
static int ncodes;

/* What is known of a matrix, a layer or a whole model */
struct row {
	char *of;
	int layer; /* -1: none */
	double weights, near_zero, squares, zstd_bytes;
	int no_block; /* it is too small for one: no part of its layer, nor of the whole */
	struct bdm_result result[CODES];
	double *null; /* (ncodes, nulls) K of the shuffles */
	double *map; /* with --perturb: (map_shape) */
	size_t map_shape[2];
};

/* The matrices of a checkpoint, as they are measured */
struct rows {
	struct row *row;
	int n;
};

struct run {
	char *id;
	uint64_t unique, found; /* blocks, and those in the table */
	int told; /* a checkpoint has been measured, with its warnings */
};

static void *alloc(size_t n)
{
	void *p = calloc(n + 1, 1);

	if (!p)
		cli_die("out of memory");
	return p;
}

static char *copy(const char *text)
{
	return strcpy(alloc(strlen(text)), text);
}

static int matches(const char *globs, const char *name)
{
	char *list = copy(globs), *rest = list, *glob;
	int hit = 0;

	while ((glob = strsep(&rest, ",")))
		hit |= !fnmatch(glob, name, 0);
	free(list);
	return hit;
}

static void open_measures(void)
{
	char *list = copy(code_list), *rest = list, *word;
	struct err e;

	if (levels == 3)
		cli_usage("--levels is 2 or 4");
	if (quantise == QUANTISE_SIGN)
		levels = 2;
	while ((word = strsep(&rest, ","))) {
		int c = 0, side;

		while (c < CODES && strcmp(word, code_names[c]))
			c++;
		if (c == CODES)
			cli_usage("--code: '%s' is none of planes, gray, native, gzip-mix", word);
		for (int i = 0; i < ncodes; i++)
			if ((int)measures[i].code == c)
				cli_usage("--code: '%s' is named twice", word);
		side = block ? block : BDM_SIDE;
		if (c == BDM_NATIVE && (side > 3 && (!block || ncodes || rest)))
			side = 3;
		if (bdm_init(&measures[ncodes], (enum bdm_code)c, levels, side,
			     (enum bdm_boundary)boundary, &e))
			cli_usage("--code %s: %s", word, e.msg);
		ncodes++;
	}
	free(list);
	if (perturb && boundary != BDM_IGNORE && boundary != BDM_PAD)
		cli_usage("--perturb needs --boundary ignore or pad");
}

/* A tensor ctm.bK.SxS replaces the built-in values of that shape. */
static int take_table(struct stream_in *in, const struct record *r)
{
	struct tensor x, y;
	int symbols, side, width, used = 0;
	char end;
	struct err e;

	if (r->kind != RECORD_TENSOR ||
	    sscanf(r->name, "ctm.b%d.%dx%d%c", &symbols, &side, &width, &end) != 3 ||
	    side != width || side < 1 || side > BDM_SIDE)
		return 0;
	cli_check(tensor_read(in, r, &x, &e), &e);
	cli_check(tensor_convert(&x, DTYPE_F8, &y, &e), &e);
	for (int i = 0; i < ncodes; i++) {
		if (bdm_symbols(&measures[i]) != symbols || side > (symbols == 2 ? 4 : 3))
			continue;
		if (y.n != (size_t)1 << side * side * (symbols == 2 ? 1 : 2))
			cli_die("'%s': '%s' has %zu values", ctm_file, r->name, y.n);
		cli_check(bdm_set_table(&measures[i], side, y.data, &e), &e);
		used |= side == measures[i].side;
	}
	tensor_free(&x);
	tensor_free(&y);
	return used;
}

static void read_tables(void)
{
	struct stream_in *in;
	struct record r;
	struct err e;
	int used = 0;

	in = stream_open((char *const *)&ctm_file, 1, &e);
	if (!in)
		cli_die("%s", e.msg);
	while (cli_next(in, &r))
		used |= take_table(in, &r);
	stream_free(in);
	if (!used)
		cli_die("'%s' has no table of the blocks that are measured", ctm_file);
}

/* so that each matrix has shuffles of its own */
static uint64_t purpose_of(const char *name, int64_t step)
{
	return hash_bytes(HASH_START ^ (uint64_t)step, name, strlen(name));
}

static void weigh(struct row *row, const float *x, size_t n)
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

static int layer_of(const char *name)
{
	int layer;

	return sscanf(name, "transformer.h.%4d.", &layer) == 1 ? layer : -1;
}

static struct row row_open(const char *of, int layer)
{
	struct row row = { .of = of ? copy(of) : NULL, .layer = layer };

	row.null = alloc((size_t)ncodes * (size_t)nulls * sizeof(double));
	return row;
}

static void row_free(struct row *row)
{
	free(row->of);
	free(row->map);
	free(row->null);
}

static void row_add(struct row *group, const struct row *row)
{
	group->weights += row->weights;
	group->near_zero += row->near_zero;
	group->squares += row->squares;
	group->zstd_bytes += row->zstd_bytes;
	for (int i = 0; i < ncodes; i++)
		bdm_add(&group->result[i], &row->result[i]);
	for (int j = 0; j < ncodes * nulls; j++)
		group->null[j] += row->null[j];
}

/* No block fits into the matrix: nothing is known of its complexity. */
static void row_undefined(struct row *row, const struct run *run)
{
	if (!run->told)
		cli_warn("run '%s': '%s' is too small for a block: it is left out of the whole",
			 run->id, row->of);
	row->no_block = 1;
	for (int i = 0; i < ncodes; i++)
		row->result[i] = (struct bdm_result){
			.bits = NAN, .entropy = NAN, .least = NAN, .largest = NAN
		};
	for (int j = 0; j < ncodes * nulls; j++)
		row->null[j] = NAN;
}

static void measure(struct row *row, const uint8_t *letter, size_t rows, size_t cols, int64_t step,
		    const struct run *run, struct pool *pool)
{
	size_t side = (size_t)measures[0].side, add = boundary == BDM_PAD ? side - 1 : 0, bytes;
	struct err e;
	int fits = 1;

	for (int i = 0; i < ncodes; i++) {
		cli_check(bdm_measure(&measures[i], letter, rows, cols, &row->result[i], &e), &e);
		cli_check(bdm_normalise(&measures[i], &row->result[i], &e), &e);
		fits &= row->result[i].blocks > 0;
	}
	if (!fits)
		row_undefined(row, run);
	if (nulls && fits)
		cli_check(bdm_null(measures, ncodes, letter, rows, cols, nulls, (uint64_t)seed,
				   purpose_of(row->of, step), pool, row->null, &e),
			  &e);
	if (level) {
		bytes = stream_compressed_size(letter, rows * cols, level, &e);
		cli_check(bytes ? 0 : -1, &e);
		row->zstd_bytes = (double)bytes;
	}
	if (perturb && fits) {
		row->map_shape[0] = (rows + add) / side;
		row->map_shape[1] = (cols + add) / side;
		row->map = alloc(row->map_shape[0] * row->map_shape[1] * sizeof(double));
		cli_check(bdm_map(&measures[0], letter, rows, cols, row->map, &e), &e);
	}
}

static int wanted(const struct record *r)
{
	return r->kind == RECORD_TENSOR && r->role == ROLE_PARAM && r->ndim == 2 && r->bytes &&
	       matches(include, r->name) && !(exclude && matches(exclude, r->name));
}

/* Measure a matrix, after it has been passed on. */
static void rows_add(struct rows *c, struct run *run, const struct record *r,
		     const struct tensor *x, struct pool *pool)
{
	static const enum quantise how[] = { QUANTISE_RANK, QUANTISE_NONE, QUANTISE_SIGN };
	struct row row = row_open(r->name, layer_of(r->name));
	uint8_t *letter = alloc(x->n);
	struct err e;

	weigh(&row, x->data, x->n);
	if (quantise_letters(x->data, x->n, how[quantise], levels, letter, &e))
		cli_die("run '%s', step %lld: '%s': %s", run->id, (long long)r->step, row.of,
			e.msg);
	measure(&row, letter, x->shape[0], x->shape[1], r->step, run, pool);
	free(letter);
	for (int i = 0; i < ncodes; i++)
		if (measures[i].code != BDM_GZIP_MIX) {
			run->unique += row.result[i].unique;
			run->found += row.result[i].found;
		}
	c->row = realloc(c->row, (size_t)(c->n + 1) * sizeof(*c->row));
	if (!c->row)
		cli_die("out of memory");
	c->row[c->n++] = row;
}

/* Metrics under construction; names of a second code end in its own. */
struct values {
	struct value value[VALUES];
	char name[VALUES][32];
	int n;
};

static void put(struct values *v, const char *name, int code, double x)
{
	snprintf(v->name[v->n], sizeof(v->name[0]), "bdm.%s%s%s", name, code ? "_" : "",
		 code ? code_names[measures[code].code] : "");
	for (char *p = v->name[v->n]; *p; p++)
		*p = *p == '-' ? '_' : *p;
	v->value[v->n] = (struct value){ v->name[v->n], x };
	v->n++;
}

static void put_null(struct values *v, const struct row *row, int i)
{
	const double *null = row->null + i * nulls;
	double mean = 0, square = 0, sd;

	for (int j = 0; j < nulls; j++)
		mean += null[j] / nulls;
	for (int j = 0; j < nulls; j++)
		square += (null[j] - mean) * (null[j] - mean);
	sd = nulls > 1 ? sqrt(square / (nulls - 1)) : NAN;
	put(v, "null_mean", i, mean);
	put(v, "null_sd", i, sd);
	put(v, "z", i, sd > 0 ? (row->result[i].bits - mean) / sd : NAN);
}

static void emit(struct stream_out *out, const struct run *run, int64_t step, const struct row *row)
{
	struct values v = { .n = 0 };
	struct err e;

	for (int i = 0; i < ncodes; i++) {
		const struct bdm_result *r = &row->result[i];

		put(&v, "bits", i, r->bits);
		put(&v, "bits_per_weight", i, r->bits / row->weights);
		put(&v, "blocks", i, (double)r->blocks);
		put(&v, "unique", i, (double)r->unique);
		put(&v, "coverage", i, r->unique ? (double)r->found / (double)r->unique : NAN);
		put(&v, "entropy", i, r->entropy);
		put(&v, "normalized", i, bdm_share(r));
		if (nulls)
			put_null(&v, row, i);
	}
	if (level)
		put(&v, "zstd_bits", 0, 8 * row->zstd_bytes);
	put(&v, "weights", 0, row->weights);
	put(&v, "near_zero", 0, row->near_zero / row->weights);
	put(&v, "norm", 0, sqrt(row->squares));
	cli_check(stream_put(out,
			     &(struct record){ .kind = RECORD_METRICS,
					       .run = run->id,
					       .step = step,
					       .tool = "bdm",
					       .of = row->of,
					       .values = v.value,
					       .nvalues = v.n },
			     NULL, &e),
		  &e);
	if (row->map) {
		char *name = alloc(strlen(row->of) + 8);

		strcat(strcpy(name, "bdm.map "), row->of);
		cli_check(tensor_put(out, run->id, step, name, ROLE_MEASURE, DTYPE_F8, 2,
				     row->map_shape, row->map, &e),
			  &e);
		free(name);
	}
}

/* Emit each matrix, each layer, everything. */
static void rows_close(struct rows *c, const struct run *run, int64_t step, struct stream_out *out)
{
	struct row all = row_open(NULL, -1);
	int layers = 0;
	struct err e;

	for (int i = 0; i < c->n; i++) {
		emit(out, run, step, &c->row[i]);
		if (!c->row[i].no_block)
			row_add(&all, &c->row[i]);
		if (c->row[i].layer >= layers)
			layers = c->row[i].layer + 1;
	}
	for (int l = 0; l < layers; l++) {
		char of[32];
		struct row layer;

		snprintf(of, sizeof(of), "layer %d", l);
		layer = row_open(of, l);
		for (int i = 0; i < c->n; i++)
			if (c->row[i].layer == l && !c->row[i].no_block)
				row_add(&layer, &c->row[i]);
		if (layer.weights > 0)
			emit(out, run, step, &layer);
		row_free(&layer);
	}
	if (all.weights > 0)
		emit(out, run, step, &all);
	row_free(&all);
	for (int i = 0; i < c->n; i++)
		row_free(&c->row[i]);
	free(c->row);
	*c = (struct rows){ .n = 0 };
	cli_check(stream_flush(out, &e), &e);
}

int main(int argc, char **argv)
{
	struct checkpoint c = { .level = CHECKPOINT_MATRICES };
	struct rows rows = { .n = 0 };
	struct run run = { .id = NULL };
	struct stream_out *out;
	struct stream_in *in;
	struct pool *pool;
	struct tensor x;
	struct record r;
	struct err e;
	int got;

	cli_parse(&cli, argc, argv);
	open_measures();
	if (ctm_file)
		read_tables();
	in = cli_input();
	out = cli_output();
	pool = pool_create(cli_threads(), &e);
	if (!pool)
		cli_die("%s", e.msg);
	while (cli_next(in, &r)) {
		got = checkpoint_close(&c, in, &r, &e);
		cli_check(got, &e);
		if (got) {
			rows_close(&rows, &run, c.step, out);
			run.told = 1;
		}
		cli_pass(in, out, &r);
		got = checkpoint_feed(&c, in, &r, wanted(&r) ? &x : NULL, &e);
		cli_check(got, &e);
		if (got) {
			rows_add(&rows, &run, &r, &x, pool);
			tensor_free(&x);
		}
		if (r.kind == RECORD_HEAD) {
			free(run.id);
			run = (struct run){ .id = copy(r.run) };
		} else if (r.kind == RECORD_END && run.found < run.unique) {
			cli_warn("run '%s': %llu of %llu different blocks are not in the table",
				 run.id, (unsigned long long)(run.unique - run.found),
				 (unsigned long long)run.unique);
		}
	}
	free(run.id);
	checkpoint_free(&c);
	pool_free(pool);
	for (int i = 0; i < ncodes; i++)
		bdm_free(&measures[i]);
	return cli_close(in, out);
}

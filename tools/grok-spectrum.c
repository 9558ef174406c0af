/*
 * grok-spectrum - Fourier structure of embeddings, and of the function that the network computes
 *
 * A filter.  Holds the chosen tensors of a checkpoint, and when it is over emits their measures:
 * metrics, and tensors to draw.  With --progress-measures or --algorithm it holds all weights and
 * runs the network.  man/grok-spectrum.1; the records are described in formats/spectrum.md.
 */
#include <stdlib.h>
#include <string.h>

#include "cli_checkpoint.h"
#include "glob.h"
#include "list.h"
#include "number.h"
#include "spectrum/frozen.h"
#include "spectrum/function.h"
#include "spectrum/singular.h"
#include "spectrum/topology.h"

#define NEURONS "neurons" /* mean hidden units of the last block: not in the stream */

static const char *globs = SUBJECT_EMBEDDING, *singular, *axes_file, *keys_rule = "last";
static int basis, draws = 99, topology, losses, algorithm;

static const struct opt opts[] = {
	{ 0, "tensor", "GLOB,...", "matrices to analyse, by name", OPT_TEXT, &globs,
	  .names = OPT_TENSORS },
	{ 0, "singular", "GLOB,...", "matrices whose norms and ranks to give, by name", OPT_TEXT,
	  .var = &singular },
	{ 0, "basis", "NAME", "order of the residues; auto goes by the operation", OPT_CHOICE,
	  &basis, .choices = SUBJECT_BASIS_NAMES },
	{ 0, "axes", "FILE", "freeze axes and key frequencies at the last checkpoint of FILE",
	  OPT_FILE, .var = &axes_file },
	{ 0, "null", "N", "permutations behind the p-value of a ring; 0: closed form", OPT_INT,
	  &draws, .max = 100000 },
	{ 0, "topology", NULL, "run ripser: are the rows one circle, and is it addition?", OPT_FLAG,
	  .var = &topology },
	{ 0, "progress-measures", NULL, "run the network: restricted and excluded loss", OPT_FLAG,
	  .var = &losses },
	{ 0, "algorithm", NULL, "run the network: is it a clock or a pizza?", OPT_FLAG,
	  .var = &algorithm },
	{ 0, "keys", "RULE", "key frequencies of --progress-measures: last, own, or K,K,...",
	  OPT_TEXT, .var = &keys_rule },
	{ 0 },
};
static const struct cli cli = {
	.purpose = "measure the Fourier structure of every checkpoint that passes",
	.flags = CLI_FILTER,
	.opts = opts,
};

/* A matrix that was chosen, as it is in the stream */
struct matrix {
	char *name;
	struct tensor x;
};

/* What one walk through a stream holds */
struct walk {
	struct stream_in *in;
	char *run;
	struct subject_orders orders;
	struct checkpoint c;
	struct matrix *matrices; /* of the checkpoint, those that were chosen */
	int n;
	int any, any_singular; /* a matrix was chosen in this run, by --tensor, by --singular */
	int ever, ever_singular; /* ... in any run; by --singular in any run */
	int told; /* of the embedding of this run it was told what its rows are */
	int network; /* run the network: fill `function' */
	struct function function;
	struct pool *pool;
	struct singular_set singular; /* of the checkpoint */
	struct frozen_set frozen; /* what --axes gave */
	int *keys, nkeys; /* the frequencies of --keys */
};

/* Does --tensor name hidden units, too? */
static int with_neurons(void)
{
	const char *list = globs, *item;
	size_t n;

	while (list_next(&list, &item, &n))
		if (list_choice(NEURONS, item, n) == 0)
			return 1;
	return 0;
}

static int wanted(const struct record *r)
{
	return r->ndim == 2 && r->shape[0] >= SPECTRUM_ROWS && r->shape[1] &&
	       (glob_matches(globs, r->name) || (losses && !strcmp(r->name, SUBJECT_HEAD)));
}

static int with_norms(const struct record *r)
{
	return singular && r->ndim == 2 && r->shape[0] && r->shape[1] &&
	       glob_matches(singular, r->name);
}

/* --keys: last, own, or frequencies */
static void parse_keys(struct walk *w)
{
	const char *list = keys_rule, *item;
	int64_t k;
	size_t n;

	w->keys = cli_alloc(FUNCTION_MODULUS_MAX, sizeof(*w->keys));
	if (!strcmp(list, "last") || !strcmp(list, "own"))
		return;
	while (list_next(&list, &item, &n)) {
		if (number_whole(item, n, 1, FUNCTION_MODULUS_MAX, &k, NULL))
			cli_usage("--keys: '%.*s' is not last, own or a frequency", (int)n, item);
		if (w->nkeys == FUNCTION_MODULUS_MAX)
			cli_usage("--keys: more than %d frequencies", w->nkeys);
		w->keys[w->nkeys++] = (int)k;
	}
}

/* The function of a run, with the key frequencies that --keys or --axes gives */
static void function_open(struct walk *w)
{
	int axes = axes_file && !cli_given(&keys_rule);
	enum function_rule rule = !losses                     ? FUNCTION_NONE
				  : axes || w->nkeys          ? FUNCTION_GIVEN
				  : !strcmp(keys_rule, "own") ? FUNCTION_OWN
							      : FUNCTION_LAST;
	struct function *f = &w->function;
	struct err e;

	function_free(f);
	cli_check(function_init(f, &w->c, rule, w->pool, &e), &e);
	f->algorithm = algorithm;
	f->neurons = with_neurons();
	f->draws = draws;
	for (int i = 0; i < w->c.task.ops && w->nkeys; i++)
		if (function_give(f, function_order(f, i), w->keys, w->nkeys, &e)) {
			if (e.kind == ERR_DATA)
				cli_unmatched("--keys: run '%s': %s", w->c.run, e.msg);
			cli_die("%s", e.msg);
		}
	for (int i = 0; i < w->frozen.n && axes; i++) {
		const struct frozen *by = w->frozen.of + i;

		if (by->embedding)
			cli_check(function_give(f,
						by->basis == SUBJECT_DLOG ? FUNCTION_DLOG
									  : FUNCTION_ADD,
						by->keys, by->nkeys, &e),
				  &e);
	}
}

static void run_open(struct walk *w, const struct record *head)
{
	struct err e;

	free(w->run);
	subject_orders_free(&w->orders);
	w->run = cli_copy(head->run);
	cli_check(subject_orders(&w->orders, head, (enum subject_basis)basis, &e), &e);
	w->any = w->any_singular = w->told = 0;
	if (w->network)
		function_open(w);
}

static void keep(struct walk *w, const char *name, const struct tensor *x)
{
	w->matrices = cli_grow(w->matrices, (size_t)w->n + 1, sizeof(*w->matrices));
	w->matrices[w->n++] = (struct matrix){ cli_copy(name), *x };
}

/* The parameter @x of the stream, wherever it is wanted */
static void take_parameter(struct walk *w, const struct record *r, struct tensor *x)
{
	struct err e;

	w->any |= wanted(r);
	w->any_singular |= with_norms(r);
	w->ever = 1;
	w->ever_singular |= with_norms(r);
	if (with_norms(r))
		cli_check(singular_add(&w->singular, r->name, x->data, (int)x->shape[0],
				       (int)x->shape[1], &e),
			  &e);
	if (wanted(r))
		keep(w, r->name, x);
	else
		tensor_free(x);
}

/* Take a record in, after it has been passed on. */
static void take(struct walk *w, const struct record *r)
{
	int param = r->kind == RECORD_TENSOR && r->role == ROLE_PARAM;
	struct tensor x;

	if (cli_feed(&w->c, w->in, r, param && (wanted(r) || with_norms(r)) ? &x : NULL))
		take_parameter(w, r, &x);
	if (r->kind == RECORD_HEAD)
		run_open(w, r);
	else if (r->kind == RECORD_END && !w->any && !w->any_singular)
		cli_warn("run '%s' has no matrix '%s' of %d rows or more", w->run, globs,
			 SPECTRUM_ROWS);
	else if (r->kind == RECORD_END && singular && !w->any_singular)
		cli_warn("run '%s' has no matrix '%s'", w->run, singular);
}

static void forget(struct walk *w)
{
	for (int i = 0; i < w->n; i++) {
		free(w->matrices[i].name);
		tensor_free(&w->matrices[i].x);
	}
	free(w->matrices);
	w->matrices = NULL;
	w->n = 0;
}

/* Visit every matrix of the checkpoint in every order of the run. */
static void each_subject(struct walk *w, struct spectrum_report *r,
			 void (*visit)(struct walk *w, const struct subject *s,
				       struct spectrum_report *r))
{
	for (int i = 0; i < w->n; i++)
		for (int b = SUBJECT_ADD; b <= SUBJECT_DLOG; b++) {
			const struct matrix *m = w->matrices + i;
			struct subject s;
			int rows;
			struct err e;

			if (!w->orders.use[b])
				continue;
			if (subject_init(&s, &w->orders, (enum subject_basis)b, m->name, &m->x, &e))
				cli_die("run '%s': %s", w->run, e.msg);
			visit(w, &s, r);
			rows = !s.P;
			subject_free(&s);
			if (rows)
				break; /* no residues, no second order */
		}
}

static void freeze(struct walk *w, const struct subject *s, struct spectrum_report *r)
{
	struct err e;

	(void)r;
	cli_check(frozen_take(&w->frozen, s, &e), &e);
}

/* Measure a matrix; in the discrete-logarithm order say where zero is, and which row is which. */
static void measure_subject(struct walk *w, const struct subject *s, struct spectrum_report *r)
{
	const size_t length = (size_t)s->n;
	const struct frozen *by;
	struct err e;

	if (frozen_find(&w->frozen, s, &by, &e))
		cli_die("'%s': %s", axes_file, e.msg);
	if (s->embedding && !w->orders.P && !w->told)
		cli_warn("run '%s' names no modulus: all %d rows of '%s' count as numbers", w->run,
			 s->n, SUBJECT_EMBEDDING);
	w->told |= s->embedding;
	r->of = s->of;
	if (s->P && s->basis == SUBJECT_DLOG) {
		spectrum_report_add(r, "spectrum.zero_norm", s->zero);
		cli_check(spectrum_report_tensor(r, "spectrum.order", DTYPE_I4, 1, &length,
						 w->orders.power, &e),
			  &e);
	}
	cli_check(spectrum_report_matrix(r, s->x, s->n, s->C, draws, by, &e), &e);
	if (topology)
		cli_check(topology_report(r, s->x, s->n, s->C, draws, &e), &e);
}

/* The paper's measures take all rows of a matrix, other tokens too. */
static void measure_whole(struct walk *w, struct spectrum_report *r)
{
	struct err e;

	for (int i = 0; i < w->n; i++) {
		const struct matrix *m = w->matrices + i;

		r->of = strcmp(m->name, SUBJECT_EMBEDDING) ? m->name : NULL;
		cli_check(spectrum_report_whole(r, m->x.data, (int)m->x.shape[0],
						(int)m->x.shape[1], &e),
			  &e);
	}
}

/* Measure the checkpoint that is closed, and forget it. */
static void measure(struct walk *w, struct spectrum_report *r)
{
	const char *dir = getenv("TMPDIR");
	struct err e;

	r->run = w->run;
	r->step = w->c.step;
	each_subject(w, r, measure_subject);
	measure_whole(w, r);
	cli_check(singular_report(&w->singular, r, &e), &e);
	if (w->network) {
		if (losses)
			cli_need_split(&w->c);
		cli_check(function_measure(&w->function, r, dir ? dir : "/tmp", &e), &e);
	}
	cli_check(stream_flush(r->out, &e), &e);
	forget(w);
}

/* --axes: keep the axes and key frequencies of the last checkpoint of a file. */
static void read_axes(struct walk *w)
{
	struct record r;

	w->in = cli_input_file(axes_file);
	while (cli_next(w->in, &r)) {
		if (cli_closes(&w->c, w->in, &r)) {
			each_subject(w, NULL, freeze);
			singular_free(&w->singular);
			forget(w);
		}
		take(w, &r);
	}
	stream_free(w->in);
	checkpoint_free(&w->c);
	if (!w->frozen.n)
		cli_die("'%s' holds no matrix '%s'", axes_file, globs);
}

static void walk_free(struct walk *w)
{
	free(w->run);
	subject_orders_free(&w->orders);
	checkpoint_free(&w->c);
	function_free(&w->function);
	singular_free(&w->singular);
	frozen_free(&w->frozen);
	free(w->keys);
	pool_free(w->pool);
}

/* Nothing was measured, of --tensor or of --singular: which matrices were wanted? */
static void die_empty(const struct walk *w, struct stream_out *out)
{
	char text[300];

	if (w->ever) {
		snprintf(text, sizeof(text), "--singular '%.200s'", singular);
		cli_die_empty(out, w->c.params, text);
	}
	snprintf(text, sizeof(text), "--tensor '%.200s'", globs);
	cli_die_empty(out, w->c.params, text);
}

int main(int argc, char **argv)
{
	struct walk w = { .in = NULL };
	struct spectrum_report report = { .out = NULL };
	struct record r;
	struct err e;

	cli_parse(&cli, argc, argv);
	parse_keys(&w);
	if (axes_file)
		read_axes(&w);
	w.ever = w.ever_singular = 0;
	if (cli_given(&keys_rule) && !losses)
		cli_usage("--keys are those of --progress-measures, which is missing");
	w.network = losses || algorithm || with_neurons();
	w.c.level = w.network ? CHECKPOINT_NETWORK : CHECKPOINT_MATRICES;
	w.pool = cli_pool(w.network ? cli_threads() : 1);
	w.in = cli_input();
	report.out = cli_output();
	while (cli_next(w.in, &r)) {
		if (cli_closes(&w.c, w.in, &r))
			measure(&w, &report);
		if (r.kind == RECORD_END && w.network)
			cli_check(function_release(&w.function, &report, &e), &e);
		cli_pass(w.in, report.out, &r);
		take(&w, &r);
	}
	if (!w.ever && !(w.network && w.c.params))
		die_empty(&w, report.out);
	if (w.ever && singular && !w.ever_singular)
		die_empty(&w, report.out);
	walk_free(&w);
	return cli_close(w.in, report.out);
}

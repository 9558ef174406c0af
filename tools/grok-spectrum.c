/*
 * grok-spectrum - Fourier structure of embeddings, and of the function that the network computes
 *
 * A filter.  Holds the chosen tensors of a checkpoint, and when it is over emits their measures:
 * metrics, and tensors to draw.  With --progress-measures it holds all weights and runs the network.
 * man/grok-spectrum.1; the records are described in formats/spectrum.md.
 */
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "spectrum/progress.h"
#include "train/residue.h"

#define EMBEDDING "transformer.wte.weight"
#define HEAD      "lm_head.weight"
#define NEURONS   "neurons" /* mean hidden units of the last block: not in the stream */

enum basis { BASIS_AUTO, BASIS_ADD, BASIS_DLOG, BASES };

static const char *globs = EMBEDDING, *axes_file, *keys_rule = "last";
static int basis, draws = 99, progress;
static int keys[PROGRESS_MODULUS_MAX], nkeys; /* frequencies of --keys */

static const struct opt opts[] = {
	{ 0, "tensor", "GLOB,...", "matrices to analyse, by name", OPT_TEXT, .var = &globs },
	{ 0, "basis", "NAME", "order of the residues; auto goes by the operation", OPT_CHOICE,
	  &basis, .choices = "auto|add|dlog" },
	{ 0, "axes", "FILE", "freeze axes and key frequencies at the last checkpoint of FILE",
	  OPT_FILE, .var = &axes_file },
	{ 0, "null", "N", "permutations behind the p-value of a ring; 0: closed form", OPT_INT,
	  &draws, .max = 100000 },
	{ 0, "progress-measures", NULL, "run the network: restricted and excluded loss", OPT_FLAG,
	  .var = &progress },
	{ 0, "keys", "RULE", "key frequencies of those: last, own, or K,K,...", OPT_TEXT,
	  .var = &keys_rule },
	{ 0 },
};
static const struct cli cli = {
	.purpose = "measure the Fourier structure of every checkpoint that passes",
	.flags = CLI_FILTER,
	.opts = opts,
};

/* What the head of a run says about its residues */
struct run {
	char *id;
	int P; /* the modulus; 0: unknown, rows are just rows */
	bool use[BASES]; /* by enum basis */
	int *power; /* (P - 1), powers of the least primitive root; NULL if P is no prime */
};

/* A tensor that was chosen, as it is in the stream */
struct matrix {
	char *name;
	struct tensor x;
};

/* The matrices of a checkpoint that were chosen */
struct held {
	struct matrix *matrices;
	int n;
};

/* A matrix in the order of a basis: what is measured */
struct subject {
	const char *of; /* NULL: the embedding in the basis of the run */
	enum basis basis;
	bool embedding;
	int n, C, P; /* P = 0: rows are not residues */
	float *x;
	double zero; /* dlog: norm of the row of 0 / root mean square norm of the others */
};

/* What --axes froze, by subject */
static struct frozen {
	char *of;
	bool embedding;
	enum basis basis;
	struct spectrum_frozen by;
} * frozen;
static int nfrozen;

static void *alloc(size_t n)
{
	void *p = malloc(n + 1);

	if (!p)
		cli_die("out of memory");
	return p;
}

static char *copy(const char *text)
{
	return strcpy(alloc(strlen(text)), text);
}

static bool wanted(const struct record *r)
{
	char *list = copy(globs), *rest = list, *glob;
	bool hit = progress && !strcmp(r->name, HEAD);

	while ((glob = strsep(&rest, ",")))
		hit |= !fnmatch(glob, r->name, 0);
	free(list);
	return hit && r->ndim == 2 && r->shape[0] >= SPECTRUM_ROWS && r->shape[1];
}

/* Is the matrix that is no parameter in the list? */
static bool neurons(void)
{
	const char *at = globs;
	size_t n = strlen(NEURONS);

	while ((at = strstr(at, NEURONS))) {
		if ((at == globs || at[-1] == ',') && (!at[n] || at[n] == ','))
			return true;
		at += n;
	}
	return false;
}

static void run_free(struct run *run)
{
	free(run->id);
	free(run->power);
	*run = (struct run){ .id = NULL };
}

static void run_open(struct run *run, const struct record *head)
{
	const struct setting *P = format_setting(head, "modulus"), *op = format_setting(head, "op");
	bool prime;

	run_free(run);
	run->id = copy(head->run);
	if (P && (P->type != SETTING_INT || P->i < SPECTRUM_ROWS || P->i > 1 << 15))
		cli_die("run '%s': cannot work with its modulus", head->run);
	run->P = P ? (int)P->i : 0;
	prime = run->P && residue_prime(run->P);
	if (basis == BASIS_DLOG && !prime)
		cli_die("run '%s': discrete logarithms need a prime modulus", head->run);
	if (op && op->type == SETTING_TEXT && prime && basis == BASIS_AUTO) {
		run->use[BASIS_DLOG] = strstr(op->text, "mul") || strstr(op->text, "div");
		run->use[BASIS_ADD] = strstr(op->text, "add") || strstr(op->text, "sub");
	}
	if (basis != BASIS_AUTO)
		run->use[basis] = true;
	if (!run->use[BASIS_DLOG])
		run->use[BASIS_ADD] = true;
	if (prime) {
		run->power = alloc(sizeof(*run->power) * (size_t)run->P);
		residue_tables(run->P, NULL, run->power);
	}
}

static double row_norm(const float *row, int C)
{
	double sum = 0;

	for (int j = 0; j < C; j++)
		sum += (double)row[j] * row[j];
	return sqrt(sum);
}

/*
 * The matrix in the order of @b.  Rows are tokens if there are at least as many as residues and it is
 * the embedding or the head; any other matrix is taken row by row.
 */
static struct subject subject_open(const struct run *run, const struct matrix *m, enum basis b)
{
	bool tokens = run->P && m->x.shape[0] >= (size_t)run->P &&
		      (!strcmp(m->name, EMBEDDING) || !strcmp(m->name, HEAD));
	bool both = run->use[BASIS_ADD] && run->use[BASIS_DLOG];
	const float *data = m->x.data;
	struct subject s = { .basis = b, .C = (int)m->x.shape[1], .P = tokens ? run->P : 0 };

	s.embedding = !strcmp(m->name, EMBEDDING);
	s.n = !tokens ? (int)m->x.shape[0] : b == BASIS_DLOG ? run->P - 1 : run->P;
	if (both && tokens) {
		const char *suffix = b == BASIS_DLOG ? " dlog" : " add";
		char *of = alloc(strlen(m->name) + strlen(suffix));

		s.of = strcat(strcpy(of, m->name), suffix);
	} else if (!s.embedding) {
		s.of = copy(m->name);
	}
	s.x = alloc(sizeof(*s.x) * (size_t)s.n * (size_t)s.C);
	for (int i = 0; i < s.n; i++) {
		int row = tokens && b == BASIS_DLOG ? run->power[i] : i;

		memcpy(s.x + (size_t)i * s.C, data + (size_t)row * s.C, sizeof(*s.x) * (size_t)s.C);
	}
	if (tokens && b == BASIS_DLOG)
		s.zero = row_norm(data, s.C) /
			 (row_norm(s.x, s.n * s.C) / sqrt(s.n)); /* of all rows as one */
	return s;
}

static void subject_free(struct subject *s)
{
	free((char *)s->of);
	free(s->x);
}

static const struct spectrum_frozen *thaw(const struct subject *s)
{
	const char *of = s->of ? s->of : "";

	for (int i = 0; i < nfrozen; i++) {
		const struct spectrum_frozen *by = &frozen[i].by;

		if (strcmp(frozen[i].of, of))
			continue;
		if (by->n != s->n || by->C != s->C)
			cli_die("'%s': '%s' is %dx%d there and %dx%d here", axes_file,
				s->of ? s->of : EMBEDDING, by->n, by->C, s->n, s->C);
		return by;
	}
	return NULL;
}

/* Measure a subject; in the discrete-logarithm basis say where zero is, and which row is which. */
static void measure(struct spectrum_report *r, const struct run *run, const struct subject *s)
{
	const size_t length = (size_t)s->n;
	struct err e;

	r->of = s->of;
	if (s->P && s->basis == BASIS_DLOG) {
		spectrum_report_add(r, "spectrum.zero_norm", s->zero);
		cli_check(spectrum_report_tensor(r, "spectrum.order", DTYPE_I4, 1, &length,
						 run->power, &e),
			  &e);
	}
	cli_check(spectrum_report_matrix(r, s->x, s->n, s->C, draws, thaw(s), &e), &e);
}

/* Keep the axes and keys of a subject, in place of those of an earlier checkpoint. */
static void freeze(const struct subject *s)
{
	const char *of = s->of ? s->of : "";
	struct err e;
	int i = 0;

	while (i < nfrozen && strcmp(frozen[i].of, of))
		i++;
	if (i == nfrozen) {
		frozen = realloc(frozen, sizeof(*frozen) * (size_t)++nfrozen);
		if (!frozen)
			cli_die("out of memory");
		frozen[i].of = copy(of);
		frozen[i].embedding = s->embedding;
		frozen[i].basis = s->basis;
	} else {
		spectrum_frozen_free(&frozen[i].by);
	}
	cli_check(spectrum_freeze(s->x, s->n, s->C, &frozen[i].by, &e), &e);
}

/* The function of the run, with --progress-measures */
static struct progress function;

/* Open it for a run, with the key frequencies that --keys or --axes gives. */
static void function_open(const struct checkpoint *c, struct pool *pool)
{
	bool axes = axes_file && !cli_given(&keys_rule);
	enum progress_rule rule = axes || nkeys               ? PROGRESS_GIVEN
				  : !strcmp(keys_rule, "own") ? PROGRESS_OWN
							      : PROGRESS_LAST;
	struct err e;

	progress_free(&function);
	cli_check(progress_init(&function, c, rule, pool, &e), &e);
	function.neurons = neurons();
	function.draws = draws;
	for (int i = 0; i < c->task.ops && nkeys; i++) {
		enum task_op op = c->task.op[i];

		cli_check(progress_give(&function,
					op == TASK_MUL || op == TASK_DIV ? PROGRESS_DLOG
									 : PROGRESS_ADD,
					keys, nkeys, &e),
			  &e);
	}
	for (int i = 0; i < nfrozen && axes; i++)
		if (frozen[i].embedding)
			cli_check(progress_give(&function,
						frozen[i].basis == BASIS_DLOG ? PROGRESS_DLOG
									      : PROGRESS_ADD,
						frozen[i].by.keys, frozen[i].by.nkeys, &e),
				  &e);
}

static void function_measure(struct spectrum_report *r)
{
	const char *dir = getenv("TMPDIR");
	struct err e;

	if (!function.checkpoint->split)
		cli_die("run '%s' has no data.split before its first checkpoint", r->run);
	cli_check(progress_measure(&function, r, dir ? dir : "/tmp", &e), &e);
}

/* --keys: last, own, or frequencies */
static void parse_keys(void)
{
	char *list = copy(keys_rule), *rest = list, *word;
	double k;

	if (strcmp(keys_rule, "last") && strcmp(keys_rule, "own"))
		while ((word = strsep(&rest, ","))) {
			if (cli_number(word, &k) || k != floor(k) || k < 1 ||
			    k > PROGRESS_MODULUS_MAX)
				cli_usage("--keys: '%s' is not last, own or a frequency", word);
			if (nkeys == PROGRESS_MODULUS_MAX)
				cli_usage("--keys: more than %d frequencies", nkeys);
			keys[nkeys++] = (int)k;
		}
	free(list);
}

/* Measure what the checkpoint held; without @r, freeze it. */
static void held_measure(struct held *c, const struct run *run, int64_t step,
			 struct spectrum_report *r)
{
	struct err e;

	for (int i = 0; i < c->n; i++) {
		for (int b = BASIS_ADD; b <= BASIS_DLOG; b++) {
			struct subject s;

			if (!run->use[b])
				continue;
			s = subject_open(run, c->matrices + i, b);
			if (r) {
				r->run = run->id;
				r->step = step;
				measure(r, run, &s);
			} else {
				freeze(&s);
			}
			subject_free(&s);
			if (!s.P)
				break; /* no residues, no second order */
		}
		free(c->matrices[i].name);
		tensor_free(&c->matrices[i].x);
	}
	if (r && function.work) {
		r->run = run->id;
		r->step = step;
		function_measure(r);
	}
	if (r)
		cli_check(stream_flush(r->out, &e), &e);
	free(c->matrices);
	*c = (struct held){ .n = 0 };
}

static void held_add(struct held *c, const char *name, const struct tensor *x)
{
	c->matrices = realloc(c->matrices, sizeof(*c->matrices) * (size_t)(c->n + 1));
	if (!c->matrices)
		cli_die("out of memory");
	c->matrices[c->n++] = (struct matrix){ copy(name), *x };
}

/* Read a stream; without @out, only to freeze what its last checkpoint holds. */
static void follow(struct stream_in *in, struct stream_out *out)
{
	bool weights = out && (progress || neurons()), any = false;
	struct checkpoint c = { .level = weights ? CHECKPOINT_NETWORK : CHECKPOINT_MATRICES };
	struct spectrum_report report = { .out = out };
	struct held held = { .n = 0 };
	struct run run = { .id = NULL };
	struct pool *pool = NULL;
	struct tensor x;
	struct record r;
	struct err e;
	int got;

	if (weights) {
		pool = pool_create(cli_threads(), &e);
		if (!pool)
			cli_die("%s", e.msg);
	}

	while (cli_next(in, &r)) {
		bool param = r.kind == RECORD_TENSOR && r.role == ROLE_PARAM;

		got = checkpoint_close(&c, in, &r, &e);
		cli_check(got, &e);
		if (got)
			held_measure(&held, &run, c.step, out ? &report : NULL);
		if (r.kind == RECORD_END && weights) {
			report.run = run.id;
			cli_check(progress_release(&function, &report, &e), &e);
		}
		if (out)
			cli_pass(in, out, &r);
		got = checkpoint_feed(&c, in, &r, param && wanted(&r) ? &x : NULL, &e);
		cli_check(got, &e);
		if (got)
			held_add(&held, r.name, &x);
		any |= got > 0;
		if (r.kind == RECORD_HEAD) {
			run_open(&run, &r);
			any = false;
			if (weights)
				function_open(&c, pool);
		} else if (r.kind == RECORD_END && !any) {
			cli_warn("run '%s' has no matrix '%s' of %d rows or more", run.id, globs,
				 SPECTRUM_ROWS);
		}
	}
	run_free(&run);
	progress_free(&function);
	checkpoint_free(&c);
	pool_free(pool);
}

int main(int argc, char **argv)
{
	struct stream_in *in;
	struct stream_out *out;
	struct err e;

	cli_parse(&cli, argc, argv);
	parse_keys();
	if (axes_file) {
		in = stream_open((char *const *)&axes_file, 1, &e);
		if (!in)
			cli_die("%s", e.msg);
		follow(in, NULL);
		stream_free(in);
		if (!nfrozen)
			cli_die("'%s' holds no matrix '%s'", axes_file, globs);
	}
	in = cli_input();
	out = cli_output();
	follow(in, out);
	return cli_close(in, out);
}

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
#include <unistd.h>

#include "cli.h"
#include "grid.h"
#include "model.h"
#include "residue.h"
#include "spectrum_report.h"

#define EMBEDDING "transformer.wte.weight"
#define HEAD      "lm_head.weight"

enum basis { BASIS_AUTO, BASIS_ADD, BASIS_DLOG, BASES };
enum { PROGRESS_MODULUS = 512 }; /* logits of 512 MiB */

static const char *globs = EMBEDDING, *axes_file, *keys_rule = "last";
static int basis, draws = 99, progress;

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

struct checkpoint {
	bool open; /* parameters of it have been seen, nothing else yet */
	int64_t step;
	struct matrix *matrices;
	int n;
};

/* A matrix in the order of a basis: what is measured */
struct subject {
	const char *of; /* NULL: the embedding in the basis of the run */
	enum basis basis;
	int n, C, P; /* P = 0: rows are not residues */
	float *x;
	double zero; /* dlog: norm of the row of 0 / root mean square norm of the others */
};

/* What --axes froze, by subject */
static struct frozen {
	char *of;
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

static bool wanted(const char *name)
{
	char *list = copy(globs), *rest = list, *glob;
	bool hit = progress && !strcmp(name, HEAD);

	while ((glob = strsep(&rest, ",")))
		hit |= !fnmatch(glob, name, 0);
	free(list);
	return hit;
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

	s.n = !tokens ? (int)m->x.shape[0] : b == BASIS_DLOG ? run->P - 1 : run->P;
	if (both && tokens) {
		const char *suffix = b == BASIS_DLOG ? " dlog" : " add";
		char *of = alloc(strlen(m->name) + strlen(suffix));

		s.of = strcat(strcpy(of, m->name), suffix);
	} else if (strcmp(m->name, EMBEDDING)) {
		s.of = copy(m->name);
	}
	s.x = alloc(sizeof(*s.x) * (size_t)s.n * (size_t)s.C);
	for (int i = 0; i < s.n; i++) {
		int row = tokens && b == BASIS_DLOG ? run->power[i] : i;

		memcpy(s.x + (size_t)i * s.C, data + (size_t)row * s.C, sizeof(*s.x) * (size_t)s.C);
	}
	for (size_t i = 0; i < (size_t)s.n * s.C; i++)
		if (!isfinite(s.x[i]))
			cli_die("run '%s': '%s' has NaN or infinite entries", run->id, m->name);
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
	} else {
		spectrum_frozen_free(&frozen[i].by);
	}
	cli_check(spectrum_freeze(s->x, s->n, s->C, &frozen[i].by, &e), &e);
}

/* The network of a run at work, and the losses that wait for key frequencies */
static struct function {
	struct model model;
	bool split; /* data.split has been seen */
	struct pool *pool;
	struct gpt_work *work;
	int nkeys[BASES], *keys[BASES]; /* of the newest checkpoint, by basis */
	FILE *spool; /* logits (n, n, P) of all held checkpoints, one after another */
	struct held {
		int64_t step;
		int op; /* its place in the run */
	} * held;
	int nheld;
} fn;

static void function_open(const struct run *run, const struct record *head)
{
	struct err e;

	cli_check(model_init(&fn.model, head, &e), &e);
	if (run->P > PROGRESS_MODULUS)
		cli_die("run '%s': --progress-measures needs a modulus of %d or less", run->id,
			PROGRESS_MODULUS);
	if (!fn.pool)
		fn.pool = pool_create(cli_threads(), &e);
	fn.work = fn.pool ? gpt_work_create(&fn.model.g, run->P, fn.model.task.ops, 0, fn.pool, &e)
			  : NULL;
	if (!fn.work)
		cli_die("%s", e.msg);
	for (int b = BASIS_ADD; b <= BASIS_DLOG; b++)
		fn.keys[b] = alloc(sizeof(int) * (size_t)run->P);
}

static void function_close(void)
{
	model_free(&fn.model);
	gpt_work_free(fn.work);
	for (int b = BASIS_ADD; b <= BASIS_DLOG; b++)
		free(fn.keys[b]);
	if (fn.spool)
		fclose(fn.spool);
	free(fn.held);
	fn = (struct function){ .pool = fn.pool };
}

static enum basis grid_basis(const struct grid *g)
{
	enum task_op op = fn.model.task.op[g->op];

	return op == TASK_MUL || op == TASK_DIV ? BASIS_DLOG : BASIS_ADD;
}

/* Key frequencies of the checkpoint's embedding in the order of @g */
static void own_keys(const struct grid *g)
{
	const struct gpt_param *p = fn.model.g.param + gpt_find(&fn.model.g, EMBEDDING);
	enum basis b = grid_basis(g);
	int C = p->shape[1];
	float *x = alloc(sizeof(*x) * (size_t)g->n * C),
	      *norm = alloc(sizeof(*norm) * (size_t)g->n);
	struct err e;

	for (int i = 0; i < g->n; i++)
		memcpy(x + (size_t)i * C, fn.model.g.w + p->offset + (size_t)g->residue[i] * C,
		       sizeof(*x) * (size_t)C);
	cli_check(spectrum_norms(x, g->n, C, norm, &e), &e);
	fn.nkeys[b] = spectrum_keys(norm, g->n, fn.keys[b]);
	free(x);
	free(norm);
}

static int ascending(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Keys of --keys K,K,... or of --axes; false if they come from the run itself. */
static bool given_keys(const struct run *run, const struct grid *g)
{
	enum basis b = grid_basis(g);
	int n = g->n, count = 0;
	bool both = run->use[BASIS_ADD] && run->use[BASIS_DLOG];
	char *list, *rest, *word;

	if (!cli_given(&keys_rule) && axes_file) {
		const char *of = !both             ? ""
				 : b == BASIS_DLOG ? EMBEDDING " dlog"
						   : EMBEDDING " add";

		for (int i = 0; i < nfrozen; i++)
			if (!strcmp(frozen[i].of, of) && frozen[i].by.n == n) {
				fn.nkeys[b] = frozen[i].by.nkeys;
				memcpy(fn.keys[b], frozen[i].by.keys,
				       sizeof(int) * (size_t)fn.nkeys[b]);
				return true;
			}
		cli_die("'%s' has no embedding of %d residues in the basis of run '%s': give "
			"--keys",
			axes_file, n, run->id);
	}
	if (!strcmp(keys_rule, "last") || !strcmp(keys_rule, "own"))
		return false;
	list = rest = copy(keys_rule);
	while ((word = strsep(&rest, ","))) {
		double k;

		if (cli_number(word, &k) || k != floor(k) || k < 1 || k > n / 2)
			cli_usage("--keys: '%s' is not a frequency of %d points, 1 to %d", word, n,
				  n / 2);
		if (count == n / 2)
			cli_usage("--keys: '%s' has too many frequencies", keys_rule);
		fn.keys[b][count++] = (int)k;
	}
	free(list);
	qsort(fn.keys[b], (size_t)count, sizeof(int), ascending);
	for (int i = 1; i < count; i++)
		if (fn.keys[b][i] == fn.keys[b][i - 1])
			cli_usage("--keys: %d is there twice", fn.keys[b][i]);
	fn.nkeys[b] = count;
	return true;
}

static void about_op(struct spectrum_report *r, int k)
{
	static const char *const names[] = { "add", "sub", "mul", "div" };

	r->of = fn.model.task.ops > 1 ? names[fn.model.task.op[k]] : NULL;
}

static void losses(struct spectrum_report *r, const float *logits, const struct grid *g)
{
	enum basis b = grid_basis(g);
	struct spectrum_progress p;
	struct err e;

	cli_check(spectrum_progress(logits, &g->task, fn.keys[b], fn.nkeys[b], &p, &e), &e);
	spectrum_report_losses(r, &p);
	spectrum_report_add(r, "spectrum.progress_keys", fn.nkeys[b]);
}

/* Put the logits aside until the keys of the run's last checkpoint are known. */
static void hold(int64_t step, int k, const float *logits, size_t n)
{
	if (!fn.spool) {
		const char *dir = getenv("TMPDIR");
		char name[4096];
		int fd = -1;

		if (snprintf(name, sizeof(name), "%s/grok-spectrum-XXXXXX", dir ? dir : "/tmp") <
		    (int)sizeof(name))
			fd = mkstemp(name);
		if (fd >= 0)
			unlink(name);
		fn.spool = fd < 0 ? NULL : fdopen(fd, "w+b");
		if (!fn.spool)
			cli_die("cannot make a temporary file in '%s'", dir ? dir : "/tmp");
	}
	if (fwrite(logits, sizeof(*logits), n, fn.spool) != n)
		cli_die("cannot write a temporary file: is the disk full?");
	fn.held = realloc(fn.held, sizeof(*fn.held) * (size_t)(fn.nheld + 1));
	if (!fn.held)
		cli_die("out of memory");
	fn.held[fn.nheld++] = (struct held){ step, k };
}

/* Measure the function of a whole checkpoint. */
static void function_measure(struct spectrum_report *r, const struct run *run)
{
	double square = 0;
	struct err e;

	if (model_whole(&fn.model, &e))
		cli_die("run '%s', step %lld: %s", run->id, (long long)r->step, e.msg);
	if (!fn.split)
		cli_die("run '%s' has no data.split before its first checkpoint", run->id);
	for (size_t i = 0; i < fn.model.g.size; i++)
		square += (double)fn.model.g.w[i] * fn.model.g.w[i];
	for (int k = 0; k < fn.model.task.ops; k++) {
		float *logits = NULL;
		struct grid g;

		if (grid_init(&g, &fn.model.task, k, &e) ||
		    !(logits = grid_logits(&g, &fn.model.task, fn.work, &fn.model.g, &e)))
			cli_die("run '%s', step %lld: %s", run->id, (long long)r->step, e.msg);
		about_op(r, k);
		cli_check(spectrum_report_function(r, logits, &g.task, &e), &e);
		spectrum_report_add(r, "spectrum.weight_norm", sqrt(square));
		if (given_keys(run, &g)) {
			losses(r, logits, &g);
		} else {
			own_keys(&g);
			if (!strcmp(keys_rule, "own"))
				losses(r, logits, &g);
			else
				hold(r->step, k, logits, (size_t)g.n * g.n * run->P);
		}
		cli_check(spectrum_report_metrics(r, &e), &e);
		free(logits);
		grid_free(&g);
	}
	model_forget(&fn.model);
}

/* The run is over, its last keys are known: measure what was held. */
static void release(struct spectrum_report *r, const struct run *run)
{
	struct err e;

	if (fn.nheld)
		rewind(fn.spool);
	for (int i = 0; i < fn.nheld; i++) {
		float *logits;
		struct grid g;
		size_t n;

		cli_check(grid_init(&g, &fn.model.task, fn.held[i].op, &e), &e);
		n = (size_t)g.n * g.n * run->P;
		logits = alloc(sizeof(*logits) * n);
		if (fread(logits, sizeof(*logits), n, fn.spool) != n)
			cli_die("cannot read a temporary file back");
		about_op(r, g.op);
		r->run = run->id;
		r->step = fn.held[i].step;
		losses(r, logits, &g);
		cli_check(spectrum_report_metrics(r, &e), &e);
		free(logits);
		grid_free(&g);
	}
}

/* Measure what the checkpoint held; without @r, freeze it. */
static void checkpoint_close(struct checkpoint *c, const struct run *run, struct spectrum_report *r)
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
				r->step = c->step;
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
	if (r && progress) {
		r->run = run->id;
		r->step = c->step;
		function_measure(r, run);
	}
	if (r)
		cli_check(stream_flush(r->out, &e), &e);
	free(c->matrices);
	*c = (struct checkpoint){ .open = false };
}

/* Take a parameter in, after it has been passed on: a matrix that was asked for, or any weight. */
static void checkpoint_add(struct checkpoint *c, struct stream_in *in, const struct record *r,
			   bool weights)
{
	bool matrix =
		wanted(r->name) && r->ndim == 2 && r->shape[0] >= SPECTRUM_ROWS && r->shape[1];
	struct tensor x;
	struct err e;

	c->open = true;
	c->step = r->step;
	if (!matrix && !weights)
		return;
	cli_check(tensor_floats(in, r, &x, &e), &e);
	if (weights && model_set(&fn.model, r->name, &x, &e) < 0) {
		stream_reject(in, &e);
		cli_die("%s", e.msg);
	}
	if (!matrix) {
		tensor_free(&x);
		return;
	}
	c->matrices = realloc(c->matrices, sizeof(*c->matrices) * (size_t)(c->n + 1));
	if (!c->matrices)
		cli_die("out of memory");
	c->matrices[c->n++] = (struct matrix){ copy(r->name), x };
}

static bool belongs(const struct checkpoint *c, const struct record *r)
{
	return r->kind == RECORD_TENSOR && r->role != ROLE_MEASURE && r->step == c->step;
}

static void take_split(struct stream_in *in, const struct record *r)
{
	struct tensor x;
	struct err e;

	cli_check(tensor_read(in, r, &x, &e), &e);
	if (model_split(&fn.model, &x, &e)) {
		stream_reject(in, &e);
		cli_die("%s", e.msg);
	}
	fn.split = true;
	tensor_free(&x);
}

/* Read a stream; without @out, only to freeze what its last checkpoint holds. */
static void follow(struct stream_in *in, struct stream_out *out)
{
	struct spectrum_report report = { .out = out };
	struct checkpoint c = { .open = false };
	struct run run = { .id = NULL };
	bool weights = out && progress, any = false;
	struct record r;

	while (cli_next(in, &r)) {
		if (c.open && !belongs(&c, &r))
			checkpoint_close(&c, &run, out ? &report : NULL);
		if (r.kind == RECORD_END && weights)
			release(&report, &run);
		if (out)
			cli_pass(in, out, &r);
		if (r.kind == RECORD_HEAD) {
			run_open(&run, &r);
			any = false;
			if (weights) {
				function_close();
				function_open(&run, &r);
			}
		} else if (r.kind == RECORD_TENSOR && r.role == ROLE_PARAM) {
			checkpoint_add(&c, in, &r, weights);
			any |= c.n > 0;
		} else if (r.kind == RECORD_TENSOR && weights && !strcmp(r.name, "data.split")) {
			take_split(in, &r);
		} else if (r.kind == RECORD_END && !any) {
			cli_warn("run '%s' has no matrix '%s' of %d rows or more", run.id, globs,
				 SPECTRUM_ROWS);
		}
	}
	run_free(&run);
}

int main(int argc, char **argv)
{
	struct stream_in *in;
	struct stream_out *out;
	struct err e;

	cli_parse(&cli, argc, argv);
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
	function_close();
	pool_free(fn.pool);
	return cli_close(in, out);
}

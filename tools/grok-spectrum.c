/*
 * grok-spectrum - Fourier structure of embeddings: how concentrated, how many directions, which rings
 *
 * A filter.  Holds the chosen tensors of a checkpoint, and when it is over emits their measures:
 * metrics, and tensors to draw.  man/grok-spectrum.1; the records are described in
 * formats/spectrum.md.
 */
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "residue.h"
#include "spectrum_report.h"
#include "tensor.h"

#define EMBEDDING "transformer.wte.weight"

enum basis { BASIS_AUTO, BASIS_ADD, BASIS_DLOG };

static const char *globs = EMBEDDING, *axes_file;
static int basis, draws = 99;

static const struct opt opts[] = {
	{ 0, "tensor", "GLOB,...", "matrices to analyse, by name", OPT_TEXT, .var = &globs },
	{ 0, "basis", "NAME", "order of the residues; auto goes by the operation", OPT_CHOICE,
	  &basis, .choices = "auto|add|dlog" },
	{ 0, "axes", "FILE", "freeze axes and key frequencies at the last checkpoint of FILE",
	  OPT_FILE, .var = &axes_file },
	{ 0, "null", "N", "permutations behind the p-value of a ring; 0: closed form", OPT_INT,
	  &draws, .max = 100000 },
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
	bool use[3]; /* by enum basis */
	int *power; /* (P - 1), powers of the least primitive root, if the dlog basis is used */
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
	bool hit = false;

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
	if (run->use[BASIS_DLOG]) {
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
		      (!strcmp(m->name, EMBEDDING) || !strcmp(m->name, "lm_head.weight"));
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
	if (r && c->n)
		cli_check(stream_flush(r->out, &e), &e);
	free(c->matrices);
	*c = (struct checkpoint){ .open = false };
}

/* Take a record in, after it has been passed on: keep it if it is a matrix that was asked for. */
static void checkpoint_add(struct checkpoint *c, struct stream_in *in, const struct record *r)
{
	struct matrix *m;
	struct err e;

	c->open = true;
	c->step = r->step;
	if (!wanted(r->name) || r->ndim != 2 || r->shape[0] < SPECTRUM_ROWS || r->shape[1] < 1)
		return;
	c->matrices = realloc(c->matrices, sizeof(*c->matrices) * (size_t)(c->n + 1));
	if (!c->matrices)
		cli_die("out of memory");
	m = c->matrices + c->n++;
	m->name = copy(r->name);
	cli_check(tensor_floats(in, r, &m->x, &e), &e);
}

static bool belongs(const struct checkpoint *c, const struct record *r)
{
	return r->kind == RECORD_TENSOR && r->role != ROLE_MEASURE && r->step == c->step;
}

/* Read a stream; without @out, only to freeze what its last checkpoint holds. */
static void follow(struct stream_in *in, struct stream_out *out)
{
	struct spectrum_report report = { .out = out };
	struct checkpoint c = { .open = false };
	struct run run = { .id = NULL };
	struct record r;
	bool any = false;

	while (cli_next(in, &r)) {
		if (c.open && !belongs(&c, &r))
			checkpoint_close(&c, &run, out ? &report : NULL);
		if (out)
			cli_pass(in, out, &r);
		if (r.kind == RECORD_HEAD) {
			run_open(&run, &r);
			any = false;
		} else if (r.kind == RECORD_TENSOR && r.role == ROLE_PARAM) {
			checkpoint_add(&c, in, &r);
			any |= c.n > 0;
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
	return cli_close(in, out);
}

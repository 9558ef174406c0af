/* grok-ckpt get - one tensor, as an npy file or as text */
#include "ckpt.h"
#include "number.h"
#include "foreign/npy.h"

#include <string.h>
#include <unistd.h>

enum { NPY, TEXT, TSV };

static const char *run, *step = "last";
static int as_npy, as_text, as_tsv;
static const struct opt opts[] = {
	{ 0, "run", "GLOB,...", "of a run whose id matches", OPT_TEXT, &run, .names = OPT_RUNS },
	{ 0, "step", "LIST", "of the last of these steps", OPT_TEXT, &step, .names = OPT_STEPS },
	{ 0, "npy", NULL, "as numpy's file format (when standard output is no terminal)", OPT_FLAG,
	  .var = &as_npy },
	{ 0, "text", NULL, "as lines of numbers (on a terminal)", OPT_FLAG, .var = &as_text },
	{ 0, "tsv", NULL, "as a row for each element: its indices, its value", OPT_FLAG,
	  .var = &as_tsv },
	{ 0 }
};

/* Element @i; a complex one as 1.5-2j, which numpy and R both read. */
static void print_element(FILE *f, const struct tensor *x, size_t i)
{
	char text[32];
	double im;

	if (x->dtype == DTYPE_I8) { /* may need more digits than a double has */
		fprintf(f, "%lld", (long long)((const int64_t *)x->data)[i]);
		return;
	}
	if (x->dtype == DTYPE_F4 || x->dtype == DTYPE_C8) {
		/* nine digits tell every float from its neighbours */
		snprintf(text, sizeof(text), "%.9g", tensor_element(x, i));
		fputs(tensor_element(x, i) - tensor_element(x, i) == 0
			      ? text
			      : number_text(tensor_element(x, i), text),
		      f);
	} else {
		fputs(number_text(tensor_element(x, i), text), f);
	}
	if (tensor_is_complex(x->dtype)) {
		im = x->dtype == DTYPE_C8 ? ((const float *)x->data)[2 * i + 1]
					  : ((const double *)x->data)[2 * i + 1];
		fprintf(f, "%s%sj", im >= 0 || im != im ? "+" : "", number_text(im, text));
	}
}

/* A line for each run of the last index; blank lines between matrices. */
static void print_text(FILE *f, const struct tensor *x)
{
	size_t i, width = x->ndim ? x->shape[x->ndim - 1] : 1;
	size_t height = x->ndim > 1 ? x->shape[x->ndim - 2] : 1;

	for (i = 0; i < x->n; i++) {
		if (i && i % (width * height) == 0 && x->ndim > 2)
			fputc('\n', f);
		print_element(f, x, i);
		fputc((i + 1) % width ? ' ' : '\n', f);
	}
}

static void print_tsv(FILE *f, const struct tensor *x)
{
	size_t i, rest, stride;
	int d;

	for (d = 0; d < x->ndim; d++)
		fprintf(f, "i%d\t", d);
	fputs("value\n", f);
	for (i = 0; i < x->n; i++) {
		rest = i;
		stride = x->n;
		for (d = 0; d < x->ndim; d++) {
			stride /= x->shape[d];
			fprintf(f, "%zu\t", rest / stride);
			rest %= stride;
		}
		print_element(f, x, i);
		fputc('\n', f);
	}
}

static void print_npy(FILE *f, const struct tensor *x)
{
	uint8_t header[NPY_WRITTEN];
	size_t n = npy_header(x->dtype, x->ndim, x->shape, header);

	fwrite(header, 1, n, f);
	fwrite(x->data, format_dtype_size(x->dtype), x->n, f);
}

/* The tensor of the last of the picked steps; what came before it is dropped. */
static int find(struct ckpt_source *s, const char *name, struct tensor *x, struct steps_seen *seen)
{
	char from[FORMAT_NAME + 1] = "";
	int found = 0;
	struct record r;
	struct err e;

	while (ckpt_next(s, &r)) {
		if (r.kind != RECORD_TENSOR || strcmp(r.name, name) != 0)
			continue;
		steps_see(seen, r.step);
		if (!ckpt_picked(s, &r))
			continue;
		if (found && strcmp(from, r.run) != 0)
			cli_die("both run '%s' and run '%s' have '%s': choose one with --run", from,
				r.run, name);
		tensor_free(x);
		cli_check(tensor_read(s->in, &r, x, &e), &e);
		snprintf(from, sizeof(from), "%s", r.run);
		found = 1;
	}
	return found;
}

/* No tensor has that name: the command that records such ones, by what stands before the dot. */
static void die_absent(const struct ckpt_source *s, const char *name, const struct steps_seen *seen)
{
	char text[256];
	static const char *const tools[] = {
		"train", "spectrum", "bdm", "cma", "llc", "sfm", "ctm"
	};
	size_t n = strcspn(name, "."), i;

	if (seen->n && strcmp(step, "last") != 0)
		cli_unmatched("there is no tensor '%s' at step '%s', but at %s", name, step,
			      steps_told(seen, text));
	for (i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
		if (name[n] && strlen(tools[i]) == n && !strncmp(name, tools[i], n))
			cli_unmatched("there is no tensor '%s'%s; grok-%s makes those of %s.*",
				      name, cli_suggest("", &s->near), tools[i], tools[i]);
	cli_unmatched("there is no tensor '%s'%s", name, cli_suggest("", &s->near));
}

static int command(void)
{
	struct ckpt_pick picked = { 0 };
	struct ckpt_source s;
	struct steps_seen seen = { 0 };
	struct tensor x = { 0 };
	int n, how;
	FILE *f;

	if (cli_operands(&n), !n)
		cli_usage("the name of a tensor was expected");
	if (n > 1 && !access(cli_operands(&n)[0], R_OK) && access(cli_operands(&n)[1], F_OK))
		cli_usage("'%s' is a file: the name of the tensor comes first",
			  cli_operands(&n)[0]);
	if (as_npy + as_text + as_tsv > 1)
		cli_usage("--npy, --text and --tsv exclude each other");
	/* Keeping the latest of all steps finds the last one in one pass, through a pipe too. */
	picked = (struct ckpt_pick){ .run = run, .step = strcmp(step, "last") ? step : NULL };
	ckpt_open(&s, &picked, 1);
	s.of = "tensor"; /* data.* is there at every step */
	s.near = nearest_to(cli_operands(&n)[0]);
	if (!find(&s, cli_operands(&n)[0], &x, &seen))
		die_absent(&s, cli_operands(&n)[0], &seen);
	f = cli_text_output();
	how = as_text ? TEXT : as_tsv ? TSV : as_npy || !isatty(fileno(f)) ? NPY : TEXT;
	if (how == NPY && isatty(fileno(f)))
		cli_usage(
			"an npy file is binary and would not look good on a terminal: use -o FILE");
	if (how == NPY)
		print_npy(f, &x);
	else if (how == TSV)
		print_tsv(f, &x);
	else
		print_text(f, &x);
	tensor_free(&x);
	return ckpt_close(&s, NULL);
}

const struct cli ckpt_get = {
	.command = "get",
	.purpose = "one tensor as npy or text",
	.operands = "NAME [FILE...]",
	.flags = CLI_TEXT | CLI_NAMES,
	.opts = opts,
	.main = command,
};

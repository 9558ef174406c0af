/*
 * grok-ckpt export - a checkpoint as the files of other programs
 *
 * safetensors: a directory that transformers and TransformerLens load: model.safetensors has the
 * parameters, data.safetensors what describes the run (the split), config.json the rest.  npz: one
 * archive of any tensors, entries [STEP/][param/|state/|measure/]NAME.
 */
#include "ckpt.h"
#include "glob.h"
#include "names.h"
#include "foreign/npz.h"
#include "foreign/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

enum { SAFETENSORS, NPZ };

static struct ckpt_pick picked = { .step = "last" };
static int to = SAFETENSORS;
static const struct opt opts[] = { { 0, "to", "FORMAT", "safetensors or npz", OPT_CHOICE, &to,
				     .choices = "safetensors|npz" },
				   CKPT_PICK(picked),
				   { 0 } };

static void write_all(int fd, const void *p, size_t n, const char *target)
{
	if (output_write(fd, p, n))
		cli_die("cannot write '%s': %s", target, strerror(errno));
}

/* A file that gets its name when it is whole, and is none of the streams that are read. */
static void create(struct output *o, const char *target)
{
	cli_create(o, target);
	cli_refuse_input(o, 1);
}

/* What config.json tells of the run. */
struct run {
	char *head; /* JSON; NULL before the picked run */
	char id[FORMAT_NAME + 1];
	int64_t step; /* of the newest tensor that has one of its own */
};

/* Is the current record one that is exported?  Takes note of its run. */
static int is_exported(struct ckpt_source *s, const struct record *r, struct run *run)
{
	struct err e;

	if (r->kind == RECORD_HEAD && glob_matches(s->pick.runs, r->run)) {
		if (run->head)
			cli_die("run '%s' and run '%s' are both there: choose one with --run",
				run->id, r->run);
		run->head = config_head(r, &e);
		if (!run->head)
			cli_die("%s", e.msg);
		snprintf(run->id, sizeof(run->id), "%s", r->run);
	}
	if (r->kind != RECORD_TENSOR || !ckpt_picked(s, r))
		return 0;
	if (strncmp(r->name, "data.", 5) != 0)
		run->step = r->step;
	return 1;
}

/* Does --step name one step, so that names need not tell it? */
static int is_single(const struct steps *s)
{
	return s->n == 1 && s->item[0].first == s->item[0].last;
}

/* ---- safetensors ---- */

/* The header needs every size, so the data waits in an unnamed file. */
struct waiting {
	struct safetensors list;
	int fd;
};

static void spool_open(struct waiting *w, const char *dir)
{
	char path[4096];

	*w = (struct waiting){ .fd = -1 };
	if (snprintf(path, sizeof(path), "%s/.data-XXXXXX", dir) < (int)sizeof(path))
		w->fd = mkstemp(path);
	if (w->fd < 0 || unlink(path))
		cli_die("cannot write to '%s': %s", dir, strerror(errno));
}

static void spool_add(struct waiting *w, struct stream_in *in, const struct record *r)
{
	static uint8_t chunk[1 << 18];
	size_t left, n;
	struct err e;

	if (safetensors_add(&w->list, r->name, r->dtype, r->ndim, r->shape, &e)) {
		stream_reject(in, &e);
		cli_die("%s", e.msg);
	}
	for (left = r->bytes; left; left -= n) {
		n = left < sizeof(chunk) ? left : sizeof(chunk);
		cli_check(stream_payload(in, chunk, n, &e), &e);
		write_all(w->fd, chunk, n, "a temporary file");
	}
}

/* The header, then the tensors in its order. */
static void spool_finish(struct waiting *w, const char *dir, const char *name)
{
	static uint8_t chunk[1 << 18];
	uint64_t *from = cli_alloc(w->list.n, sizeof(*from));
	char target[4096], *header;
	size_t i, n, left, at;
	struct output o;
	struct err e;

	for (i = 0; i < w->list.n; i++) /* in order of arrival, which numbers the names */
		from[w->list.entry[i].name] = w->list.entry[i].offset;
	header = safetensors_header(&w->list, &n, &e);
	if (!header)
		cli_die("%s", e.msg);
	snprintf(target, sizeof(target), "%s/%s", dir, name);
	create(&o, target);
	write_all(o.fd, header, n, target);
	for (i = 0; i < w->list.n; i++) {
		left = w->list.entry[i].array.bytes;
		for (at = from[w->list.entry[i].name]; left; left -= n, at += n) {
			ssize_t got = pread(w->fd, chunk,
					    left < sizeof(chunk) ? left : sizeof(chunk), (off_t)at);

			if (got <= 0)
				cli_die("cannot read a temporary file: %s", strerror(errno));
			n = (size_t)got;
			write_all(o.fd, chunk, n, target);
		}
	}
	cli_keep(&o);
	free(header);
	free(from);
}

static void spool_free(struct waiting *w)
{
	safetensors_free(&w->list);
	close(w->fd);
}

static void write_config(const struct run *run, const struct safetensors *model, const char *dir)
{
	char target[4096], *text;
	struct output o;
	struct err e;

	text = config_write(run->head, run->step, model, &e);
	if (!text)
		cli_die("%s", e.msg);
	snprintf(target, sizeof(target), "%s/config.json", dir);
	create(&o, target);
	write_all(o.fd, text, strlen(text), target);
	write_all(o.fd, "\n", 1, target);
	cli_keep(&o);
	free(text);
}

static const char *made; /* a directory that there was not */

/* One that has come to hold something stays. */
static void remove_empty(void)
{
	rmdir(made);
}

static void make_directory(const char *dir)
{
	if (mkdir(dir, 0777)) {
		if (errno != EEXIST)
			cli_die("cannot make the directory '%s': %s", dir, strerror(errno));
		return;
	}
	made = dir;
	atexit(remove_empty);
}

static void export_safetensors(struct ckpt_source *s, const char *dir)
{
	struct waiting model, data;
	struct run run = { 0 };
	struct record r;

	if (!is_single(&s->pick.steps))
		cli_usage("--step: safetensors holds one checkpoint, name one step");
	make_directory(dir);
	spool_open(&model, dir);
	spool_open(&data, dir);
	while (ckpt_next(s, &r)) {
		if (!is_exported(s, &r, &run))
			continue;
		if (r.role == ROLE_PARAM)
			spool_add(&model, s->in, &r);
		else if (r.role == ROLE_MEASURE && !strncmp(r.name, "data.", 5))
			spool_add(&data, s->in, &r);
	}
	if (!model.list.n)
		cli_die("there are no parameters at step '%s'", picked.step);
	spool_finish(&model, dir, "model.safetensors");
	if (data.list.n)
		spool_finish(&data, dir, "data.safetensors");
	write_config(&run, &model.list, dir);
	spool_free(&model);
	spool_free(&data);
	free(run.head);
}

/* ---- npz ---- */

/* What the archive cannot be written for is no fault of the input, nor is it named there. */
static void check_archive(int result, const char *target, const struct err *e)
{
	if (result < 0 && e->kind == ERR_SYSTEM)
		cli_die("cannot write '%s': %s", strcmp(target, "-") ? target : "standard output",
			e->msg);
	if (result < 0 && e->kind == ERR_MEMORY)
		cli_die("%s", e->msg);
}

static void put_tensor(struct npz_out *out, struct names *seen, struct stream_in *in,
		       const struct record *r, int with_step, const char *target)
{
	int64_t at;
	enum role role;
	int with_role = r->role != ROLE_PARAM || npz_parse_name(r->name, &at, &role) != r->name;
	int got;
	char name[FORMAT_NAME + 64], step[32] = "";
	struct tensor x;
	struct err e;
	size_t i;

	if (with_step)
		snprintf(step, sizeof(step), "%lld/", (long long)r->step);
	snprintf(name, sizeof(name), "%s%s%s%s", step, with_role ? format_role_name(r->role) : "",
		 with_role ? "/" : "", r->name);
	got = names_add(seen, name, &i, &e);
	cli_check(got, &e);
	if (!got)
		err_set(&e, "two tensors '%.100s'", name);
	else
		cli_check(tensor_read(in, r, &x, &e), &e);
	if (!got || npz_put(out, name, &x, &e)) {
		if (got)
			check_archive(-1, target, &e);
		stream_reject(in, &e);
		cli_die("%s", e.msg);
	}
	tensor_free(&x);
}

static void export_npz(struct ckpt_source *s, const char *target)
{
	int with_step = !is_single(&s->pick.steps);
	struct output o = { .fd = 1 };
	const struct safetensors none = { 0 };
	struct names seen = { 0 };
	struct run run = { 0 };
	struct npz_out *out;
	struct record r;
	uint64_t n = 0;
	struct err e;
	char *text;

	if (strcmp(target, "-"))
		create(&o, target);
	else if (isatty(1))
		cli_usage("an archive is binary and would not look good on a terminal");
	out = npz_create(o.fd, &e);
	check_archive(out ? 0 : -1, target, &e);
	for (; ckpt_next(s, &r);)
		if (is_exported(s, &r, &run)) {
			put_tensor(out, &seen, s->in, &r, with_step, target);
			n++;
		}
	if (!n)
		cli_die("there are no tensors at step '%s'", picked.step);
	text = config_write(run.head, run.step, &none, &e);
	if (!text)
		cli_die("%s", e.msg);
	check_archive(npz_put_text(out, "config.json", text, &e), target, &e);
	check_archive(npz_close(out, &e), target, &e);
	if (o.name)
		cli_keep(&o);
	names_free(&seen);
	free(text);
	free(run.head);
}

static int command(void)
{
	struct ckpt_source s;
	char **operands;
	int n;

	operands = cli_operands(&n);
	if (!n)
		cli_usage("a target was expected: a directory, or a file for npz");
	if (cli_output_name())
		cli_usage("the first operand says where to write, not --output");
	ckpt_open(&s, &picked, 1);
	if (to == SAFETENSORS)
		export_safetensors(&s, operands[0]);
	else
		export_npz(&s, operands[0]);
	return ckpt_close(&s, NULL);
}

const struct cli ckpt_export = {
	.command = "export",
	.purpose = "to safetensors or npz",
	.operands = "TARGET [FILE...]",
	.flags = CLI_TEXT,
	.opts = opts,
	.notes = "TARGET is a directory for safetensors, a file or - for npz.",
	.main = command,
};

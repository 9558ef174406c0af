/* grok-ckpt import: numpy's files, one array (npy) or an archive of them (npz). */
#include "import.h"

#include <stdlib.h>
#include <string.h>

#include "foreign/npy.h"
#include "foreign/npz.h"

/* ---- npy ---- */

/* The name of the tensor: --name, or that of the file without .npy. */
static void npy_name(const struct import *im, const struct import_file *f,
		     char text[FORMAT_NAME + 1])
{
	const char *slash = strrchr(f->path, '/'), *base = slash ? slash + 1 : f->path;
	size_t n = strlen(base);

	if (im->names)
		base = im->names;
	else if (im->is_pipe)
		base = "array";
	else if (n > 4 && !strcmp(base + n - 4, ".npy")) {
		snprintf(text, FORMAT_NAME + 1, "%.*s", (int)(n - 4), base);
		return;
	}
	snprintf(text, FORMAT_NAME + 1, "%s", base);
}

void import_npy(struct import *im, const struct import_file *f)
{
	size_t n = f->size < NPY_HEADER ? (size_t)f->size : NPY_HEADER, header;
	struct import_place place = { .file = f };
	const struct foreign_source from = { import_read_on, &place };
	char own[FORMAT_NAME + 1], ours[FORMAT_NAME + 32];
	uint8_t *p = cli_alloc(n + 1, 1);
	struct foreign array;
	struct tensor x;
	struct err e;
	int got;

	got = import_read(f, 0, p, n, &e) ? -1 : npy_parse(p, n, &array, &header, &e);
	if (got < 0 || got == 2)
		cli_die("cannot read '%s': %s", f->path, e.msg);
	if (!got)
		cli_die("cannot read '%s': its header is cut short", f->path);
	if (f->size != header + array.bytes)
		cli_die("cannot read '%s': its shape needs %zu bytes, it has %llu", f->path,
			array.bytes, (unsigned long long)(f->size - header));
	place.at = header;
	if (foreign_tensor(&array, &from, &x, &e))
		cli_die("cannot read '%s': %s", f->path, e.msg);
	npy_name(im, f, own);
	import_settings(im, f->path, NULL, 0);
	import_wants(im, f->path, own, ours);
	import_hash(im, f);
	import_head(im, "npy");
	import_put(im, f->path, own, im->step, ROLE_PARAM, &x);
	import_end(im);
	tensor_free(&x);
	free(p);
}

/* ---- npz ---- */

static struct npz_in *open_archive(const struct import_file *f)
{
	struct err e;
	struct npz_in *in = npz_open(f->fd, f->path, &e);

	if (!in)
		cli_die("%s", e.msg);
	return in;
}

/* The settings, wherever in the archive they stand; the archive is walked for them first. */
static void npz_settings(struct import *im, const struct import_file *f)
{
	struct npz_in *in = open_archive(f);
	char *json = NULL;
	struct npz_entry entry;
	size_t n = 0;
	struct err e;
	int got;

	while ((got = npz_next(in, &entry, &e)) > 0) {
		if (entry.kind != NPZ_TEXT)
			continue;
		if (json)
			cli_die("cannot read '%s': it has two entries 'config.json'", f->path);
		json = npz_text(in, &n, &e);
		if (!json)
			cli_die("%s", e.msg);
	}
	cli_check(got, &e);
	npz_free(in);
	import_settings(im, f->path, json, n);
	free(json);
}

void import_npz(struct import *im, const struct import_file *f)
{
	char ours[FORMAT_NAME + 32];
	struct npz_entry entry;
	struct npz_in *in;
	const char *tensor;
	struct tensor x;
	enum role role;
	struct err e;
	int64_t at;
	int got;

	npz_settings(im, f);
	import_hash(im, f);
	import_head(im, "npz");
	in = open_archive(f);
	while ((got = npz_next(in, &entry, &e)) > 0) {
		if (entry.kind == NPZ_TEXT)
			continue;
		tensor = entry.name;
		at = -1;
		role = ROLE_PARAM;
		if (im->config.is_ours) /* only then do names tell steps and roles */
			tensor = npz_parse_name(entry.name, &at, &role);
		at = at < 0 ? im->step : at;
		if (!import_wants(im, f->path, tensor, ours))
			continue;
		if (entry.kind == NPZ_OTHER) {
			import_pass_over(im, f->path, entry.name, entry.why.msg);
			continue;
		}
		cli_check(npz_tensor(in, &x, &e), &e);
		import_put(im, f->path, ours, at, role, &x);
		tensor_free(&x);
	}
	cli_check(got, &e);
	import_end(im);
	npz_free(in);
}

/*
 * The common part of all imports: opening files, writing head, tensors and end; see import.h.
 */
#include "import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "glob.h"
#include "hash.h"
#include "stream/run.h"
#include "text.h"
#include "train/choices.h"

/* ---- files ---- */

struct import_file import_open(const char *directory, const char *file)
{
	struct import_file f = { .path = file };
	struct stat st;

	if (directory) {
		f.own = cli_alloc(strlen(directory) + strlen(file) + 2, 1);
		sprintf(f.own, "%s/%s", directory, file);
		f.path = f.own;
		cli_reads(f.path);
	}
	if (directory || strcmp(file, "-"))
		f.fd = open(f.path, O_RDONLY | O_CLOEXEC);
	if (f.fd < 0 || fstat(f.fd, &st))
		cli_die("cannot read '%s': %s", f.path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		cli_die("cannot read '%s': it is a directory", f.path);
	if (!S_ISREG(st.st_mode) || lseek(f.fd, 0, SEEK_CUR) != 0) {
		f.fd = ckpt_spool(f.fd, f.path);
		f.is_copy = 1;
		if (fstat(f.fd, &st))
			cli_die("cannot read a temporary file: %s", strerror(errno));
	}
	f.size = (uint64_t)st.st_size;
	return f;
}

void import_close(struct import_file *f)
{
	close(f->fd);
	free(f->own);
}

int import_read(const struct import_file *f, uint64_t at, void *p, size_t n, struct err *e)
{
	size_t done = 0;
	ssize_t got;

	while (done < n) {
		got = pread(f->fd, (uint8_t *)p + done, n - done, (off_t)(at + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_system(e, "it cannot be read");
		if (!got)
			return err_set(e, "it is cut short");
		done += (size_t)got;
	}
	return 0;
}

int import_read_on(void *arg, void *p, size_t n, struct err *e)
{
	struct import_place *place = arg;

	if (import_read(place->file, place->at, p, n, e))
		return -1;
	place->at += n;
	return 0;
}

/* ---- the run ---- */

void import_check_text(const char *path, const char *text)
{
	if (!*text || strlen(text) > FORMAT_NAME || !text_is_utf8(text, strlen(text)))
		cli_die("cannot read '%s': the name '%.100s' is not UTF-8 text of at most %d bytes",
			path, text, FORMAT_NAME);
}

/* A setting that the user gives may have any name, but one nearly that of another is a slip. */
static void warn_slips(const struct config *c)
{
	const struct train_choices o = {
		.op = "", .betas = "", .save = "", .optimizer = OPTIM_SGD
	};
	static const struct train none;
	struct run_settings known;
	int i, k;

	train_settings(&o, &none, "", "", &known);
	for (i = 0; i < c->n; i++) {
		struct nearest near = nearest_to(c->setting[i].key);

		if (!c->is_given[i])
			continue;
		for (k = 0; k < known.n; k++)
			nearest_offer(&near, known.list[k].key);
		for (k = 0; k < c->n; k++)
			if (!c->is_given[k])
				nearest_offer(&near, c->setting[k].key);
		nearest_offer(&near, "vocab");
		if (nearest_word(&near))
			cli_warn("--config: no tool asks for a setting '%s'%s", c->setting[i].key,
				 cli_suggest("", &near));
	}
}

void import_settings(struct import *im, const char *path, const char *json, size_t n)
{
	const struct config *c = &im->config;
	struct config alone = { 0 };
	struct err e;
	int i;

	if (im->given && config_read(NULL, 0, im->given, &alone, &e))
		cli_usage("--config: %s", e.msg);
	config_free(&alone);
	if (config_read(json, n, im->given, &im->config, &e))
		cli_die("cannot read '%s': %s", path, e.msg);
	warn_slips(c);
	if (c->run)
		import_check_text(path, c->run);
	for (i = 0; i < c->n; i++) {
		import_check_text(path, c->setting[i].key);
		if (c->setting[i].type == SETTING_TEXT &&
		    !text_is_utf8(c->setting[i].text, strlen(c->setting[i].text)))
			cli_die("cannot read '%s': '%.100s' is not UTF-8 text", path,
				c->setting[i].key);
	}
	if (c->why.msg[0])
		cli_warn("'%s': %s: its matrices can be measured, but no tool runs such a network",
			 path, c->why.msg);
}

void import_hash(struct import *im, const struct import_file *f)
{
	uint8_t p[4096];
	size_t n = f->size < sizeof(p) ? (size_t)f->size : sizeof(p);
	struct err e;

	im->hash = hash_bytes(im->hash, &f->size, sizeof(f->size));
	if (!import_read(f, 0, p, n, &e))
		im->hash = hash_bytes(im->hash, p, n);
	if (!import_read(f, f->size - n, p, n, &e))
		im->hash = hash_bytes(im->hash, p, n);
}

/* What an id calls the operand: its last part without an ending, in letters that need no quotes. */
static void name_of(const char *path, char *text, size_t room)
{
	size_t n = strlen(path), i, length = 0;
	const char *base;

	while (n > 1 && path[n - 1] == '/')
		n--;
	for (base = path + n; base > path && base[-1] != '/';)
		base--;
	n -= (size_t)(base - path);
	for (i = n; i > 1; i--)
		if (base[i - 1] == '.' &&
		    (!strncmp(base + i, "npz", 3) || !strncmp(base + i, "npy", 3) ||
		     !strncmp(base + i, "safetensors", 11)))
			n = i - 1;
	for (i = 0; i < n && length + 1 < room; i++)
		text[length++] = strchr("-._", base[i]) || (base[i] >= '0' && base[i] <= '9') ||
						 ((base[i] | 32) >= 'a' && (base[i] | 32) <= 'z')
					 ? base[i]
					 : '-';
	text[length] = 0;
	if (strspn(text, "-.") == length)
		snprintf(text, room, "array");
}

void import_head(struct import *im, const char *format)
{
	const struct setting source = { .key = "format", .type = SETTING_TEXT, .text = format };
	const struct config *c = &im->config;
	struct record r = run_head(im->run, c->seed, c->n ? c->setting : &source, c->n ? c->n : 1,
				   cli_program());
	uint64_t hash;
	char own[48];
	struct err e;

	cli_check(format_hash(r.config, r.nconfig, &hash, &e), &e);
	im->hash = hash_bytes(im->hash, &hash, sizeof(hash));
	if (im->named || (c->run && !im->given)) {
		snprintf(im->run, sizeof(im->run), "%s", im->named ? im->named : c->run);
	} else {
		name_of(im->is_pipe ? "array" : im->path, own, sizeof(own));
		snprintf(im->run, sizeof(im->run), "%s-%08llx", own,
			 (unsigned long long)im->hash >> 32);
	}
	im->step = im->at >= 0 ? im->at : c->step;
	im->out = cli_output();
	cli_check(stream_put(im->out, &r, NULL, &e), &e);
}

int import_wants(const struct import *im, const char *path, const char *theirs,
		 char ours[FORMAT_NAME + 32])
{
	import_check_text(path, theirs);
	if (im->config.is_gpt2)
		config_name(theirs, ours, FORMAT_NAME + 32);
	else
		snprintf(ours, FORMAT_NAME + 32, "%s", theirs);
	import_check_text(path, ours);
	return glob_matches(im->names, ours) || glob_matches(im->names, theirs);
}

void import_pass_over(struct import *im, const char *path, const char *tensor, const char *why)
{
	cli_warn("'%s': '%.100s' is left out: %s", path, tensor, why);
	im->passed_over++;
}

/* Of a tied network both names are one matrix: a file that has two different ones is not tied. */
static void check_tied(struct import *im, const char *path, const char *tensor,
		       const struct tensor *x)
{
	struct tensor *first = &im->tied;
	struct err e;

	if (!im->config.is_tied ||
	    (strcmp(tensor, "lm_head.weight") && strcmp(tensor, "transformer.wte.weight")))
		return;
	if (!first->data) {
		cli_check(tensor_convert(x, x->dtype, first, &e), &e);
		return;
	}
	if (first->n != x->n || first->dtype != x->dtype ||
	    memcmp(first->data, x->data, x->n * format_dtype_size(x->dtype)) != 0)
		cli_die("cannot read '%s': the settings say that lm_head.weight "
			"is transformer.wte.weight, but they differ: say --config tie=false",
			path);
}

void import_put(struct import *im, const char *path, const char *tensor, int64_t at, enum role role,
		const struct tensor *x)
{
	int is_data = !strncmp(tensor, "data.", 5), got;
	char key[2 * FORMAT_NAME];
	struct err e;
	size_t i;

	snprintf(key, sizeof(key), "%lld %s", (long long)at, tensor);
	got = names_add(&im->seen, key, &i, &e);
	cli_check(got, &e);
	if (!got)
		cli_die("cannot read '%s': tensor '%.100s' is there twice", path, tensor);
	check_tied(im, path, tensor, x);
	cli_check(tensor_put(im->out, im->run, is_data ? 0 : at, tensor,
			     is_data ? ROLE_MEASURE : role, *x, &e),
		  &e);
}

void import_end(struct import *im)
{
	struct err e;

	if (!im->seen.n && im->passed_over)
		cli_die("cannot read '%s': it holds no other tensor", im->path);
	if (!im->seen.n && im->names)
		cli_unmatched("no tensor matches --name '%s'", im->names);
	if (!im->seen.n)
		cli_warn("'%s' holds no tensor", im->path);
	cli_check(run_put_end(im->out, im->run, 1, &e), &e);
	names_free(&im->seen);
	tensor_free(&im->tied);
	config_free(&im->config);
}

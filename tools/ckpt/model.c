/*
 * grok-ckpt import: safetensors files, alone or as a model's directory
 *
 * The files of a model are those in model.safetensors.index.json if there is one, else all
 * .safetensors files of the directory.  All headers are read before anything is written.
 */
#include "import.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INDEX "model.safetensors.index.json"
#define DATA  "data.safetensors"

struct shard {
	struct import_file file;
	struct safetensors header;
	uint64_t data; /* where the data begins */
};

static void must(int result, const char *path, const struct err *e)
{
	if (result)
		cli_die("cannot read '%s': %s", path, e->msg);
}

/* Read the header of an open file. */
static void read_header(struct shard *s)
{
	const struct import_file *f = &s->file;
	uint8_t length[8];
	uint64_t n = 0;
	struct err e;
	char *json;
	int i;

	must(import_read(f, 0, length, 8, &e), f->path, &e);
	for (i = 0; i < 8; i++)
		n |= (uint64_t)length[i] << 8 * i;
	if (n > SAFETENSORS_HEADER || n > f->size - 8)
		cli_die("cannot read '%s': its header claims %llu bytes, %s", f->path,
			(unsigned long long)n,
			n > SAFETENSORS_HEADER ? "at most 100000000 are allowed" : "it is shorter");
	json = cli_alloc((size_t)n + 1, 1);
	must(import_read(f, 8, json, (size_t)n, &e), f->path, &e);
	json[n] = 0;
	s->data = 8 + n;
	must(safetensors_parse(json, (size_t)n, f->size - s->data, &s->header, &e), f->path, &e);
	free(json);
}

/* Write a tensor under its name and its other names. */
static void put_entry(struct import *im, const struct shard *s, const struct safetensors_entry *t)
{
	const char *path = s->file.path, *theirs = names_text(&s->header.names, t->name);
	struct import_place place = { &s->file, s->data + t->offset };
	const struct foreign_source from = { import_read_on, &place };
	char ours[FORMAT_NAME + 32];
	struct tensor x = { 0 };
	size_t alias = t->alias;
	struct err e;

	for (;;) {
		if (import_wants(im, path, theirs, ours)) {
			if (t->array.kind == FOREIGN_OTHER) {
				err_set(&e, "elements of type '%s' are not supported", t->type);
				import_pass_over(im, path, theirs, e.msg);
				return;
			}
			if (!x.data && foreign_tensor(&t->array, &from, &x, &e))
				cli_die("cannot read '%s': tensor '%.100s': %s", path, theirs,
					e.msg);
			import_put(im, path, ours, im->step, ROLE_PARAM, &x);
		}
		if (!alias)
			break;
		theirs = names_text(&s->header.aliases, alias - 1);
		alias = s->header.next[alias - 1];
	}
	tensor_free(&x);
}

/* All tensors of a file, or with @index those that it says are there; @number: the file's in it. */
static void put_shard(struct import *im, const struct shard *s,
		      const struct safetensors_index *index, size_t number)
{
	size_t i, at;

	for (i = 0; i < s->header.n; i++) {
		const char *theirs = names_text(&s->header.names, s->header.entry[i].name);

		if (index &&
		    (names_find(&index->tensors, theirs, &at) || index->file[at] != number))
			continue;
		put_entry(im, s, &s->header.entry[i]);
	}
}

static void shard_free(struct shard *s)
{
	safetensors_free(&s->header);
	import_close(&s->file);
}

void import_safetensors(struct import *im, const struct import_file *f)
{
	struct shard s = { .file = *f };

	read_header(&s);
	import_settings(im, f->path, NULL, 0);
	import_hash(im, f);
	import_head(im, "safetensors");
	put_shard(im, &s, NULL, 0);
	import_end(im);
	safetensors_free(&s.header);
}

/* ---- directories ---- */

static int exists(const char *directory, const char *name)
{
	char path[4096];

	return snprintf(path, sizeof(path), "%s/%s", directory, name) < (int)sizeof(path) &&
	       !access(path, F_OK);
}

/* A whole small file, NUL-terminated; NULL when there is none. */
static char *read_text(const char *directory, const char *name, size_t *n)
{
	struct import_file f;
	struct err e;
	char *text;

	if (!exists(directory, name))
		return NULL;
	f = import_open(directory, name);
	if (f.size > CONFIG_BYTES)
		cli_die("cannot read '%s': it is longer than %d bytes", f.path, CONFIG_BYTES);
	text = cli_alloc((size_t)f.size + 1, 1);
	must(import_read(&f, 0, text, (size_t)f.size, &e), f.path, &e);
	text[f.size] = 0;
	*n = (size_t)f.size;
	import_close(&f);
	return text;
}

/* data.safetensors first, as a trainer writes the split before the first checkpoint. */
static int in_order(const void *pa, const void *pb)
{
	const char *a = *(char *const *)pa, *b = *(char *const *)pb;
	int a_data = !strcmp(a, DATA), b_data = !strcmp(b, DATA);

	return a_data != b_data ? b_data - a_data : strcmp(a, b);
}

/* The files to read, in order */
struct files {
	char **name;
	size_t n;
};

static void add_file(struct files *f, const char *name)
{
	f->name = cli_grow(f->name, f->n + 1, sizeof(*f->name));
	f->name[f->n++] = cli_copy(name);
}

/* Of "model-00001-of-00003.safetensors" all three must be there. */
static void check_shards(const struct files *f, const char *directory)
{
	unsigned number, count, i;
	char name[300];
	int length;
	size_t at, j;

	for (at = 0; at < f->n; at++) {
		const char *dash = strstr(f->name[at], "-of-");

		if (!dash || dash - f->name[at] < 6 || strlen(f->name[at]) > 255 ||
		    sscanf(dash - 5, "%5u-of-%5u.safetensors%n", &number, &count, &length) != 2)
			continue;
		for (i = 1; i <= count && i <= f->n + 1; i++) {
			snprintf(name, sizeof(name), "%.*s%05u%s", (int)(dash - 5 - f->name[at]),
				 f->name[at], i, dash);
			for (j = 0; j < f->n && strcmp(f->name[j], name) != 0; j++)
				;
			if (j == f->n)
				cli_die("cannot read '%s': '%s' is missing", directory, name);
		}
	}
}

static struct files find_files(const char *directory, const struct safetensors_index *index)
{
	struct files f = { 0 };
	struct dirent *d;
	DIR *dir = opendir(directory);
	size_t i, n;

	if (!dir)
		cli_die("cannot read '%s': %s", directory, strerror(errno));
	for (i = 0; index && i < index->files.n; i++)
		add_file(&f, names_text(&index->files, i));
	while ((d = readdir(dir))) {
		n = strlen(d->d_name);
		if (d->d_name[0] == '.' || n < 13 ||
		    strcmp(d->d_name + n - 12, ".safetensors") != 0)
			continue;
		if (index && !names_find(&index->files, d->d_name, &i))
			continue; /* it has been added */
		if (!index || !strcmp(d->d_name, DATA))
			add_file(&f, d->d_name);
		else
			cli_warn("'%s/%s' is left out: %s does not name it", directory, d->d_name,
				 INDEX);
	}
	closedir(dir);
	if (f.n)
		qsort(f.name, f.n, sizeof(*f.name), in_order);
	return f;
}

/* Every tensor of the index must be in its file. */
static void check_index(const struct safetensors_index *index, const struct shard *s,
			const char *directory)
{
	size_t i, at, known;

	for (i = 0; i < index->tensors.n; i++) {
		const char *file = names_text(&index->files, index->file[i]);
		const char *tensor = names_text(&index->tensors, i);

		for (at = 0; strcmp(strrchr(s[at].file.path, '/') + 1, file) != 0; at++)
			;
		if (names_find(&s[at].header.names, tensor, &known) &&
		    names_find(&s[at].header.aliases, tensor, &known))
			cli_die("cannot read '%s': the index has tensor '%.100s' in '%s', "
				"which lacks it",
				directory, tensor, file);
	}
}

static void refuse_empty(const char *directory)
{
	if (exists(directory, "pytorch_model.bin"))
		cli_die("cannot read '%s/pytorch_model.bin': it is a Python pickle, "
			"which is refused because a pickle can run programs; "
			"save the model as safetensors",
			directory);
	cli_die("cannot read '%s': it holds no .safetensors file", directory);
}

/* Open the files of a model and read their headers. */
static struct shard *open_shards(const struct files *f, const char *directory, struct import *im)
{
	struct shard *s = cli_alloc(f->n, sizeof(*s));
	size_t i;

	for (i = 0; i < f->n; i++) {
		s[i].file = import_open(directory, f->name[i]);
		read_header(&s[i]);
		import_hash(im, &s[i].file);
	}
	return s;
}

static void read_config(struct import *im, const char *directory)
{
	char path[4096];
	size_t n = 0;
	char *text = read_text(directory, "config.json", &n);

	snprintf(path, sizeof(path), "%s%s", directory, text ? "/config.json" : "");
	import_settings(im, path, text, n);
	free(text);
}

void import_directory(struct import *im, const char *directory)
{
	struct safetensors_index index = { 0 };
	size_t n, i, number = 0;
	char *text = read_text(directory, INDEX, &n);
	int is_indexed = text != NULL;
	struct shard *shards;
	struct files f;
	struct err e;

	if (is_indexed && safetensors_index(text, n, &index, &e))
		cli_die("cannot read '%s/%s': %s", directory, INDEX, e.msg);
	free(text);
	f = find_files(directory, is_indexed ? &index : NULL);
	if (!f.n)
		refuse_empty(directory);
	check_shards(&f, directory);
	shards = open_shards(&f, directory, im);
	if (is_indexed)
		check_index(&index, shards, directory);
	read_config(im, directory);
	import_head(im, "safetensors");
	for (i = 0; i < f.n; i++) {
		int is_named = is_indexed && !names_find(&index.files, f.name[i], &number);

		put_shard(im, &shards[i], is_named ? &index : NULL, number);
		shard_free(&shards[i]);
		free(f.name[i]);
	}
	import_end(im);
	free(shards);
	free(f.name);
	safetensors_index_free(&index);
}

/*
 * grok-ckpt import - files of other programs as a run
 *
 * A directory as export writes it or as transformers saves a model; a .safetensors, .npz or .npy
 * file.  What a file is, its first bytes tell, not its name.  Nothing in it is believed unchecked,
 * and Python pickles are refused.
 */
#include "ckpt.h"
#include "text.h"
#include "foreign/npy.h"
#include "foreign/npz.h"
#include "foreign/safetensors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

static const char *name, *run_id;
static int64_t step;
static const struct opt opts[] = {
	{ 0, "name", "NAME", "of the tensor in a .npy file; default: the file's", OPT_TEXT,
	  .var = &name },
	{ 0, "run", "ID", "of the run; default: what the file says, or a name from its settings",
	  OPT_TEXT, .var = &run_id },
	{ 0, "step", "N", "of the checkpoint; default: what the file says, or 0", OPT_LONG,
	  .var = &step, .max = 0x1p53 },
	{ 0 }
};
static const struct cli cli = { .command = "import",
				.purpose = "from safetensors, npz or npy",
				.operands = "DIRECTORY|FILE",
				.opts = opts };

static struct stream_out *out;
static char run[FORMAT_NAME + 1];
static int64_t default_step;

/* The head of the run, from settings that may be empty. */
static void put_head(const struct safetensors_settings *c, const char *format)
{
	const struct setting source = { .key = "format", .type = SETTING_TEXT, .text = format };
	struct record r = { .kind = RECORD_HEAD, .seed = c->seed };
	const struct program *me = cli_program();
	uint64_t hash;
	struct err e;

	r.config = c->nconfig ? c->config : &source;
	r.nconfig = c->nconfig ? c->nconfig : 1;
	cli_check(format_hash(r.config, r.nconfig, &hash, &e), &e);
	if (run_id || c->run)
		snprintf(run, sizeof(run), "%s", run_id ? run_id : c->run);
	else
		snprintf(run, sizeof(run), "import-%08llx", (unsigned long long)hash >> 32);
	default_step = cli_given(&step) ? step : c->step;
	r.run = run;
	r.chain = me;
	r.nchain = 1;
	out = cli_output();
	cli_check(stream_put(out, &r, NULL, &e), &e);
}

static void put_end(void)
{
	struct record r = { .kind = RECORD_END, .run = run, .complete = 1 };
	struct err e;

	cli_check(stream_put(out, &r, NULL, &e), &e);
}

/* data.* describes the run: it is a measure of step 0. */
static void put_tensor(const char *tensor, int64_t at, enum role role, const struct tensor *x)
{
	int is_data = !strncmp(tensor, "data.", 5);
	struct err e;

	cli_check(tensor_put(out, run, is_data ? 0 : at, tensor, is_data ? ROLE_MEASURE : role,
			     x->dtype, x->ndim, x->shape, x->data, &e),
		  &e);
}

static void check_text(const char *path, const char *text)
{
	if (!*text || strlen(text) > FORMAT_NAME || !text_is_utf8(text, strlen(text)))
		cli_die("cannot read '%s': the name '%.100s' is not UTF-8 text of at most %d bytes",
			path, text, FORMAT_NAME);
}

static void check_settings(const char *path, const struct safetensors_settings *c)
{
	int i;

	if (c->run)
		check_text(path, c->run);
	for (i = 0; i < c->nconfig; i++) {
		check_text(path, c->config[i].key);
		if (c->config[i].type == SETTING_TEXT &&
		    !text_is_utf8(c->config[i].text, strlen(c->config[i].text)))
			cli_die("cannot read '%s': '%.100s' is not UTF-8 text", path,
				c->config[i].key);
	}
}

/* ---- files ---- */

struct file {
	const char *path;
	int fd;
	uint64_t size; /* UINT64_MAX: a pipe */
};

static struct file open_file(const char *path)
{
	struct file f = { path, 0, UINT64_MAX };
	struct stat st;

	if (strcmp(path, "-"))
		f.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (f.fd < 0 || fstat(f.fd, &st))
		cli_die("cannot read '%s': %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		cli_die("cannot read '%s': it is a directory", path);
	if (S_ISREG(st.st_mode))
		f.size = (uint64_t)st.st_size;
	return f;
}

/* Up to @n bytes, fewer at the end of the file. */
static size_t read_some(const struct file *f, void *p, size_t n)
{
	size_t done = 0;
	ssize_t got = 1;

	while (done < n && got) {
		got = read(f->fd, (uint8_t *)p + done, n - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			cli_die("cannot read '%s': %s", f->path, strerror(errno));
		done += (size_t)got;
	}
	return done;
}

static int read_file(void *arg, void *p, size_t n, struct err *e)
{
	return read_some(arg, p, n) == n ? 0 : err_set(e, "it is cut short");
}

/* A whole small file, NUL-terminated. */
static char *read_text(const char *path, size_t *n)
{
	struct file f = open_file(path);
	char *text = malloc(SAFETENSORS_CONFIG + 1);

	if (!text)
		cli_die("out of memory");
	*n = read_some(&f, text, SAFETENSORS_CONFIG + 1);
	if (*n > SAFETENSORS_CONFIG)
		cli_die("cannot read '%s': it is longer than %d bytes", path, SAFETENSORS_CONFIG);
	text[*n] = 0;
	close(f.fd);
	return text;
}

static void read_settings(const char *path, const char *text, size_t n,
			  struct safetensors_settings *c)
{
	struct err e;

	if (safetensors_settings(text, n, c, &e))
		cli_die("cannot read '%s': %s", path, e.msg);
	check_settings(path, c);
}

/* ---- npy ---- */

static void import_npy(const char *path)
{
	const struct safetensors_settings none = { 0 };
	struct file f = open_file(path);
	struct foreign_source from = { read_file, &f };
	uint8_t *p = malloc(NPY_HEADER), extra;
	struct foreign array;
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	char own[FORMAT_NAME + 1];
	size_t n = 0, header, length;
	struct tensor x;
	struct err e;
	int got = 0;

	if (!p)
		cli_die("out of memory");
	while (!got && n < NPY_HEADER && read_some(&f, p + n, 1)) /* not a byte of the data */
		got = npy_parse(p, ++n, &array, &header, &e);
	if (got < 0)
		cli_die("cannot read '%s': %s", path, e.msg);
	if (!got)
		cli_die("cannot read '%s': its header is cut short", path);
	if (f.size != UINT64_MAX && f.size != n + array.bytes)
		cli_die("cannot read '%s': its shape needs %zu bytes, it has %llu", path,
			array.bytes, (unsigned long long)(f.size - n));
	if (foreign_tensor(&array, &from, &x, &e))
		cli_die("cannot read '%s': %s", path, e.msg);
	if (read_some(&f, &extra, 1))
		cli_die("cannot read '%s': it is longer than its header says", path);
	if (!name) {
		base = f.fd ? base : "array";
		length = strlen(base);
		length -= length > 4 && !strcmp(base + length - 4, ".npy") ? 4 : 0;
		snprintf(own, sizeof(own), "%.*s", (int)length, base);
		name = own;
	}
	check_text(path, name);
	put_head(&none, "npy");
	put_tensor(name, default_step, ROLE_PARAM, &x);
	put_end();
	tensor_free(&x);
	free(p);
	close(f.fd);
}

/* ---- npz ---- */

/* "100/measure/x" -> step 100, role measure, "x"; each part may be missing. */
static const char *split_name(const char *entry, int64_t *at, enum role *role)
{
	size_t digits = strspn(entry, "0123456789"), n;
	int r;

	*at = default_step;
	*role = ROLE_PARAM;
	if (digits && digits < 18 && entry[digits] == '/') {
		*at = strtoll(entry, NULL, 10);
		entry += digits + 1;
	}
	for (r = ROLE_PARAM; r <= ROLE_MEASURE; r++) {
		n = strlen(format_role_name((enum role)r));
		if (!strncmp(entry, format_role_name((enum role)r), n) && entry[n] == '/') {
			*role = (enum role)r;
			return entry + n + 1;
		}
	}
	return entry;
}

/* The settings, wherever in the archive they stand; the archive is walked for them first. */
static void npz_settings(const char *path, struct safetensors_settings *c)
{
	struct npz_entry entry;
	struct err e;
	struct npz_in *in = npz_open(path, &e);
	char *text;
	int got;

	if (!in)
		cli_die("%s", e.msg);
	while ((got = npz_next(in, &entry, &e)) > 0) {
		if (!entry.is_text)
			continue;
		text = npz_text(in, &e);
		if (!text)
			cli_die("%s", e.msg);
		if (c->json)
			cli_die("cannot read '%s': it has two entries 'config.json'", path);
		read_settings(path, text, entry.size, c);
		free(text);
	}
	cli_check(got, &e);
	npz_free(in);
}

static void import_npz(const char *path)
{
	struct safetensors_settings c = { 0 };
	struct names seen = { 0 };
	struct npz_entry entry;
	struct npz_in *in;
	const char *tensor;
	struct tensor x;
	enum role role;
	struct err e;
	int64_t at;
	size_t i;
	int got;

	npz_settings(path, &c);
	put_head(&c, "npz");
	in = npz_open(path, &e);
	if (!in)
		cli_die("%s", e.msg);
	while ((got = npz_next(in, &entry, &e)) > 0) {
		if (entry.is_text)
			continue;
		got = names_add(&seen, entry.name, &i, &e);
		cli_check(got, &e);
		if (!got)
			cli_die("cannot read '%s': it has two entries '%s.npy'", path, entry.name);
		cli_check(npz_tensor(in, &x, &e), &e);
		tensor = split_name(entry.name, &at, &role);
		put_tensor(tensor, at, role, &x);
		tensor_free(&x);
	}
	cli_check(got, &e);
	put_end();
	npz_free(in);
	names_free(&seen);
	safetensors_settings_free(&c);
}

/* ---- safetensors ---- */

/* Read the header of a file and leave it at the first byte of data. */
static void read_header(const struct file *f, struct safetensors *s)
{
	uint8_t length[8];
	uint64_t n = 0;
	struct err e;
	char *json;
	int i;

	if (f->size == UINT64_MAX)
		cli_die("cannot read '%s': safetensors must be a regular file", f->path);
	if (read_some(f, length, 8) != 8)
		cli_die("cannot read '%s': it is cut short", f->path);
	for (i = 0; i < 8; i++)
		n |= (uint64_t)length[i] << 8 * i;
	if (n > SAFETENSORS_HEADER || n > f->size - 8)
		cli_die("cannot read '%s': its header claims %llu bytes, %s", f->path,
			(unsigned long long)n,
			n > SAFETENSORS_HEADER ? "at most 100000000 are allowed" : "it is shorter");
	json = malloc((size_t)n + 1);
	if (!json)
		cli_die("out of memory");
	if (read_some(f, json, (size_t)n) != n)
		cli_die("cannot read '%s': it is cut short", f->path);
	json[n] = 0;
	if (safetensors_parse(json, (size_t)n, f->size - 8 - n, s, &e))
		cli_die("cannot read '%s': %s", f->path, e.msg);
	free(json);
	for (i = 0; (size_t)i < s->n; i++)
		check_text(f->path, names_text(&s->names, s->entry[i].name));
}

static void put_file(const char *path, struct names *seen)
{
	struct file f = open_file(path);
	struct foreign_source from = { read_file, &f };
	struct safetensors s = { 0 };
	struct tensor x;
	struct err e;
	size_t i, number;
	int got;

	read_header(&f, &s);
	for (i = 0; i < s.n; i++) {
		const char *tensor = names_text(&s.names, s.entry[i].name);

		got = names_add(seen, tensor, &number, &e);
		cli_check(got, &e);
		if (!got)
			cli_die("cannot read '%s': tensor '%.100s' was in another file already",
				path, tensor);
		if (foreign_tensor(&s.entry[i].array, &from, &x, &e))
			cli_die("cannot read '%s': tensor '%.100s': %s", path, tensor, e.msg);
		put_tensor(tensor, default_step, ROLE_PARAM, &x);
		tensor_free(&x);
	}
	safetensors_free(&s);
	close(f.fd);
}

static void import_safetensors(const char *path)
{
	const struct safetensors_settings none = { 0 };
	struct names seen = { 0 };

	put_head(&none, "safetensors");
	put_file(path, &seen);
	put_end();
	names_free(&seen);
}

static int is_safetensors(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return d->d_name[0] != '.' && n > 12 && !strcmp(d->d_name + n - 12, ".safetensors");
}

/* data.safetensors first, as a trainer writes the split before the first checkpoint. */
static int in_order(const struct dirent **a, const struct dirent **b)
{
	int a_data = !strcmp((*a)->d_name, "data.safetensors");
	int b_data = !strcmp((*b)->d_name, "data.safetensors");

	return a_data != b_data ? b_data - a_data : strcmp((*a)->d_name, (*b)->d_name);
}

static void import_directory(const char *dir)
{
	struct safetensors_settings c = { 0 };
	struct names seen = { 0 };
	struct dirent **list;
	char path[4096], *text;
	int i, n = scandir(dir, &list, is_safetensors, in_order);
	size_t length;

	if (n < 0)
		cli_die("cannot read '%s': %s", dir, strerror(errno));
	snprintf(path, sizeof(path), "%s/pytorch_model.bin", dir);
	if (!n && !access(path, F_OK))
		cli_die("cannot read '%s': it is a Python pickle, which is refused because a "
			"pickle "
			"can run programs; save the model as safetensors",
			path);
	if (!n)
		cli_die("cannot read '%s': it holds no .safetensors file", dir);
	snprintf(path, sizeof(path), "%s/config.json", dir);
	if (!access(path, F_OK)) {
		text = read_text(path, &length);
		read_settings(path, text, length, &c);
		free(text);
	}
	put_head(&c, "safetensors");
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
		put_file(path, &seen);
		free(list[i]);
	}
	put_end();
	free(list);
	names_free(&seen);
	safetensors_settings_free(&c);
}

/* ---- */

/* What the first bytes say. */
static void import_file(const char *path)
{
	uint8_t p[9] = { 0 };
	struct file f;
	size_t n;

	if (!strcmp(path, "-")) {
		import_npy(path); /* the only format that can be read without seeking */
		return;
	}
	f = open_file(path);
	n = read_some(&f, p, sizeof(p));
	close(f.fd);
	if (n >= 6 && !memcmp(p, "\x93NUMPY", 6))
		import_npy(path);
	else if (n >= 4 && (!memcmp(p, "PK\3\4", 4) || !memcmp(p, "PK\5\6", 4)))
		import_npz(path);
	else if (n == 9 && p[8] == '{')
		import_safetensors(path);
	else if (n >= 2 && p[0] == 0x80 && p[1] >= 2 && p[1] <= 5)
		cli_die("cannot read '%s': it is a Python pickle, which is refused because a "
			"pickle "
			"can run programs; save the model as safetensors",
			path);
	else
		cli_die("cannot read '%s': it is no safetensors, npz or npy file", path);
}

int ckpt_import(int argc, char **argv)
{
	char **operands;
	struct stat st;
	int n;

	cli_parse(&cli, argc, argv);
	operands = cli_operands(&n);
	if (n != 1)
		cli_usage("one directory or file was expected");
	if (run_id)
		check_text("--run", run_id);
	if (!stat(operands[0], &st) && S_ISDIR(st.st_mode))
		import_directory(operands[0]);
	else
		import_file(operands[0]);
	return cli_close(NULL, out);
}

#include "foreign/npz.h"

#include "text.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "foreign/npy.h"

enum { TEXT_MAX = 1 << 24 };

/* libarchive converts names to the charset of the locale, so its calls are made in a UTF-8 one. */
static locale_t utf8_locale(void)
{
	return newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static locale_t enter(locale_t utf8)
{
	return utf8 ? uselocale(utf8) : (locale_t)0;
}

static void leave(locale_t old)
{
	if (old)
		uselocale(old);
}

/* May an archive have an entry of this name? */
static int is_safe(const char *name)
{
	const char *p;
	size_t n;

	if (!*name || *name == '/' || !text_is_utf8(name, strlen(name)))
		return 0;
	for (p = name; *p; p++)
		if ((unsigned char)*p < 32 || *p == 127 || *p == '\\')
			return 0;
	for (p = name;; p += n + 1) {
		n = strcspn(p, "/");
		if (!n || (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
			return 0;
		if (!p[n])
			return 1;
	}
}

/* ---- reading ---- */

struct npz_in {
	const char *path;
	int fd;
	struct archive *a;
	locale_t utf8;
	uint64_t limit; /* bytes that may still be unpacked */
	char name[FORMAT_NAME + 8]; /* of the current entry */
	uint64_t left; /* its bytes not read yet */
	struct foreign array;
};

void npz_free(struct npz_in *in)
{
	if (!in)
		return;
	archive_read_free(in->a);
	if (in->fd >= 0)
		close(in->fd);
	if (in->utf8)
		freelocale(in->utf8);
	free(in);
}

static int open_archive(struct npz_in *in, struct err *e)
{
	struct stat st;

	in->fd = open(in->path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0 || fstat(in->fd, &st))
		return err_system(e, "cannot read '%s'", in->path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, "cannot read '%s': a zip archive must be a regular file",
			       in->path);
	in->limit = 100 * (uint64_t)st.st_size + (64 << 20);
	in->a = archive_read_new();
	if (!in->a)
		return err_memory(e);
	if (archive_read_support_format_zip_seekable(in->a) ||
	    archive_read_open_fd(in->a, in->fd, 1 << 16))
		return err_set(e, "cannot read '%s': it is not a whole zip archive", in->path);
	return 0;
}

struct npz_in *npz_open(const char *path, struct err *e)
{
	struct npz_in *in = calloc(1, sizeof(*in));

	if (!in) {
		err_memory(e);
		return NULL;
	}
	in->path = path;
	in->fd = -1;
	in->utf8 = utf8_locale();
	if (open_archive(in, e)) {
		npz_free(in);
		return NULL;
	}
	return in;
}

static int bad_entry(const struct npz_in *in, struct err *e)
{
	return err_prefix(e, "cannot read '%s': entry '%.200s'", in->path, in->name);
}

static int read_bytes(void *arg, void *p, size_t n, struct err *e)
{
	struct npz_in *in = arg;
	uint8_t *q = p;
	la_ssize_t got;

	if (n > in->left)
		return err_set(e, "it is shorter than its header says");
	while (n) {
		got = archive_read_data(in->a, q, n);
		if (got < 0)
			return err_set(e, "it is damaged (%s)",
				       archive_error_string(in->a) ? archive_error_string(in->a)
								   : "zip");
		if (!got)
			return err_set(e, "it is cut short");
		q += got;
		n -= (size_t)got;
		in->left -= (uint64_t)got;
	}
	return 0;
}

/* Behind the last byte stands its checksum. */
static int finish(struct npz_in *in, struct err *e)
{
	char extra;

	if (in->left || archive_read_data(in->a, &extra, 1) != 0)
		return err_set(e, in->left ? "it is longer than its header says"
					   : "it does not match its checksum or size");
	return 0;
}

static int read_header(struct npz_in *in, struct err *e)
{
	uint8_t *p = malloc(NPY_HEADER);
	size_t n = 0, header = 0;
	int got = p ? 0 : err_memory(e);

	/* No more than the header is read: its length stands in bytes 8 to 12. */
	while (!got && n < NPY_HEADER) {
		size_t want = n < 12      ? 12
			      : p[6] == 1 ? 10 + (p[8] | (size_t)p[9] << 8)
					  : 12 + (p[8] | (size_t)p[9] << 8);

		want = want > NPY_HEADER ? NPY_HEADER : want;
		if (want <= n)
			want = n + 1;
		got = read_bytes(in, p + n, want - n, e);
		n = want;
		if (!got)
			got = npy_parse(p, n, &in->array, &header, e);
	}
	free(p);
	if (got < 0)
		return -1;
	if (!got || header != n)
		return err_set(e, "its header is malformed");
	if (in->left != in->array.bytes)
		return err_set(e, "its shape needs %zu bytes, it has %llu", in->array.bytes,
			       (unsigned long long)in->left);
	return 0;
}

static int ends_in(const char *name, const char *tail)
{
	size_t n = strlen(name), k = strlen(tail);

	return n > k && !strcmp(name + n - k, tail);
}

/* Take the name, and refuse what cannot be an entry of ours. */
static int check_entry(struct npz_in *in, struct archive_entry *entry, struct err *e)
{
	const char *name = archive_entry_pathname_utf8(entry);
	uint64_t size = (uint64_t)archive_entry_size(entry);

	if (!name || strlen(name) >= sizeof(in->name) || !is_safe(name))
		return err_set(e, "cannot read '%s': it has an entry with a forbidden name",
			       in->path);
	strcpy(in->name, name);
	if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry))
		err_set(e, "it is not a regular file");
	else if (archive_entry_is_encrypted(entry))
		err_set(e, "it is encrypted");
	else if (ends_in(name, ".pkl") || ends_in(name, ".pickle"))
		err_set(e, "it is a Python pickle, which is refused because a pickle can run "
			   "programs; save the model as safetensors");
	else if (!ends_in(name, ".npy") && strcmp(name, "config.json") != 0)
		err_set(e, "it is not an npy file");
	else if (!archive_entry_size_is_set(entry) || archive_entry_size(entry) < 0)
		err_set(e, "its size is not known");
	else if (size > in->limit)
		err_set(e,
			"it would unpack to %llu bytes, the archive to more than 100 times its "
			"size",
			(unsigned long long)size);
	else {
		in->limit -= size;
		in->left = size;
		return 0;
	}
	return bad_entry(in, e);
}

int npz_next(struct npz_in *in, struct npz_entry *entry, struct err *e)
{
	struct archive_entry *ae;
	locale_t old = enter(in->utf8);
	int got = archive_read_next_header(in->a, &ae), result = -1;

	if (got == ARCHIVE_EOF)
		result = 0;
	else if (got != ARCHIVE_OK)
		err_set(e, "cannot read '%s': %s", in->path,
			archive_error_string(in->a) ? archive_error_string(in->a) : "zip");
	else if (!check_entry(in, ae, e))
		result = 1;
	leave(old);
	if (result <= 0)
		return result;
	*entry = (struct npz_entry){ .name = in->name, .is_text = !ends_in(in->name, ".npy") };
	if (entry->is_text) {
		entry->size = (size_t)in->left;
		return in->left > TEXT_MAX ? err_set(e, "it is too long"), bad_entry(in, e) : 1;
	}
	if (read_header(in, e))
		return bad_entry(in, e);
	in->name[strlen(in->name) - 4] = 0;
	entry->array = in->array;
	return 1;
}

int npz_tensor(struct npz_in *in, struct tensor *x, struct err *e)
{
	const struct foreign_source from = { read_bytes, in };
	struct tensor y;

	if (foreign_tensor(&in->array, &from, &y, e))
		return bad_entry(in, e);
	if (finish(in, e)) {
		tensor_free(&y);
		return bad_entry(in, e);
	}
	*x = y;
	return 0;
}

char *npz_text(struct npz_in *in, struct err *e)
{
	size_t n = (size_t)in->left;
	char *text = malloc(n + 1);

	if (!text) {
		err_memory(e);
		return NULL;
	}
	text[n] = 0;
	if (read_bytes(in, text, n, e) || finish(in, e)) {
		free(text);
		bad_entry(in, e);
		return NULL;
	}
	return text;
}

/* ---- writing ---- */

struct npz_out {
	struct archive *a;
	int fd, dead; /* dead: write nothing more */
	struct archive_entry *entry;
	locale_t utf8;
};

/* What libarchive writes to.  A file that is given up gets no directory when it is freed. */
static la_ssize_t write_some(struct archive *a, void *data, const void *p, size_t n)
{
	struct npz_out *out = data;
	ssize_t done;

	if (out->dead)
		return (la_ssize_t)n;
	do
		done = write(out->fd, p, n);
	while (done < 0 && errno == EINTR);
	if (done < 0)
		archive_set_error(a, errno, "%s", strerror(errno));
	return done;
}

void npz_discard(struct npz_out *out)
{
	if (!out)
		return;
	out->dead = 1;
	archive_write_free(out->a);
	archive_entry_free(out->entry);
	if (out->utf8)
		freelocale(out->utf8);
	free(out);
}

static int bad_archive(struct npz_out *out, struct err *e)
{
	const char *text = archive_error_string(out->a);

	return err_set(e, "cannot write the archive: %s", text ? text : strerror(errno));
}

struct npz_out *npz_create(int fd, struct err *e)
{
	struct npz_out *out = calloc(1, sizeof(*out));

	if (!out || !(out->a = archive_write_new()) || !(out->entry = archive_entry_new())) {
		npz_discard(out);
		err_memory(e);
		return NULL;
	}
	out->fd = fd;
	out->utf8 = utf8_locale();
	/*
	 * In a UTF-8 locale names are written as they are; hdrcharset would convert them once more.
	 * Without blocks of 10 KiB, which are for tapes.
	 */
	if (archive_write_set_format_zip(out->a) ||
	    archive_write_set_options(out->a,
				      out->utf8 ? "zip:compression=store"
						: "zip:compression=store,zip:hdrcharset=UTF-8") ||
	    archive_write_set_bytes_per_block(out->a, 0) ||
	    archive_write_open(out->a, out, NULL, write_some, NULL)) {
		bad_archive(out, e);
		npz_discard(out);
		return NULL;
	}
	return out;
}

/* An entry of two parts.  No time is set: libarchive then writes the first day of zip, 1980-01-01. */
static int put(struct npz_out *out, const char *name, const void *p, size_t n, const void *q,
	       size_t m, struct err *e)
{
	locale_t old = enter(out->utf8);
	int failed;

	archive_entry_clear(out->entry);
	archive_entry_set_pathname_utf8(out->entry, name);
	archive_entry_set_filetype(out->entry, AE_IFREG);
	archive_entry_set_perm(out->entry, 0644);
	archive_entry_set_size(out->entry, (la_int64_t)(n + m));
	failed = archive_write_header(out->a, out->entry) != ARCHIVE_OK ||
		 archive_write_data(out->a, p, n) != (la_ssize_t)n ||
		 (m && archive_write_data(out->a, q, m) != (la_ssize_t)m) ||
		 archive_write_finish_entry(out->a) != ARCHIVE_OK;
	leave(old);
	return failed ? bad_archive(out, e) : 0;
}

int npz_put(struct npz_out *out, const char *name, const struct tensor *x, struct err *e)
{
	uint8_t header[NPY_WRITTEN];
	char file[FORMAT_NAME + 64];

	if (!is_safe(name) || snprintf(file, sizeof(file), "%s.npy", name) >= (int)sizeof(file))
		return err_set(e, "'%.100s' cannot be the name of an entry of a zip archive", name);
	return put(out, file, header, npy_header(x->dtype, x->ndim, x->shape, header), x->data,
		   x->n * format_dtype_size(x->dtype), e);
}

int npz_put_text(struct npz_out *out, const char *name, const char *text, struct err *e)
{
	return put(out, name, text, strlen(text), NULL, 0, e);
}

int npz_close(struct npz_out *out, struct err *e)
{
	locale_t old = enter(out->utf8);
	int result = archive_write_close(out->a) == ARCHIVE_OK ? 0 : bad_archive(out, e);

	leave(old);
	npz_discard(out);
	return result;
}

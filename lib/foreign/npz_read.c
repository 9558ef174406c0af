/* Reading npz archives; every entry is checked before it is used.  See npz.h. */
#include "foreign/npz.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "foreign/npy.h"
#include "foreign/npz_internal.h"
#include "text.h"

enum { TEXT_MAX = 1 << 24 };

struct npz_in {
	const char *path;
	int fd;
	int empty; /* an archive without entries, which libarchive does not know */
	struct archive *a;
	locale_t utf8;
	uint64_t limit; /* bytes that may still be unpacked */
	char name[FORMAT_NAME + 8]; /* of the current entry */
	uint64_t left; /* its bytes not read yet */
	struct foreign array; /* of a text: its elements, kind 0 for a text that is no array */
};

void npz_free(struct npz_in *in)
{
	if (!in)
		return;
	archive_read_free(in->a);
	if (in->utf8)
		freelocale(in->utf8);
	free(in);
}

static int open_archive(struct npz_in *in, struct err *e)
{
	char magic[4] = "";
	struct stat st;

	if (fstat(in->fd, &st) || lseek(in->fd, 0, SEEK_SET))
		return err_system(e, "cannot read '%s'", in->path);
	in->empty = pread(in->fd, magic, 4, 0) == 4 && !memcmp(magic, "PK\5\6", 4);
	in->limit = 100 * (uint64_t)st.st_size + (64 << 20);
	in->a = archive_read_new();
	if (!in->a)
		return err_memory(e);
	if (!in->empty && (archive_read_support_format_zip_seekable(in->a) ||
			   archive_read_open_fd(in->a, in->fd, 1 << 16)))
		return err_set(e, "cannot read '%s': it is not a whole zip archive", in->path);
	return 0;
}

struct npz_in *npz_open(int fd, const char *path, struct err *e)
{
	struct npz_in *in = calloc(1, sizeof(*in));

	if (!in) {
		err_memory(e);
		return NULL;
	}
	in->path = path;
	in->fd = fd;
	in->utf8 = npz_utf8();
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

/*
 * The npy header of the entry, of which @n bytes at @p have been read: as npy_parse returns.  No
 * more than the header is read; its length stands in bytes 8 to 12.
 */
static int parse_header(struct npz_in *in, uint8_t *p, size_t n, struct err *e)
{
	size_t header = 0, want;
	int got = 0;

	while (!got && n < NPY_HEADER) {
		want = n < 12      ? 12
		       : p[6] == 1 ? 10 + (p[8] | (size_t)p[9] << 8)
				   : 12 + (p[8] | (size_t)p[9] << 8);
		want = want > NPY_HEADER ? NPY_HEADER : want;
		if (want <= n)
			want = n + 1;
		if (read_bytes(in, p + n, want - n, e))
			return -1;
		n = want;
		got = npy_parse(p, n, &in->array, &header, e);
	}
	if (got >= 0 && (!got || header != n))
		return err_set(e, "its header is malformed");
	if (got == 1 && in->left != in->array.bytes)
		return err_set(e, "its shape needs %zu bytes, it has %llu", in->array.bytes,
			       (unsigned long long)in->left);
	return got;
}

static int ends_in(const char *name, const char *tail)
{
	size_t n = strlen(name), k = strlen(tail);

	return n > k && !strcmp(name + n - k, tail);
}

/* One text, as numpy saves what it read of a config.json. */
static int is_one_text(const struct npz_in *in)
{
	const struct foreign *f = &in->array;
	int i;

	for (i = 0; i < f->ndim && f->shape[i] == 1; i++)
		;
	return (f->kind == 'S' || f->kind == 'U') && i == f->ndim && in->left == f->size;
}

/* What the current entry is, and for an array its header: 0, or -1 with @e. */
static int look(struct npz_in *in, struct npz_entry *entry, struct err *e)
{
	int is_config = !strcmp(in->name, "config.json"), got = 2;
	uint8_t *p = malloc(NPY_HEADER);

	entry->name = in->name;
	if (!p)
		return err_memory(e);
	in->array.kind = FOREIGN_OTHER;
	if (!is_config && in->left < NPY_MAGIC)
		err_set(&entry->why, "it is no npy file");
	else if (!is_config && read_bytes(in, p, NPY_MAGIC, e))
		got = -1;
	else if (!is_config && memcmp(p, "\x93NUMPY", NPY_MAGIC) != 0)
		err_set(&entry->why, "it is no npy file");
	else if (!is_config)
		got = parse_header(in, p, NPY_MAGIC, &entry->why);
	free(p);
	if (got < 0)
		return entry->why.msg[0] ? err_copy(e, &entry->why) : -1;
	if (ends_in(in->name, ".npy"))
		in->name[strlen(in->name) - 4] = 0;
	entry->array = in->array;
	entry->kind = got == 1 ? NPZ_ARRAY : NPZ_OTHER;
	if (is_config || (!strcmp(in->name, "config.json") && is_one_text(in)))
		entry->kind = NPZ_TEXT;
	if (entry->kind == NPZ_TEXT && in->left > TEXT_MAX)
		return err_set(e, "it is too long");
	return 0;
}

/* Take the name, and refuse what cannot be an entry of ours. */
static int check_entry(struct npz_in *in, struct archive_entry *entry, struct err *e)
{
	const char *name = archive_entry_pathname_utf8(entry);
	uint64_t size = (uint64_t)archive_entry_size(entry);

	if (!name || strlen(name) >= sizeof(in->name) || !npz_is_safe(name))
		return err_set(e, "cannot read '%s': it has an entry with a forbidden name",
			       in->path);
	strcpy(in->name, name);
	if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry))
		err_set(e, "it is not a regular file");
	else if (archive_entry_is_encrypted(entry))
		err_set(e, "it is encrypted");
	else if (ends_in(name, ".pkl") || ends_in(name, ".pickle"))
		err_set(e, "it is a Python pickle, which is refused "
			   "because a pickle can run programs; save the model as safetensors");
	else if (!archive_entry_size_is_set(entry) || archive_entry_size(entry) < 0)
		err_set(e, "its size is not known");
	else if (size > in->limit)
		err_set(e,
			"it would unpack to %llu bytes, the archive to more "
			"than 100 times its size",
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
	locale_t old = npz_enter(in->utf8);
	int got, result = -1;

	do
		got = in->empty ? ARCHIVE_EOF : archive_read_next_header(in->a, &ae);
	while (got == ARCHIVE_OK && archive_entry_filetype(ae) == AE_IFDIR);
	if (got == ARCHIVE_EOF)
		result = 0;
	else if (got != ARCHIVE_OK)
		err_set(e, "cannot read '%s': %s", in->path,
			archive_error_string(in->a) ? archive_error_string(in->a) : "zip");
	else if (!check_entry(in, ae, e))
		result = 1;
	npz_leave(old);
	if (result <= 0)
		return result;
	*entry = (struct npz_entry){ .kind = NPZ_OTHER };
	return look(in, entry, e) ? bad_entry(in, e) : 1;
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

/* numpy's text of four bytes a character, in place: UTF-8 is never longer.  Returns its length. */
static size_t to_utf8(char *text, size_t n, int swap)
{
	size_t i, length = 0;
	uint32_t c;

	for (i = 0; i + 4 <= n; i += 4) {
		memcpy(&c, text + i, 4);
		c = swap ? __builtin_bswap32(c) : c;
		length += (size_t)text_encode(c, (unsigned char *)text + length);
	}
	return length;
}

char *npz_text(struct npz_in *in, size_t *n, struct err *e)
{
	size_t length = (size_t)in->left;
	char *text = malloc(length + 1);

	if (!text) {
		err_memory(e);
		return NULL;
	}
	if (read_bytes(in, text, length, e) || finish(in, e)) {
		free(text);
		bad_entry(in, e);
		return NULL;
	}
	if (in->array.kind == 'U')
		length = to_utf8(text, length, in->array.swap);
	while (in->array.kind != FOREIGN_OTHER && length && !text[length - 1])
		length--; /* what numpy fills an element up with */
	text[length] = 0;
	*n = length;
	return text;
}

/* Writing npz archives, without compression and dates; see npz.h. */
#include "foreign/npz.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "foreign/npy.h"
#include "foreign/npz_internal.h"

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

	err_set(e, "%s", text ? text : strerror(errno));
	if (e)
		e->kind = ERR_SYSTEM;
	return -1;
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
	out->utf8 = npz_utf8();
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

/*
 * An entry of two parts.  No time is set: libarchive then writes the first day of zip,
 * 1980-01-01.
 */
static int put(struct npz_out *out, const char *name, const void *p, size_t n, const void *q,
	       size_t m, struct err *e)
{
	locale_t old = npz_enter(out->utf8);
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
	npz_leave(old);
	return failed ? bad_archive(out, e) : 0;
}

int npz_put(struct npz_out *out, const char *name, const struct tensor *x, struct err *e)
{
	uint8_t header[NPY_WRITTEN];
	char file[FORMAT_NAME + 64];

	if (!npz_is_safe(name) || snprintf(file, sizeof(file), "%s.npy", name) >= (int)sizeof(file))
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
	locale_t old = npz_enter(out->utf8);
	int result = archive_write_close(out->a) == ARCHIVE_OK ? 0 : bad_archive(out, e);

	npz_leave(old);
	npz_discard(out);
	return result;
}

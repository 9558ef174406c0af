/* What we write and read; hostile archives, which need a writer of their own, are in tests/cli. */
#include "check.h"
#include "foreign/npz.h"

#include <fcntl.h>
#include <unistd.h>

static char path[] = "/tmp/grok-npz-XXXXXX";

static void fill(struct tensor *x, enum dtype dtype, size_t rows, size_t columns)
{
	const size_t shape[] = { rows, columns };
	struct err e;
	size_t i;

	check(!tensor_init(x, dtype, 2, shape, &e));
	for (i = 0; i < x->n * format_dtype_size(dtype); i++)
		((uint8_t *)x->data)[i] = (uint8_t)(7 * i + rows);
}

static void round_trip(void)
{
	static const char *const names[] = { "transformer.wte.weight",
					     "a/b/c",
					     ("gr\xc3\xb6\xc3\x9f"
					      "e"),
					     "7/measure/x.npy",
					     "...",
					     "empty" };
	enum { N = sizeof(names) / sizeof(names[0]) };
	struct tensor x[N], y;
	struct npz_entry entry;
	struct npz_out *out;
	struct npz_in *in;
	struct err e;
	int i, fd = open(path, O_RDWR | O_TRUNC);
	char *text;
	size_t n;

	out = npz_create(fd, &e);
	check(out);
	for (i = 0; i < N; i++) {
		fill(&x[i], (enum dtype)i, i == N - 1 ? 0 : 10 + (size_t)i, 5000);
		check(!npz_put(out, names[i], &x[i], &e));
	}
	check(!npz_put_text(out, "config.json", "{}\n", &e));
	check(!npz_close(out, &e));

	in = npz_open(fd, path, &e);
	check(in);
	for (i = 0; i < N; i++) {
		check(npz_next(in, &entry, &e) == 1 && entry.kind == NPZ_ARRAY);
		check(!strcmp(entry.name, names[i]) && entry.array.ndim == 2);
		check(!npz_tensor(in, &y, &e) && y.dtype == x[i].dtype && y.n == x[i].n);
		check(!memcmp(y.data, x[i].data, y.n * format_dtype_size(y.dtype)));
		tensor_free(&x[i]);
		tensor_free(&y);
	}
	check(npz_next(in, &entry, &e) == 1 && entry.kind == NPZ_TEXT);
	text = npz_text(in, &n, &e);
	check(text && n == 3 && !strcmp(text, "{}\n"));
	free(text);
	check(npz_next(in, &entry, &e) == 0);
	npz_free(in);
	close(fd);
}

/* Arrays may be left unread. */
static void skipped(void)
{
	struct npz_entry entry;
	struct npz_in *in;
	struct err e;
	int n = 0, got, fd = open(path, O_RDONLY);

	in = npz_open(fd, path, &e);
	while ((got = npz_next(in, &entry, &e)) > 0)
		n++;
	check(!got && n == 7);
	npz_free(in);
	close(fd);
}

static void refused(void)
{
	static const char *const bad[] = {
		"",     "/a", "../a", "a/../b", "a/..", ".",    "./a",
		"a//b", "a/", "a\nb", "a\\b",   "\x7f", "\xff", "C:\\x"
	};
	int fd = open("/dev/null", O_WRONLY), full = open("/dev/full", O_WRONLY), failed = 0, i;
	struct npz_out *out;
	struct tensor x;
	struct err e;

	fill(&x, DTYPE_F4, 2, 2);
	out = npz_create(fd, &e);
	for (i = 0; i < (int)(sizeof(bad) / sizeof(bad[0])); i++) {
		check(npz_put(out, bad[i], &x, &e) == -1);
		check_error(e, "cannot be the name");
	}
	npz_discard(out);
	tensor_free(&x);
	fill(&x, DTYPE_F4, 1000, 1000);
	out = npz_create(full, &e);
	failed = npz_put(out, "a", &x, &e) == -1;
	failed |= npz_close(out, &e) == -1;
	check(failed);
	check(!npz_open(fd, "/dev/null", &e));
	check_error(e, "cannot read '/dev/null'");
	tensor_free(&x);
	close(fd);
	close(full);
}

int main(void)
{
	int fd = mkstemp(path);

	check(fd >= 0);
	close(fd);
	round_trip();
	skipped();
	refused();
	unlink(path);
	return 0;
}

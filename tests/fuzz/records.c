/*
 * Structure-aware fuzz target (libFuzzer): valid frames round records that are wrong, through the
 * code that reads records for every tool: checkpoints of both levels, series, pictures, picks,
 * summaries, tables.
 *
 * The input is a tape from which a stream is made: each byte decides a kind, a name, a number, a
 * type, or puts something else in its place.  What is made decompresses and mostly parses, so that
 * the fuzzer spends its time behind the parser.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <msgpack.h>
#include <zstd.h>

#include "plot/plot.h"
#include "stream/pick.h"
#include "stream/summary.h"
#include "sync/series.h"
#include "train/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "quarantine_size_mb=4:malloc_context_size=4";
}

enum { RECORDS = 64, ELEMENTS = 1 << 12 };

struct tape {
	const uint8_t *p;
	size_t n;
};

static unsigned next(struct tape *t)
{
	if (!t->n)
		return 0;
	t->n--;
	return *t->p++;
}

/* ---- a record from the tape ---- */

static void text(msgpack_packer *m, const char *s)
{
	msgpack_pack_str_with_body(m, s, strlen(s));
}

static void number(msgpack_packer *m, struct tape *t)
{
	static const double odd[] = { 0,   -1,     NAN,    INFINITY, 1e300, 1e-300,
				      0.5, 0x1p53, 0x1p63, -0x1p63,  97,    2 };
	unsigned x = next(t);

	if (x < 128)
		msgpack_pack_int64(m, x & 64 ? x & 63 : (int64_t)1 << x % 63);
	else if (x < 250)
		msgpack_pack_double(m, odd[x % 12]);
	else if (x == 250)
		msgpack_pack_nil(m);
	else if (x == 251)
		text(m, "97");
	else
		msgpack_pack_true(m);
}

static const char *name(struct tape *t)
{
	static const char *const names[] = {
		"transformer.wte.weight",
		"transformer.wpe.weight",
		"transformer.h.0.ln_1.weight",
		"transformer.h.0.ln_1.bias",
		"transformer.h.0.attn.c_attn.weight",
		"transformer.h.0.attn.c_attn.bias",
		"transformer.h.0.attn.c_proj.weight",
		"transformer.h.0.attn.c_proj.bias",
		"transformer.h.0.ln_2.weight",
		"transformer.h.0.ln_2.bias",
		"transformer.h.0.mlp.c_fc.weight",
		"transformer.h.0.mlp.c_fc.bias",
		"transformer.h.0.mlp.c_proj.weight",
		"transformer.h.0.mlp.c_proj.bias",
		"transformer.ln_f.weight",
		"transformer.ln_f.bias",
		"lm_head.weight",
		"data.split",
		"data.labels",
		"cma.cms",
		"cma.cms_se",
		"cma.te",
		"cma.scan",
		"cma.skip",
		"spectrum.dft2",
		"spectrum.power",
		"spectrum.ring",
		"spectrum.pca",
		"bdm.map transformer.wte.weight",
		"sfm.weights",
		"sfm.curves",
		"train.order",
		"",
		"x\033[2J",
		"\302\2332J",
		"../../etc",
	};

	return names[next(t) % (sizeof(names) / sizeof(names[0]))];
}

static void put_head(msgpack_packer *m, struct tape *t)
{
	static const char *const keys[] = { "op",       "modulus",    "layers", "width",
					    "heads",    "mlp",        "tie",    "activation",
					    "operands", "train_frac", "seed",   "labels",
					    "schedule", "steps",      "task" };
	static const char *const words[] = { "add",  "sub,add", "mul",    "div", "nonzero",
					     "gelu", "random",  "cosine", "" };
	unsigned n = next(t) % 16, i;

	msgpack_pack_map(m, 6);
	text(m, "kind"), text(m, "head");
	text(m, "version"), msgpack_pack_int(m, 1);
	text(m, "run"), text(m, next(t) & 1 ? "r" : "sub-p5-s1-00000000");
	text(m, "seed"), msgpack_pack_int(m, (int)next(t));
	text(m, "config"), msgpack_pack_map(m, n);
	for (i = 0; i < n; i++) {
		unsigned key = next(t) % 15, how = next(t);

		text(m, keys[key]);
		if (how < 96)
			msgpack_pack_int(m, (int)how % 12);
		else if (how < 192)
			text(m, words[how % 9]);
		else
			number(m, t);
	}
	text(m, "provenance"), msgpack_pack_array(m, 0);
}

static void put_tensor(msgpack_packer *m, struct tape *t, const char *run)
{
	static const char *const types[] = {
		"<f4", "<f8", "<f2", "<i4", "<i8", "|u1", "<c8", "<c16"
	};
	static const size_t sizes[] = { 4, 8, 2, 4, 8, 1, 8, 16 };
	static const char *const roles[] = { "param", "state", "measure" };
	unsigned type = next(t) % 8, dims = next(t) % 5, i, fill = next(t);
	size_t shape[4], elements = 1;
	uint8_t *bytes;

	for (i = 0; i < dims; i++) {
		shape[i] = next(t) % 24;
		elements *= shape[i];
	}
	if (elements > ELEMENTS)
		dims = 1, shape[0] = elements = ELEMENTS;
	bytes = malloc(elements * sizes[type] + 1);
	for (i = 0; i < elements * sizes[type]; i++)
		bytes[i] = (uint8_t)(fill < 64 ? 0 : fill < 128 ? i * fill : next(t) ^ fill);
	msgpack_pack_map(m, 6);
	text(m, "kind"), text(m, "tensor");
	text(m, "run"), text(m, run);
	text(m, "step"), msgpack_pack_int(m, (int)next(t) % 8);
	text(m, "name"), text(m, name(t));
	text(m, "role"), text(m, roles[next(t) % 3]);
	text(m, "array"), msgpack_pack_map(m, 5);
	msgpack_pack_bin_with_body(m, "nd", 2), msgpack_pack_true(m);
	msgpack_pack_bin_with_body(m, "type", 4), text(m, types[type]);
	msgpack_pack_bin_with_body(m, "kind", 4), msgpack_pack_bin_with_body(m, "", 0);
	msgpack_pack_bin_with_body(m, "shape", 5), msgpack_pack_array(m, dims);
	for (i = 0; i < dims; i++)
		msgpack_pack_uint64(m, shape[i]);
	msgpack_pack_bin_with_body(m, "data", 4);
	msgpack_pack_bin_with_body(m, bytes, elements * sizes[type]);
	free(bytes);
}

static void put_metrics(msgpack_packer *m, struct tape *t, const char *run)
{
	static const char *const names[] = { "train.train_acc",  "train.test_acc",
					     "train.train_loss", "train.test_loss",
					     "spectrum.gini",    "bdm.bits",
					     "cma.acc",          "bdm.bits_planes",
					     "sfm.gate" };
	static const char *const of[] = { "layer 0", "head 0.1", "skip 0-3 block test", "a\tb" };
	unsigned n = next(t) % 6, i, has = next(t);

	msgpack_pack_map(m, has & 1 ? 6 : 5);
	text(m, "kind"), text(m, "metrics");
	text(m, "run"), text(m, run);
	text(m, "step"), msgpack_pack_int(m, (int)next(t));
	text(m, "tool"), text(m, "grok-train");
	if (has & 1)
		text(m, "of"), text(m, of[has / 2 % 4]);
	text(m, "values"), msgpack_pack_map(m, n);
	for (i = 0; i < n; i++) {
		text(m, names[next(t) % 9]);
		number(m, t);
	}
}

/* The whole stream, whose runs mostly end as they should. */
static size_t make(struct tape *t, int fd)
{
	msgpack_sbuffer b;
	msgpack_packer m;
	const char *run = "r";
	unsigned kind, records = 0, i;
	size_t size, room;
	uint8_t *frame;

	msgpack_sbuffer_init(&b);
	msgpack_packer_init(&m, &b, msgpack_sbuffer_write);
	put_head(&m, t);
	run = memmem(b.data, b.size, "sub-p5-s1-00000000", 18) ? "sub-p5-s1-00000000" : "r";
	for (i = 0; i < RECORDS && t->n; i++) {
		kind = next(t) % 8;
		records++;
		if (kind < 4)
			put_tensor(&m, t, run);
		else
			put_metrics(&m, t, run);
	}
	msgpack_pack_map(&m, 4);
	text(&m, "kind"), text(&m, "end");
	text(&m, "run"), text(&m, run);
	text(&m, "status"), text(&m, "complete");
	text(&m, "records"), msgpack_pack_int(&m, (int)records + 2);
	room = ZSTD_compressBound(b.size);
	frame = malloc(room);
	size = ZSTD_compress(frame, room, b.data, b.size, 1);
	if (ftruncate(fd, 0) || pwrite(fd, frame, size, 0) != (ssize_t)size)
		abort();
	free(frame);
	msgpack_sbuffer_destroy(&b);
	return size;
}

/* ---- those who read ---- */

static void read_checkpoints(char *file, enum checkpoint_level level)
{
	struct checkpoint c = { .level = level };
	struct stream_in *in = stream_open(&file, 1, NULL);
	struct tensor x;
	struct record r;
	struct err e;
	int got;

	while (stream_next(in, &r, &e) > 0) {
		if (checkpoint_close(&c, in, &r, &e) < 0)
			break;
		got = checkpoint_feed(&c, in, &r, level == CHECKPOINT_MATRICES ? &x : NULL, &e);
		if (got < 0)
			break;
		if (got)
			tensor_free(&x);
	}
	checkpoint_free(&c);
	stream_free(in);
}

static void read_pictures(char *file)
{
	static const struct plot_options options = { 0 };
	struct stream_in *in = stream_open(&file, 1, NULL);
	struct pick pick = { .names = "train.*,cma.*", .roles = "param,measure" };
	struct plot_data d = { 0 };
	struct series_set s = { 0 };
	struct summary sum = { 0 };
	struct tensor x;
	struct record r;
	struct err e;

	while (stream_next(in, &r, &e) > 0) {
		if (series_add(&s, &r, &e) || plot_take(&d, plot_kinds, &options, in, &r, &e))
			break;
		if (pick_has(&pick, &r, 3) && r.kind == RECORD_TENSOR && r.role == ROLE_PARAM &&
		    !tensor_read(in, &r, &x, &e)) {
			summary_add(&sum, x.dtype, x.data, x.n);
			tensor_free(&x);
		}
	}
	if (!series_group(&s, &e))
		series_at(&(struct series){ 0 }, 1);
	series_free(&s);
	plot_free(&d);
	stream_free(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static int fd = -1;
	static char file[64];
	struct tape t = { data, n };

	if (fd < 0) {
		fd = memfd_create("fuzz", 0);
		snprintf(file, sizeof(file), "/proc/self/fd/%d", fd);
	}
	make(&t, fd);
	read_checkpoints(file, CHECKPOINT_MATRICES);
	read_checkpoints(file, CHECKPOINT_NETWORK);
	read_pictures(file);
	return 0;
}

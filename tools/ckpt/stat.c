/* grok-ckpt stat - range, moments and norms of each tensor */
#include "ckpt.h"
#include "stream/summary.h"

#include <math.h>

enum { CHUNK = 1 << 18 }; /* bytes read at a time: they stay in the cache */

static struct ckpt_pick picked;
static int json;
static const struct opt opts[] = { CKPT_PICK(picked), CKPT_JSON(json), { 0 } };

static void summarise(struct stream_in *in, const struct record *r, struct summary *s)
{
	static _Alignas(64) uint8_t chunk[CHUNK];
	size_t size = format_dtype_size(r->dtype), left, n;
	struct err e;

	*s = (struct summary){ .min = NAN, .max = NAN };
	for (left = r->bytes; left; left -= n) {
		n = left < CHUNK ? left : CHUNK;
		cli_check(stream_payload(in, chunk, n, &e), &e);
		summary_add(s, r->dtype, chunk, n / size);
	}
}

static int command(void)
{
	static const char *const columns[] = { "run",      "step", "role", "dtype", "shape",
					       "elements", "nan",  "inf",  "zero",  "min",
					       "max",      "mean", "sd",   "norm1", "norm2",
					       "name",     NULL };
	struct ckpt_source source;
	struct ckpt_rows t;
	struct summary s;
	struct record r;

	ckpt_open(&source, &picked, 0);
	ckpt_rows_open(&t, cli_text_output(), json, columns);
	while (ckpt_next(&source, &r)) {
		if (r.kind != RECORD_TENSOR || !ckpt_picked(&source, &r))
			continue;
		summarise(source.in, &r, &s);
		ckpt_put_text(&t, r.run);
		ckpt_put_int(&t, r.step);
		ckpt_put_text(&t, format_role_name(r.role));
		ckpt_put_text(&t, format_dtype_name(r.dtype));
		ckpt_put_shape(&t, r.ndim, r.shape);
		ckpt_put_int(&t, (int64_t)(s.n + s.nans + s.infinities));
		ckpt_put_int(&t, (int64_t)s.nans);
		ckpt_put_int(&t, (int64_t)s.infinities);
		ckpt_put_int(&t, (int64_t)s.zeros);
		ckpt_put_real(&t, s.min);
		ckpt_put_real(&t, s.max);
		ckpt_put_real(&t, summary_mean(&s));
		ckpt_put_real(&t, summary_sd(&s));
		ckpt_put_real(&t, s.sum1);
		ckpt_put_real(&t, summary_norm(&s));
		ckpt_put_text(&t, r.name);
	}
	return ckpt_close(&source, NULL);
}

const struct cli ckpt_stat = {
	.command = "stat",
	.purpose = "range, moments and norms of each tensor",
	.flags = CLI_TEXT,
	.opts = opts,
	.main = command,
};

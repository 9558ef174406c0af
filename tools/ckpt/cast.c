/* grok-ckpt cast - change the element type of floating-point tensors */
#include "ckpt.h"
#include "stream/tensor.h"

#include <math.h>

enum { F4, F8, F2 };

static struct ckpt_pick picked;
static int dtype = F2;
static const struct opt opts[] = { CKPT_PICK(picked),
				   { 'd', "dtype", "TYPE", "f4, f8 or f2", OPT_CHOICE, &dtype,
				     .choices = "f4|f8|f2" },
				   { 0 } };

static int is_real(enum dtype d)
{
	return d == DTYPE_F4 || d == DTYPE_F8 || d == DTYPE_F2;
}

/* A finite number must not become infinite. */
static void refuse_overflow(const struct ckpt_source *s, const struct record *r,
			    const struct tensor *x, const struct tensor *y)
{
	struct err e;
	size_t i;

	for (i = 0; i < x->n; i++)
		if (isinf(tensor_element(y, i)) && !isinf(tensor_element(x, i))) {
			err_set(&e, "%.9g in tensor '%.100s' is too large for %s",
				tensor_element(x, i), r->name, format_dtype_name(y->dtype));
			stream_reject(s->in, &e);
			cli_die("%s", e.msg);
		}
}

static void cast(struct ckpt_source *s, struct stream_out *out, struct record *r, enum dtype to)
{
	struct tensor x, y;
	struct err e;

	cli_check(tensor_read(s->in, r, &x, &e), &e);
	cli_check(tensor_convert(&x, to, &y, &e), &e);
	refuse_overflow(s, r, &x, &y);
	r->dtype = to;
	cli_check(stream_put(out, r, y.data, &e), &e);
	tensor_free(&x);
	tensor_free(&y);
}

static int command(void)
{
	static const enum dtype types[] = { [F4] = DTYPE_F4, [F8] = DTYPE_F8, [F2] = DTYPE_F2 };
	struct ckpt_source s;
	struct stream_out *out;
	struct record r;
	struct err e;

	ckpt_open(&s, &picked, 0);
	out = cli_output();
	while (ckpt_next(&s, &r)) {
		if (r.kind == RECORD_TENSOR && ckpt_picked(&s, &r) && is_real(r.dtype) &&
		    r.dtype != types[dtype])
			cast(&s, out, &r, types[dtype]);
		else
			cli_check(stream_pass(s.in, out, &e), &e);
	}
	return ckpt_close(&s, out);
}

const struct cli ckpt_cast = {
	.command = "cast",
	.purpose = "change the element type",
	.opts = opts,
	.notes = "Tensors that are not picked, and those of integers or complex numbers, "
		 "pass as they are.",
	.main = command,
};

/* The records of a run as a longer run would have written them; see extend.h. */
#include "train/extend.h"

#include "stream/tensor.h"

/* Write the current record of @in under the name of another run. */
static int put_again(struct stream_in *in, const struct record *r, struct stream_out *out,
		     const char *run, struct err *e)
{
	struct tensor x = { .data = NULL };
	struct record copy = *r;
	int result;

	copy.run = run;
	if (r->kind == RECORD_TENSOR && tensor_read(in, r, &x, e))
		return -1;
	result = stream_put(out, &copy, x.data, e);
	if (!result && r->kind == RECORD_METRICS)
		result = stream_flush(out, e);
	tensor_free(&x);
	return result;
}

int train_extend(const char *from, uint64_t records, struct stream_out *out,
		 const struct record *head, int (*keep)(void *arg, const struct record *r),
		 void *arg, struct err *e)
{
	char *names[] = { (char *)from };
	struct stream_in *in = stream_open(names, 1, e);
	uint64_t n = 0;
	struct record r;
	int got = 0, failed = 0;

	if (!in)
		return -1;
	while (!failed && (!records || n < records) && (got = stream_next(in, &r, e)) > 0) {
		n++;
		if (r.kind == RECORD_END)
			break;
		if (r.kind == RECORD_HEAD)
			failed = stream_put(out, head, NULL, e);
		else if (keep(arg, &r))
			failed = put_again(in, &r, out, head->run, e);
	}
	stream_free(in);
	return failed || got < 0 ? -1 : 0;
}

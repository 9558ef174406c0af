/* The records of a run.  See stream.h. */
#include "train/stream.h"

#include "stream/run.h"
#include "stream/tensor.h"

int train_put_start(const struct train *t, struct stream_out *out, const struct record *head,
		    struct err *e)
{
	size_t P = (size_t)t->task.modulus, shape[3] = { (size_t)t->task.ops, P, P };
	int one = t->task.ops == 1, ndim = one ? 2 : 3;

	if (stream_put(out, head, NULL, e) ||
	    tensor_put(out, head->run, 0, "data.split", ROLE_MEASURE,
		       tensor_over(DTYPE_U1, ndim, shape + one, t->task.split), e))
		return -1;
	if (!t->task.label)
		return 0;
	return tensor_put(out, head->run, 0, "data.labels", ROLE_MEASURE,
			  tensor_over(DTYPE_I4, ndim, shape + one, t->task.label), e);
}

int train_put_weights(const struct train *t, struct stream_out *out, const char *run, struct err *e)
{
	int i;

	for (i = 0; i < t->g.tensors; i++) {
		const struct gpt_param *p = &t->g.param[i];
		size_t shape[2] = { (size_t)p->shape[0], (size_t)p->shape[1] };

		if (tensor_put(out, run, t->place.step, p->name, ROLE_PARAM,
			       tensor_over(DTYPE_F4, p->ndim, shape, t->g.w + p->offset), e))
			return -1;
	}
	return 0;
}

int train_put_metrics(const struct train *t, struct stream_out *out, const char *run,
		      const struct train_metrics *m, struct err *e)
{
	int64_t step = t->place.step;
	const struct value values[] = {
		{ "train.train_loss", m->train_loss },
		{ "train.test_loss", m->test_loss },
		{ "train.train_acc", m->train_acc },
		{ "train.test_acc", m->test_acc },
		{ "train.weight_norm", m->weight_norm },
		{ "train.grad_norm", t->grad_norm },
		{ "train.lr", step ? optim_rate(&t->optim, step) : 0 },
	};
	const int n = (int)(sizeof(values) / sizeof(*values));

	if (run_put_metrics(out, "grok-train", run, step, NULL, values, n, e))
		return -1;
	return stream_flush(out, e);
}

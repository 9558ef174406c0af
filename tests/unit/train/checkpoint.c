/* Checkpoints from streams in memory files: whole ones of every type, and each way to be wrong. */
#include "check.h"
#include "train/checkpoint.h"
#include "stream/tensor.h"

#include <unistd.h>

enum { P = 5, STEPS = 2 };

static struct gpt net;
static int file;
static char path[] = "/tmp/grok-ckpt-XXXXXX";

/* Also of every checkpoint: more positions, the masks of old versions, a tied head. */
static int theirs;

/* What to do to the second checkpoint. */
static const struct fault {
	const char *says;
	int omit, twice, transpose, nan, rename, integers, interrupt;
} faults[] = {
	{ "step 1: the checkpoint ends without 'transformer.wpe.weight'", .omit = 1 },
	{ "step 1: 'transformer.wte.weight': it has been there before", .twice = 1 },
	{ "step 1: 'transformer.wte.weight': shape is 8x7, must be 7x8", .transpose = 1 },
	{ "step 1: 'transformer.ln_f.bias': weight 3 is NaN", .nan = 1 },
	{ "step 1: 'wte': a network of this head has no such tensor", .rename = 1 },
	{ "step 1: 'transformer.wte.weight': weights of type <i4", .integers = 1 },
	{ "step 1: the checkpoint ends without 'transformer.wpe.weight' and others",
	  .interrupt = 1 },
};

static void put_theirs(struct stream_out *out, int step)
{
	static const float mask[9] = { 1, 0, 0, 1, 1, 0, 1, 1, 1 };
	static const size_t square[] = { 1, 1, 3, 3 }, positions[] = { 6, 8 }, wte[] = { 7, 8 };
	static const float head[7 * 8];
	float wpe[6 * 8];
	struct err e;
	int i;

	for (i = 0; i < 6 * 8; i++)
		wpe[i] = i < 4 * 8 ? net.w[net.param[1].offset + (size_t)i] : 9;
	must(tensor_put(out, "r", step, "transformer.h.1.attn.bias", ROLE_PARAM,
			tensor_over(DTYPE_F4, 4, square, mask), &e),
	     &e);
	must(tensor_put(out, "r", step, "transformer.h.0.attn.masked_bias", ROLE_PARAM,
			tensor_over(DTYPE_F4, 0, NULL, mask), &e),
	     &e);
	must(tensor_put(out, "r", step, "transformer.wpe.weight", ROLE_PARAM,
			tensor_over(DTYPE_F4, 2, positions, wpe), &e),
	     &e);
	must(tensor_put(out, "r", step, "lm_head.weight", ROLE_PARAM,
			tensor_over(DTYPE_F4, 2, wte, head), &e),
	     &e);
}

static void put_checkpoint(struct stream_out *out, int step, enum dtype dtype,
			   const struct fault *f)
{
	const struct value value = { "train.train_acc", 1 }, other = { "test.early", 1 };
	struct record m = { .kind = RECORD_METRICS,
			    .run = "r",
			    .step = step,
			    .tool = "train",
			    .values = &value,
			    .nvalues = 1 };
	struct err e;
	int i;

	if (theirs)
		put_theirs(out, step);
	for (i = 0; i < net.tensors; i++) {
		const struct gpt_param *p = &net.param[i];
		size_t shape[2] = { (size_t)p->shape[0], (size_t)p->shape[1] };
		struct tensor x, y;
		enum dtype d = dtype;

		if (i == 1 && (theirs || (f && f->omit)))
			continue;
		must(tensor_init(&x, DTYPE_F4, p->ndim, shape, &e), &e);
		memcpy(x.data, net.w + p->offset, p->size * sizeof(float));
		if (f && f->nan && !strcmp(p->name, "transformer.ln_f.bias"))
			((float *)x.data)[3] = NAN;
		if (f && f->transpose && !i) {
			shape[0] = (size_t)p->shape[1];
			shape[1] = (size_t)p->shape[0];
		}
		if (f && f->integers && !i)
			d = DTYPE_I4;
		must(tensor_convert(&x, d, &y, &e), &e);
		must(tensor_put(out, "r", step, f && f->rename && !i ? "wte" : p->name, ROLE_PARAM,
				tensor_over(d, p->ndim, shape, y.data), &e),
		     &e);
		if (f && f->twice && !i)
			must(tensor_put(out, "r", step, p->name, ROLE_PARAM,
					tensor_over(d, p->ndim, shape, y.data), &e),
			     &e);
		/* Optimiser state between parameters is passed over. */
		must(tensor_put(out, "r", step, "state", ROLE_STATE,
				tensor_over(d, p->ndim, shape, y.data), &e),
		     &e);
		tensor_free(&x);
		tensor_free(&y);
		if (f && f->interrupt && !i) {
			m.values = &other;
			must(stream_put(out, &m, NULL, &e), &e);
		}
	}
	m.values = &value;
	must(stream_put(out, &m, NULL, &e), &e);
}

static void write_stream(enum dtype dtype, const struct setting *config, int n,
			 const struct fault *f)
{
	struct record r = {
		.kind = RECORD_HEAD, .run = "r", .seed = 5, .config = config, .nconfig = n
	};
	const size_t shape[] = { P, P };
	unsigned char split[P * P];
	struct stream_out *out;
	struct err e;
	int i;

	check(!lseek(file, 0, SEEK_SET));
	check(!ftruncate(file, 0));
	out = stream_create(file, path, NULL, &e);
	check(out);
	must(stream_put(out, &r, NULL, &e), &e);
	for (i = 0; i < P * P; i++)
		split[i] = i % 3 ? TASK_TEST : TASK_TRAIN;
	must(tensor_put(out, "r", 0, "data.split", ROLE_MEASURE,
			tensor_over(DTYPE_U1, 2, shape, split), &e),
	     &e);
	for (i = 0; i < STEPS; i++)
		put_checkpoint(out, i, dtype, i ? f : NULL);
	r = (struct record){ .kind = RECORD_END, .run = "r", .complete = 1 };
	must(stream_put(out, &r, NULL, &e), &e);
	must(stream_close(out, &e), &e);
}

/* The number of checkpoints, or -1, by the level of matrices, of which all are taken. */
static int read_matrices(struct err *e)
{
	char *names[] = { path };
	struct stream_in *in = stream_open(names, 1, e);
	struct checkpoint c = { .level = CHECKPOINT_MATRICES };
	struct tensor x;
	struct record r;
	int got, n = 0, i;

	check(in);
	while ((got = stream_next(in, &r, e)) > 0) {
		got = checkpoint_close(&c, in, &r, e);
		if (got < 0)
			break;
		n += got;
		got = checkpoint_feed(&c, in, &r, &x, e);
		if (got < 0)
			break;
		if (!got)
			continue;
		check(c.open && r.kind == RECORD_TENSOR && r.role == ROLE_PARAM && !c.gpt.w);
		i = c.network ? gpt_find(&net, r.name) : 0;
		check(i >= 0 && x.dtype == DTYPE_F4 && x.shape[0] == r.shape[0]);
		if (c.network)
			check(!memcmp(x.data, net.w + net.param[i].offset,
				      net.param[i].size * sizeof(float)));
		tensor_free(&x);
	}
	checkpoint_free(&c);
	stream_free(in);
	return got < 0 ? -1 : n;
}

/* The number of checkpoints, or -1. */
static int read_stream(float tolerance, struct err *e)
{
	char *names[] = { path };
	struct stream_in *in = stream_open(names, 1, e);
	struct checkpoint c = { .level = CHECKPOINT_NETWORK };
	struct record r;
	int got, n = 0;
	size_t i;

	check(in);
	while ((got = stream_next(in, &r, e)) > 0) {
		got = checkpoint_close(&c, in, &r, e);
		if (got < 0)
			break;
		if (got) {
			check(c.step == n && c.seed == 5 && c.split && !strcmp(c.run, "r"));
			check(c.task.split[3] == TASK_TRAIN && c.task.split[4] == TASK_TEST);
			check(c.gpt.size == net.size && c.count == ++n);
			for (i = 0; i < net.size; i++)
				check_near(c.gpt.w[i], net.w[i], tolerance);
		}
		got = checkpoint_feed(&c, in, &r, NULL, e);
		if (got < 0)
			break;
	}
	checkpoint_free(&c);
	stream_free(in);
	return got < 0 ? -1 : n;
}

/* Weights of one step for a network of the same settings, and of none else */
static void load(const struct gpt_config *config)
{
	struct checkpoint c = { .level = CHECKPOINT_NETWORK };
	struct gpt_config other = *config;
	struct gpt g;
	struct err e;

	check(checkpoint_load(&c, path, 7, &e) < 0);
	check_error(e, "has no checkpoint of step 7");
	must(checkpoint_load(&c, path, 0, &e), &e);
	check(c.step == 0);
	checkpoint_free(&c);
	must(checkpoint_load(&c, path, -1, &e), &e);
	check(c.step == STEPS - 1 && !strcmp(c.run, "r") && c.task.modulus == P);
	must(gpt_create(&g, config, &e), &e);
	must(checkpoint_fill(&c, &g, &e), &e);
	check(!memcmp(g.w, net.w, net.size * sizeof(float)));
	gpt_free(&g);
	other.heads = 4;
	must(gpt_create(&g, &other, &e), &e);
	check(checkpoint_fill(&c, &g, &e) < 0);
	check_error(e, "heads is 2 there and 4 here");
	gpt_free(&g);
	checkpoint_free(&c);
}

static void refused(const struct setting s[7])
{
	struct err e;
	size_t i;

	for (i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		write_stream(DTYPE_F4, s, 7, &faults[i]);
		check(read_stream(0, &e) < 0);
		check_error(e, faults[i].says);
		check_error(e, "cannot read '/tmp/grok-ckpt-");
		/* The level of matrices refuses the same, but takes what there is of a part. */
		if (faults[i].omit || faults[i].interrupt) {
			check(read_matrices(&e) == STEPS + faults[i].interrupt);
			continue;
		}
		check(read_matrices(&e) < 0);
		check_error(e, faults[i].says);
	}
}

/* What transformers saves beside the parameters, in a tied network */
static void tied(struct gpt_config config, struct setting s[7], struct rng *rng)
{
	struct err e;

	gpt_free(&net);
	config.tied = s[6].i = 1;
	must(gpt_create(&net, &config, &e), &e);
	gpt_init(&net, 0.5, rng);
	theirs = 1;
	write_stream(DTYPE_F4, s, 7, NULL);
	check(read_stream(0, &e) == STEPS);
	check(read_matrices(&e) == STEPS);
	theirs = config.tied = s[6].i = 0;
}

/* Heads: no network at all, then one that lacks its width, then one out of bounds. */
static void heads(struct setting s[7])
{
	struct err e;

	write_stream(DTYPE_F4, s, 2, NULL);
	check(read_stream(0, &e) == 0);
	check(read_matrices(&e) == STEPS);
	write_stream(DTYPE_F4, s, 3, NULL);
	check(read_stream(0, &e) < 0);
	check_error(e, "record 1: run 'r': the head has no 'width'");
	s[4].i = 0;
	write_stream(DTYPE_F4, s, 7, NULL);
	check(read_stream(0, &e) < 0);
	check_error(e, "the head's 'heads' is not a number in 1..8");
	s[4].i = 3;
	write_stream(DTYPE_F4, s, 7, NULL);
	check(read_stream(0, &e) < 0);
	check_error(e, "width 8 is not a multiple of heads 3");
}

int main(void)
{
	struct gpt_config config = {
		.vocab = P + 2, .layers = 2, .width = 8, .heads = 2, .mlp = 12
	};
	struct setting s[] = {
		{ "op", SETTING_TEXT, 0, 0, "add" },   { "modulus", SETTING_INT, P, P, NULL },
		{ "layers", SETTING_INT, 2, 2, NULL }, { "width", SETTING_INT, 8, 8, NULL },
		{ "heads", SETTING_INT, 2, 2, NULL },  { "mlp", SETTING_INT, 12, 12, NULL },
		{ "tie", SETTING_FLAG, 0, 0, NULL },
	};
	struct rng rng;
	struct err e;

	file = mkstemp(path);
	check(file >= 0);
	rng_seed(&rng, 1, 0);
	must(gpt_create(&net, &config, &e), &e);
	gpt_init(&net, 0.5, &rng);

	write_stream(DTYPE_F4, s, 7, NULL);
	check(read_stream(0, &e) == STEPS);
	load(&config);
	write_stream(DTYPE_F8, s, 7, NULL);
	check(read_stream(0, &e) == STEPS);
	/* Half precision: 11 bits of a weight below 4 */
	write_stream(DTYPE_F2, s, 7, NULL);
	check(read_stream(2.f / 2048, &e) == STEPS);

	refused(s);
	tied(config, s, &rng);
	heads(s);
	gpt_free(&net);
	unlink(path);
	return 0;
}

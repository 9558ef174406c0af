/*
 * gpt and optim against PyTorch in double precision.  tests/ref/gpt.gts: logits, loss, every
 * gradient, and ten AdamW steps on the full batch.  tests/ref/optim.gts: forty steps with a
 * warm-up and a cosine.  gpt.py and optim.py made them.
 */
#include "check.h"
#include "gpt/gpt.h"
#include "gpt/optim.h"
#include "train/task.h"
#include "stream/tensor.h"

struct model {
	struct task task;
	struct gpt g;
	struct optim optim;
	struct gpt_work *work;
	float *grad;
	int *tokens, *target, n;
	int stepped, steps;
	double tolerance; /* of weights after the last step */
};

static const char *text(const struct record *head, const char *key)
{
	const struct setting *s = format_setting(head, key);

	check(s && s->type == SETTING_TEXT);
	return s->text;
}

static double number(const struct record *head, const char *key)
{
	const struct setting *s = format_setting(head, key);

	check(s && s->type != SETTING_TEXT);
	return s->type == SETTING_FLAG ? (double)s->i : s->x;
}

static enum optim_kind optimizer(const char *name)
{
	static const char *const names[] = { "adamw", "adam", "sgd", "muon" };
	int i;

	for (i = 0; strcmp(names[i], name); i++)
		check(i < OPTIM_MUON);
	return (enum optim_kind)i;
}

/* The schedule of optim.gts; gpt.gts has none. */
static void schedule(struct model *m, const struct record *head, struct optim_config *optim)
{
	m->steps = 10;
	/*
	 * Ten steps of 0.01 move a weight by up to 0.1.  Where a gradient is nearly 0, Adam divides
	 * one rounding error by another, so a few weights may differ by more than single precision
	 * explains; 1e-4 is a thousandth of the way.
	 */
	m->tolerance = 1e-4;
	if (!format_setting(head, "min_lr"))
		return;
	m->steps = (int)number(head, "steps");
	m->tolerance = 1e-5; /* of 0.03: a step is ten times shorter */
	optim->beta2 = number(head, "beta2");
	optim->min_lr = number(head, "min_lr");
	optim->last = m->steps;
	optim->momentum = number(head, "momentum");
	optim->kind = optimizer(text(head, "optimizer"));
}

static void begin(struct model *m, const struct record *head, struct pool *pool)
{
	struct optim_config optim = { .lr = number(head, "lr"),
				      .beta1 = 0.9,
				      .beta2 = 0.98,
				      .eps = 1e-8,
				      .decay = number(head, "weight_decay"),
				      .decay_all = !strcmp(text(head, "decay"), "all"),
				      .warmup = (int)number(head, "warmup"),
				      .clip = number(head, "clip") };
	struct gpt_config c = { .layers = (int)number(head, "layers"),
				.width = (int)number(head, "width"),
				.heads = (int)number(head, "heads"),
				.mlp = (int)number(head, "mlp"),
				.tied = (int)number(head, "tie") };
	struct err e;
	int i;

	schedule(m, head, &optim);
	c.activation = strcmp(text(head, "activation"), "gelu") ? NN_GELU_NEW : NN_GELU;
	check(!task_init(&m->task, text(head, "op"), (int)number(head, "modulus"), 0, &e));
	c.vocab = task_vocab(&m->task);
	m->n = task_size(&m->task);
	check(!gpt_create(&m->g, &c, &e) &&
	      !optim_init(&m->optim, &optim, &m->g, pool_threads(pool), &e));
	m->work = gpt_work_create(&m->g, m->task.modulus, m->task.ops, m->n, pool, &e);
	m->grad = calloc(m->g.size, sizeof(*m->grad));
	m->tokens = calloc((size_t)m->n, GPT_LENGTH * sizeof(*m->tokens));
	m->target = calloc((size_t)m->n, sizeof(*m->target));
	check(m->work && m->grad && m->tokens && m->target);
	for (i = 0; i < m->n; i++) {
		task_tokens(&m->task, i, m->tokens + GPT_LENGTH * i);
		m->target[i] = task_answer(&m->task, i);
	}
	m->stepped = 0;
}

static void end(struct model *m)
{
	check(m->stepped == m->steps);
	gpt_work_free(m->work);
	optim_free(&m->optim);
	gpt_free(&m->g);
	task_free(&m->task);
	free(m->grad);
	free(m->tokens);
	free(m->target);
}

/* |got - want| <= tol * (the largest |want|): rounding is relative to the terms of the sums. */
static void compare(const float *got, const struct tensor *want, double tol)
{
	const float *w = want->data;
	double top = 0;
	size_t i;

	for (i = 0; i < want->n; i++)
		top = fabs(w[i]) > top ? fabs(w[i]) : top;
	for (i = 0; i < want->n; i++)
		check_near(got[i], w[i], tol * top);
}

static void weights(struct model *m, const struct record *r, const struct tensor *x)
{
	int k = gpt_find(&m->g, r->name), i;
	const float *want = x->data;

	check(k >= 0 && m->g.param[k].size == x->n && m->g.param[k].ndim == x->ndim);
	if (r->step == 0) {
		memcpy(m->g.w + m->g.param[k].offset, x->data, x->n * sizeof(float));
		return;
	}
	/*
	 * The gradient at the bias of the keys is 0 in exact arithmetic: Adam finds only noise
	 * there.
	 */
	for (i = 0; i < (int)x->n; i++)
		if (!strstr(r->name, "c_attn.bias") || i / m->g.config.width != 1)
			check_near(m->g.w[m->g.param[k].offset + (size_t)i], want[i], m->tolerance);
}

static void measure(struct model *m, const struct record *r, const struct tensor *x)
{
	float *logits;
	int k;

	if (!strcmp(r->name, "logits")) {
		logits = malloc(x->n * sizeof(float));
		check(logits && x->n == (size_t)(m->n * m->g.config.vocab));
		gpt_logits(m->work, &m->g, m->tokens, m->n, logits);
		compare(logits, x, 3e-6);
		free(logits);
		gpt_gradient(m->work, &m->g, m->tokens, m->target, m->n, m->grad);
		return;
	}
	check(!strncmp(r->name, "grad.", 5));
	k = gpt_find(&m->g, r->name + 5);
	check(k >= 0 && m->g.param[k].size == x->n);
	compare(m->grad + m->g.param[k].offset, x, 2e-5);
}

static void step(struct model *m, const struct record *r, struct pool *pool)
{
	double loss, norm;
	int i;

	loss = gpt_gradient(m->work, &m->g, m->tokens, m->target, m->n, m->grad);
	norm = optim_step(&m->optim, &m->g, m->grad, 1, pool);
	check(r->step == m->stepped++);
	for (i = 0; i < r->nvalues; i++) {
		const char *name = r->values[i].name;

		if (!strcmp(name, "torch.lr"))
			check_near(optim_rate(&m->optim, m->stepped), r->values[i].x, 1e-15);
		else /* losses near 3 and norms near 1, after steps that differ as said above */
			check_near(strcmp(name, "torch.loss") ? norm : loss, r->values[i].x, 3e-5);
	}
}

static void all(char *path, int threads, int want)
{
	char *file[] = { path };
	struct model m = { 0 };
	struct stream_in *in;
	struct pool *pool;
	struct record r;
	struct tensor x;
	struct err e;
	int got, runs = 0;

	pool = pool_create(threads, &e);
	in = stream_open(file, 1, &e);
	check(pool && in);
	while ((got = stream_next(in, &r, &e)) > 0) {
		if (r.kind == RECORD_HEAD)
			begin(&m, &r, pool);
		else if (r.kind == RECORD_METRICS)
			step(&m, &r, pool);
		else if (r.kind == RECORD_END)
			end(&m), runs++;
		if (r.kind != RECORD_TENSOR)
			continue;
		check(tensor_read(in, &r, &x, &e) == 0 && x.dtype == DTYPE_F4);
		if (r.role == ROLE_PARAM)
			weights(&m, &r, &x);
		else
			measure(&m, &r, &x);
		tensor_free(&x);
	}
	check(got == 0 && runs == want);
	stream_free(in);
	pool_free(pool);
}

int main(void)
{
	for (int threads = 1; threads <= 2; threads++) {
		all("tests/ref/gpt.gts", threads, 2);
		all("tests/ref/optim.gts", threads, 4);
	}
	return 0;
}

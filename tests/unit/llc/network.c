/* The loss of a network as a potential: gradient, parts, batches, symmetries of the weights. */
#include "check.h"
#include "gpt/optim.h"
#include "llc/network.h"

/*
 * A small network that knows most of a - b mod 7: its parts, its batches, and the symmetries that
 * must leave the coefficient alone.
 */
enum { P = 7, C = 16, H = 2, D = C / H, STEPS = 600 };

static struct err e;
static struct task task;
static struct llc_data data;
static struct gpt net;
static struct llc_network *work;
static struct pool *pool;

static float *at(const struct gpt *g, const char *name)
{
	int i = gpt_find(g, name);

	check(i >= 0);
	return g->w + g->param[i].offset;
}

static struct gpt copy(void)
{
	struct gpt g = net;

	g.w = malloc(g.size * sizeof(*g.w));
	check(g.w != NULL);
	memcpy(g.w, net.w, g.size * sizeof(*g.w));
	return g;
}

static void set_up(void)
{
	const struct gpt_config config = { P + 2, 2, C, H, 4 * C, NN_GELU, 0 };
	int ids[P * P], n;
	struct rng r;

	check(!task_init(&task, "sub", P, 0, &e));
	n = task_list(&task, TASK_TEST, ids); /* all of them, before there is a split */
	check(n == P * P && !llc_data_init(&data, &task, ids, n, &e));
	check(!gpt_create(&net, &config, &e));
	rng_seed(&r, 1, 1);
	gpt_init(&net, .2, &r);
	work = llc_network_open(&net, &data, 0, &e);
	pool = pool_create(1, &e);
	check(work && pool);
}

/* Most of the way by longer steps than polishing takes. */
static void train(void)
{
	const struct optim_config adam = { .lr = 1e-3, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8 };
	struct llc_potential p = llc_network_potential(work);
	float *grad = calloc(net.size, sizeof(*grad));
	struct optim optim;
	int i;

	check(grad && !optim_init(&optim, &adam, &net, 1, &e));
	for (i = 0; i < STEPS; i++) {
		p.loss(p.arg, net.w, 1, grad);
		optim_step(&optim, &net, grad, 0, pool);
	}
	optim_free(&optim);
	free(grad);
}

static void test_polish(void)
{
	struct llc_potential p = llc_network_potential(work);
	double before = p.loss(p.arg, net.w, 1, NULL), after, polished;

	check(p.accuracy(p.arg, net.w) < .5);
	train();
	after = p.loss(p.arg, net.w, 1, NULL);
	check(before > 1.5 && after < .1);
	check(!llc_polish(work, &net, 100, &e));
	polished = p.loss(p.arg, net.w, 1, NULL);
	check(polished < .99 * after);
	check(p.accuracy(p.arg, net.w) == 1);
}

/* Loss with and without the gradient, and the gradient along itself. */
static void test_potential(void)
{
	struct llc_potential p = llc_network_potential(work);
	struct gpt g = copy();
	float *grad = calloc(g.size, sizeof(*grad));
	double loss, square = 0, ahead, back;
	size_t i;

	loss = p.loss(p.arg, net.w, 1, grad);
	check_near(p.loss(p.arg, net.w, 1, NULL), loss, 1e-6);
	for (i = 0; i < g.size; i++)
		square += (double)grad[i] * (double)grad[i];
	for (i = 0; i < g.size; i++)
		g.w[i] = net.w[i] + 1e-2f * grad[i] / (float)sqrt(square);
	ahead = p.loss(p.arg, g.w, 1, NULL);
	for (i = 0; i < g.size; i++)
		g.w[i] = net.w[i] - 1e-2f * grad[i] / (float)sqrt(square);
	back = p.loss(p.arg, g.w, 1, NULL);
	check_near((ahead - back) / 2e-2, sqrt(square), .02 * sqrt(square));
	free(grad);
	free(g.w);
}

static size_t dimension(enum llc_part part, int layer, int head)
{
	struct llc_space s;
	size_t d, sum = 0;
	int i;

	check(!llc_part_space(&net, part, layer, head, 0, &s, &e));
	for (i = 0; i < s.spans; i++) {
		sum += s.span[i].n;
		check(s.span[i].scale >= 1e-3f);
		check(s.span[i].at + s.span[i].n <= net.size);
		check(!i || s.span[i].at >= s.span[i - 1].at + s.span[i - 1].n);
	}
	d = s.d;
	check(sum == d);
	llc_part_free(&s);
	return d;
}

static void test_parts(void)
{
	size_t blocks = dimension(LLC_PART_ATTENTION, 0, 0) + dimension(LLC_PART_MLP, 0, 0);
	struct llc_space s;

	check(dimension(LLC_PART_ALL, 0, 0) == net.count);
	check(dimension(LLC_PART_EMBEDDINGS, 0, 0) + blocks + dimension(LLC_PART_HEAD, 0, 0) ==
	      net.count);
	check(dimension(LLC_PART_LAYER, 0, 0) + dimension(LLC_PART_LAYER, 1, 0) == blocks);
	check(dimension(LLC_PART_HEADS, 1, 1) == C * 3 * D + 3 * D + D * C);
	check(!llc_part_space(&net, LLC_PART_HEADS, 1, 1, 1, &s, &e));
	check(s.span[0].scale == 1 && s.span[0].n == D);
	check(s.center + s.span[1].at == at(&net, "transformer.h.1.attn.c_attn.weight") + C + D);
	llc_part_free(&s);
	net.config.tied = 1; /* then the token embedding makes the logits */
	check(dimension(LLC_PART_HEAD, 0, 0) == 2 * C + 2 * C * (P + 2));
	net.config.tied = 0;
}

/* Batches: as many different equations as were asked for, in order, each as often as any other. */
static void test_batches(void)
{
	enum { B = 10, N = 4000 };
	struct llc_network *n = llc_network_open(&net, &data, B, &e);
	struct llc_potential p;
	double all, mean = 0;
	struct rng r;
	int i;

	check(n != NULL);
	p = llc_network_potential(n);
	rng_seed(&r, 1, 1);
	all = p.loss(p.arg, net.w, 1, NULL);
	for (i = 0; i < N; i++) {
		p.draw(p.arg, &r);
		mean += p.loss(p.arg, net.w, 0, NULL) / N;
	}
	check_near(mean, all, .02 * all);
	check(p.loss(p.arg, net.w, 1, NULL) == all);
	llc_network_free(n);
}

/* lambda_hat of @g, of all its weights or, with @span, of the heads of layer 0. */
static double lambda(const struct gpt *g, int absolute, struct llc_span *span,
		     struct llc_summary *s, enum llc_sampler sampler, int draws)
{
	struct llc_settings set = { .sampler = sampler,
				    .nbeta = 49 / log(49),
				    .gamma = absolute ? 1000 : 25,
				    .chains = 4,
				    .draws = draws,
				    .burn_in = 60,
				    .leapfrog = 10,
				    .seed = 1 };
	struct llc_potential p = llc_network_potential(work);
	struct llc_chain chain[4];
	struct llc_space space;

	check(!llc_part_space(g, LLC_PART_ALL, 0, 0, absolute, &space, &e));
	if (span) {
		free((struct llc_span *)space.span);
		space.span = span;
		space.spans = 3 * C * H + 3 * H + H;
		space.d = (size_t)(C * 3 * C + 3 * C + C * C);
	}
	space.loss = p.loss(p.arg, g->w, 1, NULL);
	check(!llc_run(&set, &space, &p, pool, chain, &e));
	llc_summary(&set, chain, (double)NAN, s);
	llc_chains_free(chain, 4);
	if (!span)
		llc_part_free(&space);
	return s->raw;
}

/*
 * The same function with ln_2 four times as long and c_fc a quarter: relative coordinates do not
 * notice, absolute ones do.
 */
static void test_rescaling(void)
{
	static const char *const names[] = { "transformer.h.0.ln_2.weight",
					     "transformer.h.0.ln_2.bias",
					     "transformer.h.0.mlp.c_fc.weight" };
	struct gpt g = copy();
	struct llc_summary s;
	double before, after;
	int i, k;

	for (k = 0; k < 3; k++)
		for (i = 0; i < (k < 2 ? C : C * 4 * C); i++)
			at(&g, names[k])[i] *= k < 2 ? 4 : .25f;
	before = lambda(&net, 0, NULL, &s, LLC_BAOAB, 50);
	after = lambda(&g, 0, NULL, &s, LLC_BAOAB, 50);
	check(before > 1);
	check_near(after, before, 1e-3 * before);
	before = lambda(&net, 1, NULL, &s, LLC_BAOAB, 50);
	after = lambda(&g, 1, NULL, &s, LLC_BAOAB, 50);
	check(fabs(after - before) > .02 * before);
	free(g.w);
}

/* The spans of the heads of layer 0 in the order of heads first, 1 - first. */
static struct llc_span *head_spans(const struct gpt *g, int first)
{
	struct llc_span *span = malloc((size_t)(3 * C * H + 3 * H + H) * sizeof(*span));
	struct llc_space s;
	int n = 0, i, k;

	check(span != NULL);
	for (k = 0; k < H; k++) {
		check(!llc_part_space(g, LLC_PART_HEADS, 0, k ? 1 - first : first, 0, &s, &e));
		for (i = 0; i < s.spans; i++)
			span[n++] = s.span[i];
		llc_part_free(&s);
	}
	check(n == 3 * C * H + 3 * H + H);
	return span;
}

static void swap(float *a, float *b, int n)
{
	float t;
	int i;

	for (i = 0; i < n; i++) {
		t = a[i];
		a[i] = b[i];
		b[i] = t;
	}
}

/*
 * Heads in another order are the same function, and the coefficient of their weights is the same.
 */
static void test_permutation(void)
{
	struct gpt g = copy();
	float *w = at(&g, "transformer.h.0.attn.c_attn.weight");
	float *b = at(&g, "transformer.h.0.attn.c_attn.bias");
	float *out = at(&g, "transformer.h.0.attn.c_proj.weight");
	struct llc_span *plain = head_spans(&net, 0), *swapped;
	struct llc_summary s;
	double before, after;
	int i, k;

	for (k = 0; k < 3; k++) {
		swap(b + k * C, b + k * C + D, D);
		for (i = 0; i < C; i++)
			swap(w + i * 3 * C + k * C, w + i * 3 * C + k * C + D, D);
	}
	swap(out, out + D * C, D * C);
	swapped = head_spans(&g, 1);
	before = lambda(&net, 0, plain, &s, LLC_BAOAB, 50);
	after = lambda(&g, 0, swapped, &s, LLC_BAOAB, 50);
	check(before > .5);
	check_near(after, before, 1e-3 * before);
	free(plain);
	free(swapped);
	free(g.w);
}

/* Two samplers that share nothing but the potential. */
static void test_agreement(void)
{
	struct llc_summary hmc, baoab;

	lambda(&net, 0, NULL, &hmc, LLC_HMC, 60);
	lambda(&net, 0, NULL, &baoab, LLC_BAOAB, 600);
	check(hmc.status == LLC_OK && baoab.status == LLC_OK);
	check_near(hmc.raw, baoab.raw, 4 * hypot(hmc.se, baoab.se));
}

int main(void)
{
	set_up();
	test_polish();
	test_potential();
	test_parts();
	test_batches();
	test_rescaling();
	test_permutation();
	test_agreement();
	llc_network_free(work);
	llc_data_free(&data);
	task_free(&task);
	gpt_free(&net);
	pool_free(pool);
	return 0;
}

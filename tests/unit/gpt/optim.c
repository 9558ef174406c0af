/* optim: closed forms of the first step, rates, clipping, norms; PyTorch's figures: gpt_torch.c */
#include "check.h"
#include "gpt/optim.h"

static struct gpt g;

static void begin(struct optim *o, struct optim_config c)
{
	struct gpt_config model = { 9, 1, 4, 1, 8, NN_GELU, 0 };
	struct err e;
	struct rng r;

	c.beta1 = 0.9, c.beta2 = 0.98, c.eps = 1e-8;
	check(gpt_create(&g, &model, &e) == 0 && optim_init(o, &c, &g, 3, &e) == 0);
	rng_seed(&r, 1, 0);
	gpt_init(&g, 0.5, &r);
}

static void end(struct optim *o)
{
	optim_free(o);
	gpt_free(&g);
}

/*
 * The first step: m = (1 - b1) g and v = (1 - b2) g^2 are corrected to g and g^2, so each weight
 * moves by lr against the sign of its gradient, after its decay.
 */
static void first_step(struct pool *one, struct pool *three, int k)
{
	float *grad, *old;
	struct optim o;
	double want;
	size_t j;
	int i;

	begin(&o, (struct optim_config){ .lr = 0.01, .decay = 2, .decay_all = k });
	grad = calloc(g.size, sizeof(*grad));
	old = calloc(g.size, sizeof(*old));
	check(grad && old);
	memcpy(old, g.w, g.size * sizeof(*old));
	for (i = 0; i < g.tensors; i++)
		for (j = 0; j < g.param[i].size; j++)
			grad[g.param[i].offset + j] = j % 3 ? 3 : -0.5f;
	check_near(optim_step(&o, &g, grad, 1, three), optim_norm(&o, &g, grad, one), 0);
	for (i = 0; i < g.tensors; i++)
		for (j = 0; j < g.param[i].size; j++) {
			want = old[g.param[i].offset + j];
			if (g.param[i].ndim == 2 || k)
				want *= 1 - 0.01 * 2;
			want -= j % 3 ? 0.01 : -0.01;
			check_near(g.w[g.param[i].offset + j], want, 3e-7);
		}
	/* Nothing moves on a gradient that is not finite. */
	memcpy(old, g.w, g.size * sizeof(*old));
	grad[g.param[3].offset] = NAN;
	check(isnan(optim_step(&o, &g, grad, 1, one)));
	check(!memcmp(old, g.w, g.size * sizeof(*old)));
	end(&o);
	free(old);
	free(grad);
}

static void clipped(struct pool *one)
{
	struct optim o;
	double norm;
	float *grad;

	begin(&o, (struct optim_config){ .lr = 0.5, .warmup = 10, .clip = 2 });
	check_near(optim_rate(&o, 1), 0.05, 1e-15);
	check_near(optim_rate(&o, 9), 0.45, 1e-15);
	check_near(optim_rate(&o, 10), 0.5, 0);
	check_near(optim_rate(&o, 1000), 0.5, 0);
	/* Clipped to length 2: the first moment says what gradient was used. */
	grad = calloc(g.size, sizeof(*grad));
	check(grad != NULL);
	grad[0] = 3;
	grad[1] = -4;
	norm = optim_step(&o, &g, grad, 0, one);
	check_near(norm, 5, 1e-6);
	check_near(o.m[0], 0.1 * 3 * 2 / 5, 1e-6);
	check_near(o.m[1], -0.1 * 4 * 2 / 5, 1e-6);
	/* Shorter ones stay. */
	grad[0] = 0.3f;
	grad[1] = -0.4f;
	optim_step(&o, &g, grad, 0, one);
	check_near(o.m[0], 0.9 * 0.12 + 0.1 * 0.3, 1e-6);
	free(grad);
	end(&o);
}

static void rates(void)
{
	struct optim o;

	/* Half a cosine after the warm-up: its middle is the mean, its end min_lr. */
	begin(&o, (struct optim_config){ .lr = 0.5, .warmup = 10, .last = 110, .min_lr = 0.1 });
	check_near(optim_rate(&o, 9), 0.45, 1e-15);
	check_near(optim_rate(&o, 10), 0.5, 0);
	check_near(optim_rate(&o, 35), 0.1 + 0.4 * (1 + sqrt(0.5)) / 2, 1e-15);
	check_near(optim_rate(&o, 60), 0.3, 1e-15);
	check_near(optim_rate(&o, 110), 0.1, 0);
	check_near(optim_rate(&o, 111), 0.1, 0);
	o.config.warmup = 200; /* never reached */
	check_near(optim_rate(&o, 110), 0.5 * 110 / 200, 1e-15);
	o.config.warmup = 110;
	check_near(optim_rate(&o, 110), 0.5, 0);
	end(&o);
}

int main(void)
{
	struct pool *one = pool_create(1, NULL), *three = pool_create(3, NULL);

	check(one && three);
	first_step(one, three, 0);
	first_step(one, three, 1);
	clipped(one);
	rates();
	pool_free(one);
	pool_free(three);
	return 0;
}

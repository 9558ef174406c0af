/*
 * gpt: prefix sharing, layer 0 on pairs and the short last layer change nothing; gradients are
 * those of finite differences; hooks see and overwrite what they say; threads and tables agree
 */
#include "check.h"
#include "gpt/gpt.h"
#include "gpt/linalg.h"
#include "train/task.h"

enum { P = 7, B = 40, SIZE = 64, V_MAX = 16 };

struct setup {
	struct task task;
	struct gpt g;
	struct pool *pool;
	int tokens[SIZE * GPT_LENGTH], target[SIZE];
};

/* Of width 12, or 64, whose layer 0 adds up folded values. */
static void setup(struct setup *s, const char *ops, int layers, int tied, int wide, int threads)
{
	struct gpt_config c = { .layers = layers,
				.width = wide ? 64 : 12,
				.heads = wide ? 4 : 3,
				.mlp = 20,
				.tied = tied };
	struct rng r;
	struct err e;
	int i, id;
	size_t j;

	check(task_init(&s->task, ops, P, 1, &e) == 0);
	c.vocab = task_vocab(&s->task);
	c.activation = tied ? NN_GELU_NEW : NN_GELU;
	check(gpt_create(&s->g, &c, &e) == 0);
	rng_seed(&r, 3, 2);
	gpt_init(&s->g, wide ? 0.1 : 0.3, &r);
	/* Gains and biases too: nothing may hide behind ones and zeros. */
	for (j = 0; j < s->g.size; j++)
		s->g.w[j] += (float)(0.1 * rng_normal(&r));
	for (i = 0; i < SIZE; i++) {
		do
			id = (int)rng_below(&r, (uint64_t)task_size(&s->task));
		while (s->task.split[id] == TASK_ABSENT);
		task_tokens(&s->task, id, s->tokens + GPT_LENGTH * i);
		s->target[i] = task_answer(&s->task, id);
	}
	s->pool = pool_create(threads, &e);
	check(s->pool);
}

static void teardown(struct setup *s)
{
	pool_free(s->pool);
	gpt_free(&s->g);
	task_free(&s->task);
}

/* Every element of two logit arrays, within the rounding of sums of a few dozen terms near 1. */
static void same(const float *a, const float *b, int n, double tol)
{
	int i;

	for (i = 0; i < n; i++)
		check_near(a[i], b[i], tol);
}

static void forward(const struct setup *s, int share, const struct gpt_edit *edit, float *logits)
{
	struct gpt_rows t;
	struct gpt_acts *a;
	struct err e;

	check(gpt_rows_create(&t, B, &e) == 0);
	gpt_rows_build(&t, s->tokens, B, share);
	check(t.B == B && t.N == t.start[4] && t.start[4] - t.start[3] == B);
	if (share == 0)
		check(t.N == 4 * B);
	if (share == 3)
		check(t.N <= gpt_rows_bound(B, P, s->task.ops));
	a = gpt_acts_create(&s->g, t.N, B, &e);
	check(a);
	gpt_forward(&s->g, &t, a, edit, logits);
	gpt_acts_free(a);
	gpt_rows_free(&t);
}

static void nothing(void *arg, enum gpt_site site, int layer, const struct gpt_rows *t, int from,
		    int n, float *x)
{
	(void)site, (void)layer, (void)t, (void)from, (void)n, (void)x;
	++*(int *)arg;
}

static void sharing(const char *ops, int layers, int tied)
{
	static float plain[B * V_MAX], other[B * V_MAX];
	struct gpt_work *w;
	struct setup s;
	struct err e;
	int share, visits = 0, V;
	struct gpt_edit watch = { .hook = nothing, .arg = &visits };

	setup(&s, ops, layers, tied, 0, 2);
	V = s.g.config.vocab;
	forward(&s, 0, &watch, plain); /* rows of every layer, nothing shared */
	check(visits == 4 * layers + 1);
	for (share = 0; share <= 3; share++) {
		forward(&s, share, NULL, other);
		same(plain, other, B * V, 1e-5);
	}
	w = gpt_work_create(&s.g, P, s.task.ops, 0, s.pool, &e);
	check(w);
	gpt_logits(w, &s.g, s.tokens, B, other);
	same(plain, other, B * V, 1e-5);
	gpt_work_free(w);
	teardown(&s);
}

/*
 * The loss by the plain path, in double; one weight at a time moved by h.  The loss is then known
 * to about 1e-7, so the difference quotient to 1e-7 / h plus the curvature, h^2.
 */
static double loss_of(const struct setup *s)
{
	static float logits[B * V_MAX];
	double loss = 0, sum;
	int V = s->g.config.vocab, i, v;

	forward(s, 0, NULL, logits);
	for (i = 0; i < B; i++) {
		for (sum = 0, v = 0; v < V; v++)
			sum += exp(logits[i * V + v]);
		loss += log(sum) - logits[i * V + s->target[i]];
	}
	return loss / B;
}

static void gradient(const char *ops, int layers, int tied, int wide, int threads, int batch)
{
	const float h = 4e-3f;
	struct gpt_work *w;
	struct setup s;
	struct err e;
	float *grad, old;
	double up, down;
	size_t j;
	int i;

	setup(&s, ops, layers, tied, wide, threads);
	w = gpt_work_create(&s.g, P, s.task.ops, batch, s.pool, &e);
	grad = malloc(s.g.size * sizeof(*grad));
	check(w && grad);
	for (j = 0; j < s.g.size; j++)
		grad[j] = 1e30f; /* must be overwritten */
	check_near(gpt_gradient(w, &s.g, s.tokens, s.target, B, grad), loss_of(&s), 1e-6);
	check(gpt_work_rows(w) < 4 * B);
	for (i = 0; i < s.g.tensors; i++)
		for (j = 0; j < s.g.param[i].size; j += 1 + s.g.param[i].size / 7) {
			size_t k = s.g.param[i].offset + j;

			old = s.g.w[k];
			s.g.w[k] = old + h;
			up = loss_of(&s);
			s.g.w[k] = old - h;
			down = loss_of(&s);
			s.g.w[k] = old;
			check_near(grad[k], (up - down) / (2 * h), 2e-4);
		}
	free(grad);
	gpt_work_free(w);
	teardown(&s);
}

/* A patch: overwrite a site of one layer for the rows at the last position. */
struct patch {
	enum gpt_site site;
	int layer, read; /* copy to store, or from it */
	float store[4 * B * 12];
};

static void apply(void *arg, enum gpt_site site, int layer, const struct gpt_rows *t, int from,
		  int n, float *x)
{
	struct patch *p = arg;

	check(from == 0 || from == t->start[3]);
	check(from + n == t->N);
	if (site != p->site || layer != p->layer)
		return;
	if (p->read)
		memcpy(p->store, x, (size_t)n * 12 * sizeof(float));
	else
		memcpy(x, p->store, (size_t)n * 12 * sizeof(float));
}

static void hooks(void)
{
	static float clean[B * V_MAX], other[B * V_MAX];
	static struct patch p;
	struct gpt_edit edit = { .hook = apply, .arg = &p };
	struct setup s, moved;
	int site, layer, i, V;

	setup(&s, "add", 3, 0, 0, 1);
	V = s.g.config.vocab;
	moved = s;
	for (i = 0; i < B; i++) /* the same sequences, one further */
		memcpy(moved.tokens + GPT_LENGTH * i, s.tokens + GPT_LENGTH * ((i + 1) % B),
		       GPT_LENGTH * sizeof(int));
	for (site = GPT_RESID; site <= GPT_MLP; site++)
		for (layer = 0; layer < 3; layer++) {
			p.site = (enum gpt_site)site;
			p.layer = layer;
			p.read = 1;
			forward(&s, 0, &edit, clean);
			p.read = 0;
			/* A run patched with itself is the run, bit for bit. */
			forward(&s, 0, &edit, other);
			check(!memcmp(clean, other, sizeof(float) * (size_t)(B * V)));
			/* The stream is all that a layer knows. */
			forward(&moved, 0, &edit, other);
			if (site == GPT_RESID)
				check(!memcmp(clean, other, sizeof(float) * (size_t)(B * V)));
			else
				check(memcmp(clean, other, sizeof(float) * (size_t)(B * V)) != 0);
		}
	teardown(&s);
}

/*
 * Sixteen threads have work at all times in a step of 512 equations.  The number does not depend on
 * the threads.
 */
static void pieces(int layers, int width, int heads)
{
	struct gpt_config c = { .vocab = 99, .layers = layers, .width = width, .heads = heads };
	int least = 16, i, tables[2];
	struct gpt_work *w;
	struct pool *pool;
	struct gpt g;
	struct err e;

	c.mlp = 4 * width;
	check(gpt_create(&g, &c, &e) == 0);
	for (i = 0; i < 2; i++) {
		pool = pool_create(i ? 16 : 1, &e);
		check(pool != NULL);
		w = gpt_work_create(&g, 97, 1, 512, pool, &e);
		check(w != NULL);
		tables[i] = gpt_work_tables(w, 512);
		check(!i || gpt_work_pieces(w, 512) >= least);
		gpt_work_free(w);
		pool_free(pool);
	}
	check(tables[0] == tables[1] && tables[0] >= least);
	gpt_free(&g);
}

static void refused(struct gpt_config c, const char *text)
{
	struct gpt g;
	struct err e;

	check(gpt_create(&g, &c, &e) == -1);
	check_error(e, text);
}

/* Mean, deviation and largest of a tensor's weights. */
static void moments(const struct gpt *g, const char *name, double *mean, double *sd, double *most)
{
	const struct gpt_param *p = &g->param[gpt_find(g, name)];
	const float *w = g->w + p->offset;
	double sum = 0, squares = 0;
	size_t j;

	*most = 0;
	for (j = 0; j < p->size; j++) {
		sum += w[j];
		squares += (double)w[j] * w[j];
		*most = fmax(*most, fabs(w[j]));
	}
	*mean = sum / (double)p->size;
	*sd = sqrt(squares / (double)p->size - *mean * *mean);
}

/*
 * First weights.  With n of them the mean is off by sd / sqrt(n) and the deviation by at most
 * sd / sqrt(2 n): four of those are allowed.
 */
static void start(void)
{
	/* sd of normal, bound of uniform weights; 0: not that */
	static const struct {
		const char *name;
		double plain, gpt2, normal, bound;
	} want[] = {
		{ "transformer.wte.weight", 0.5, 0.5, 1, 0 },
		{ "transformer.h.1.attn.c_attn.weight", 0.5, 0.5, 0, 0.125 },
		{ "transformer.h.1.attn.c_proj.weight", 0.5, 0.25, 0, 0.125 },
		{ "transformer.h.1.mlp.c_proj.weight", 0.5, 0.25, 0, 0.0625 },
		{ "transformer.h.0.mlp.c_proj.bias", 0, 0, 0, 0.0625 },
		{ "transformer.h.0.mlp.c_fc.bias", 0, 0, 0, 0.125 },
		{ "transformer.ln_f.bias", 0, 0, 0, 0 },
		{ "lm_head.weight", 0.5, 0.5, 0, 0.125 },
	};
	struct gpt_config config = {
		.vocab = 99, .layers = 2, .width = 64, .heads = 2, .mlp = 256
	};
	double mean, sd, most, expected, n;
	struct gpt g;
	struct rng r;
	struct err e;
	size_t i;
	int how;

	check(gpt_create(&g, &config, &e) == 0);
	for (how = 0; how < 3; how++) {
		rng_seed(&r, 3, 0);
		if (how == 0)
			gpt_init_plain(&g, 0.5, &r);
		else if (how == 1)
			gpt_init(&g, 0.5, &r);
		else
			gpt_init_torch(&g, &r);
		for (i = 0; i < sizeof(want) / sizeof(*want); i++) {
			n = (double)g.param[gpt_find(&g, want[i].name)].size;
			moments(&g, want[i].name, &mean, &sd, &most);
			expected = how == 0   ? want[i].plain
				   : how == 1 ? want[i].gpt2
					      : want[i].normal;
			if (how == 2 && want[i].bound > 0) {
				expected = want[i].bound / sqrt(3);
				check(most <= want[i].bound && most > want[i].bound * 0.9);
			}
			check_near(mean, 0, 4 * expected / sqrt(n));
			check_near(sd, expected, 4 * expected / sqrt(2 * n));
		}
		moments(&g, "transformer.h.1.ln_2.weight", &mean, &sd, &most);
		check(mean == 1 && sd == 0);
	}
	gpt_free(&g);
}

int main(void)
{
	struct setup s;

	start();
	sharing("add", 1, 0);
	sharing("add", 2, 1);
	sharing("add,div", 3, 0);
	gradient("sub", 1, 0, 0, 1, B);
	gradient("sub", 1, 0, 1, 1, B);
	gradient("sub,add", 2, 0, 1, 3, 5);
	gradient("add,mul", 2, 1, 0, 1, B);
	gradient("add", 3, 0, 0, 2, B);
	gradient("div,add", 3, 0, 0, 3, 5); /* rounds of several tables */
	hooks();
	pieces(2, 128, 4);
	pieces(48, 64, 8);
	pieces(2, 512, 8);

	setup(&s, "add", 2, 0, 0, 1);
	check(!strcmp(s.g.param[0].name, "transformer.wte.weight"));
	check(s.g.param[gpt_find(&s.g, "transformer.h.1.mlp.c_fc.weight")].shape[1] == 20);
	check(!strcmp(s.g.param[s.g.tensors - 1].name, "lm_head.weight"));
	check(gpt_find(&s.g, "transformer.h.2.ln_1.weight") == -1);
	/* embeddings and head, blocks, final LN */
	check(s.g.count ==
	      (9 + 4 + 9) * 12 + 2 * (4 * 12 + 4 * 12 * 12 + 4 * 12 + 2 * 12 * 20 + 32) + 24);
	teardown(&s);
	refused((struct gpt_config){ 9, 2, 12, 5, 48, NN_GELU, 0 }, "not a multiple of heads 5");
	refused((struct gpt_config){ 9, 0, 12, 4, 48, NN_GELU, 0 }, "layers 0");
	refused((struct gpt_config){ 9, 2, 1 << 20, 4, 48, NN_GELU, 0 }, "width 1048576");
	return 0;
}

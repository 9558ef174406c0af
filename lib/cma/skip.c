/* skip - accuracy with each set skipped, and the means that replace it; see skip.h */
#include "cma/skip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gpt/at.h"
#include "cma/batch.h"
#include "cma/walk.h"
#include "train/train.h"

/*
 * A chunk of equations is walked through the whole network once, and its streams kept before every
 * layer; each set of layers then starts at the first that it skips.
 */
enum { CHUNK = 256 }; /* equations */

/*
 * Sums for means are taken in so many slots, whatever the number of threads: chunk c goes to c %
 * SLOTS.
 */
enum { SLOTS = 16 };

struct part {
	double loss;
	int right, n;
};

struct helper { /* what a thread needs */
	struct cma_walk w;
	float *keep; /* (L + 1, N, C): the stream before each layer, and behind the last */
	float *logits; /* (chunk, V) */
	double *loss; /* (chunk) */
	int *tokens, *target; /* (chunk, GPT_LENGTH), (chunk) */
};

struct job {
	const struct cma_work *w;
	const struct gpt *g;
	struct gpt_layers net;
	const int *ids;
	const struct cma_set *set;
	const struct cma_substitute *s;
	int n, sets, chunk, chunks, threads, means;
	struct helper *helper; /* (threads) */
	struct part (*part)[2]; /* (chunks, sets): training, test */
	double *sum; /* means: (SLOTS, 3 L + 1, GPT_LENGTH, C), see run_means */
};

/* ---- memory ---- */

/*
 * Means: of each layer, the stream before each of its halves and the heads; the stream at the end.
 */
static size_t sums(const struct gpt_config *c)
{
	return at((3 * c->layers + 1) * GPT_LENGTH, c->width);
}

static size_t keep_floats(const struct gpt_config *c, int chunk)
{
	return at(c->layers + 1, c->width) * (size_t)(GPT_LENGTH * chunk);
}

static size_t helper_bytes(const struct job *j, int chunk)
{
	const struct gpt_config *c = &j->g->config;
	size_t bytes = cma_walk_bytes(&j->net, chunk, 0) + at(chunk, c->vocab) * sizeof(float);

	return bytes + (j->means ? 0 : keep_floats(c, chunk) * sizeof(float));
}

static int helper_create(struct helper *h, const struct job *j, struct err *e)
{
	const struct gpt_config *c = &j->g->config;
	size_t chunk = (size_t)j->chunk;

	if (cma_walk_create(&h->w, &j->net, j->chunk, 0, e))
		return -1;
	h->keep = j->means ? NULL : malloc(keep_floats(c, j->chunk) * sizeof(float));
	h->logits = malloc(at(j->chunk, c->vocab) * sizeof(float));
	h->loss = malloc(chunk * sizeof(double));
	h->tokens = malloc(chunk * GPT_LENGTH * sizeof(int));
	h->target = malloc(chunk * sizeof(int));
	if ((!j->means && !h->keep) || !h->logits || !h->loss || !h->tokens || !h->target)
		return err_memory(e);
	return 0;
}

static void helper_free(struct helper *h)
{
	cma_walk_free(&h->w);
	free(h->keep);
	free(h->logits);
	free(h->loss);
	free(h->tokens);
	free(h->target);
}

/* The largest chunk that memory allows. */
static int choose_chunk(struct job *j, struct err *e)
{
	size_t most = j->w->memory;

	j->chunk = j->n < CHUNK ? j->n : CHUNK;
	while (j->chunk > 1 && helper_bytes(j, j->chunk) > most)
		j->chunk--;
	if (helper_bytes(j, j->chunk) > most)
		return cma_no_room(j->w, "one equation", helper_bytes(j, 1), e);
	j->chunks = (j->n + j->chunk - 1) / j->chunk;
	return 0;
}

static int work(struct job *j, void (*run)(void *, int), struct err *e)
{
	int i;

	j->g = j->w->g;
	j->threads = pool_threads(j->w->pool);
	if (gpt_layers_create(&j->net, j->g, e) || choose_chunk(j, e))
		return -1;
	j->helper = calloc((size_t)j->threads, sizeof(*j->helper));
	j->part = calloc((size_t)j->chunks * (size_t)j->sets + 1, sizeof(*j->part));
	j->sum = j->means ? calloc(SLOTS * sums(&j->g->config), sizeof(*j->sum)) : NULL;
	if (!j->helper || !j->part || (j->means && !j->sum))
		return err_memory(e);
	for (i = 0; i < j->threads; i++)
		if (helper_create(&j->helper[i], j, e))
			return -1;
	pool_run(j->w->pool, run, j);
	return 0;
}

static void job_free(struct job *j)
{
	int i;

	for (i = 0; j->helper && i < j->threads; i++)
		helper_free(&j->helper[i]);
	free(j->helper);
	free(j->part);
	free(j->sum);
	gpt_layers_free(&j->net);
}

/* ---- a chunk ---- */

/* Returns the number of equations. */
static int load(const struct job *j, struct helper *h, int chunk)
{
	int first = chunk * j->chunk, n = j->n - first < j->chunk ? j->n - first : j->chunk, i;

	for (i = 0; i < n; i++) {
		task_tokens(j->w->t, j->ids[first + i], h->tokens + (size_t)i * GPT_LENGTH);
		h->target[i] = task_answer(j->w->t, j->ids[first + i]);
	}
	cma_walk_start(&h->w, h->tokens, n);
	return n;
}

/* The substitute of a layer is added to the rows from @from on. */
static void stand_in(struct cma_walk *w, int from, const float *substitute)
{
	int C = w->net->g->config.width, r;

	for (r = from; r < w->rows.N; r++)
		nn_add((size_t)C, w->x + at(r, C), substitute + at(w->pos[r], C), w->x + at(r, C));
}

static const float *of_layer(const struct job *j, const float *substitute, int layer)
{
	return substitute + at(layer * GPT_LENGTH, j->g->config.width);
}

/* Heads that are marked, (H), get the substitute's output. */
static void replace_heads(const struct job *j, struct cma_walk *w, int layer,
			  const unsigned char *marked)
{
	int C = j->g->config.width, H = j->g->config.heads, D = C / H, h, r;
	int from = gpt_from(j->g, &w->rows, layer);
	const float *instead = of_layer(j, j->s->heads, layer);

	for (h = 0; h < H; h++)
		for (r = from; marked[h] && r < w->rows.N; r++)
			memcpy(w->heads + at(r - from, C) + h * D,
			       instead + at(w->pos[r], C) + h * D, (size_t)D * sizeof(float));
}

static void pass_attn(const struct job *j, struct cma_walk *w, int layer, unsigned skip,
		      const unsigned char *marked)
{
	int from = gpt_from(j->g, &w->rows, layer);

	if (skip & CMA_SKIP_ATTN) {
		stand_in(w, from, of_layer(j, j->s->attn, layer));
	} else if (skip & CMA_SKIP_HEADS) {
		stand_in(w, from, of_layer(j, j->s->proj, layer));
	} else {
		cma_walk_attend(w, layer);
		if (marked)
			replace_heads(j, w, layer, marked);
		cma_walk_attn(w, layer);
	}
}

static void pass_mlp(const struct job *j, struct cma_walk *w, int layer, unsigned skip)
{
	if (skip & CMA_SKIP_MLP)
		stand_in(w, gpt_from(j->g, &w->rows, layer), of_layer(j, j->s->mlp, layer));
	else
		cma_walk_mlp(w, layer);
}

/* The heads of a layer that a set marks, (H); NULL: none. */
static const unsigned char *marks(const struct job *j, const struct cma_set *set, int layer)
{
	size_t H = (size_t)j->g->config.heads;
	const unsigned char *head = set->head ? set->head + (size_t)layer * H : NULL;

	return head && memchr(head, 1, H) ? head : NULL;
}

static void advance(const struct job *j, struct cma_walk *w, int layer, const struct cma_set *set)
{
	unsigned skip = set->layer ? set->layer[layer] : 0;

	pass_attn(j, w, layer, skip, marks(j, set, layer));
	pass_mlp(j, w, layer, skip);
}

static void score(const struct job *j, struct helper *h, int chunk, int n, struct part part[2])
{
	const struct gpt *g = j->g;
	int V = g->config.vocab, i;

	gpt_unembed(&j->net, n, h->w.x + at(h->w.rows.start[GPT_LENGTH - 1], g->config.width),
		    h->w.work, h->logits);
	nn_loss(n, V, h->logits, h->target, 0, h->loss);
	for (i = 0; i < n; i++) {
		int test = j->w->t->split[j->ids[chunk * j->chunk + i]] == TASK_TEST;

		part[test].right += train_is_right(h->logits + at(i, V), V, h->target[i]);
		part[test].loss += h->loss[i];
		part[test].n++;
	}
}

static void run_sets(void *arg, int thread)
{
	static const struct cma_set whole;
	const struct job *j = arg;
	struct helper *h = &j->helper[thread];
	int L = j->g->config.layers, chunk, n, l, i;

	for (chunk = thread; chunk < j->chunks; chunk += j->threads) {
		size_t size;

		n = load(j, h, chunk);
		size = at(h->w.rows.N, j->g->config.width);
		for (l = 0; l <= L; l++) {
			memcpy(h->keep + (size_t)l * size, h->w.x, size * sizeof(float));
			if (l < L)
				advance(j, &h->w, l, &whole);
		}
		for (i = 0; i < j->sets; i++) {
			const struct cma_set *set = &j->set[i];

			for (l = 0; l < L && !(set->layer && set->layer[l]) && !marks(j, set, l);
			     l++)
				;
			memcpy(h->w.x, h->keep + (size_t)l * size, size * sizeof(float));
			for (; l < L; l++)
				advance(j, &h->w, l, set);
			score(j, h, chunk, n, j->part[(size_t)chunk * (size_t)j->sets + (size_t)i]);
		}
	}
}

/* Of set @i, over the training (0) or test equations (1) of all chunks. */
static struct cma_score total(const struct job *j, int i, int test)
{
	struct part sum = { 0 };
	int c;

	for (c = 0; c < j->chunks; c++) {
		struct part p = j->part[(size_t)c * (size_t)j->sets + (size_t)i][test];

		sum.loss += p.loss;
		sum.right += p.right;
		sum.n += p.n;
	}
	if (!sum.n)
		return (struct cma_score){ NAN, NAN, 0 };
	return (struct cma_score){ (double)sum.right / sum.n, sum.loss / sum.n, sum.n };
}

int cma_skip(const struct cma_work *w, const int *ids, int n, const struct cma_set *set, int sets,
	     const struct cma_substitute *s, struct cma_score (*result)[2], struct err *e)
{
	struct job j = { .w = w, .ids = ids, .n = n, .set = set, .sets = sets, .s = s };
	int failed = work(&j, run_sets, e), i, test;

	for (i = 0; !failed && i < sets; i++)
		for (test = 0; test < 2; test++)
			result[i][test] = total(&j, i, test);
	job_free(&j);
	return failed;
}

/* ---- substitutes ---- */

static int create(const struct gpt *g, struct cma_substitute *s, struct err *e)
{
	size_t n = at(g->config.layers * GPT_LENGTH, g->config.width);

	s->attn = calloc(n, sizeof(float));
	s->mlp = calloc(n, sizeof(float));
	s->heads = calloc(n, sizeof(float));
	s->proj = calloc(n, sizeof(float));
	if (s->attn && s->mlp && s->heads && s->proj)
		return 0;
	cma_substitute_free(s);
	return err_memory(e);
}

void cma_substitute_free(struct cma_substitute *s)
{
	free(s->attn);
	free(s->mlp);
	free(s->heads);
	free(s->proj);
	*s = (struct cma_substitute){ 0 };
}

int cma_zero(const struct gpt *g, struct cma_substitute *s, struct err *e)
{
	int C = g->config.width, i;

	if (create(g, s, e))
		return -1;
	for (i = 0; i < g->config.layers * GPT_LENGTH; i++)
		memcpy(s->proj + at(i, C), gpt_attn_bias(g, i / GPT_LENGTH),
		       (size_t)C * sizeof(float));
	return 0;
}

/*
 * sum (GPT_LENGTH, C) += what each equation has at every position from @pos on; row r of the table
 * is row r - from of @x.
 */
static void accumulate(const struct cma_walk *w, int n, int pos, int from, const float *x,
		       double *sum)
{
	const struct gpt_rows *t = &w->rows;
	int C = w->net->g->config.width, first = pos, i, c;

	for (i = 0; i < n; i++)
		for (pos = first; pos < GPT_LENGTH; pos++) {
			const float *row =
				x + at(t->key[t->start[GPT_LENGTH - 1] + i][pos] - from, C);

			for (c = 0; c < C; c++)
				sum[at(pos, C) + (size_t)c] += row[c];
		}
}

/* sum (3 L + 1, GPT_LENGTH, C): stream, heads, stream of each layer; stream at the end. */
static void sum_chunk(const struct job *j, struct helper *h, int chunk, double *sum)
{
	size_t step = at(GPT_LENGTH, j->g->config.width);
	int n = load(j, h, chunk), l, from;

	for (l = 0; l < j->g->config.layers; l++) {
		from = gpt_from(j->g, &h->w.rows, l);
		accumulate(&h->w, n, 0, 0, h->w.x, sum);
		cma_walk_attend(&h->w, l);
		accumulate(&h->w, n, from ? GPT_LENGTH - 1 : 0, from, h->w.heads, sum + step);
		cma_walk_attn(&h->w, l);
		accumulate(&h->w, n, 0, 0, h->w.x, sum + 2 * step);
		cma_walk_mlp(&h->w, l);
		sum += 3 * step;
	}
	accumulate(&h->w, n, 0, 0, h->w.x, sum);
}

static void run_means(void *arg, int thread)
{
	const struct job *j = arg;
	int slot, chunk;

	for (slot = thread; slot < SLOTS; slot += j->threads)
		for (chunk = slot; chunk < j->chunks; chunk += SLOTS)
			sum_chunk(j, &j->helper[thread], chunk,
				  j->sum + (size_t)slot * sums(&j->g->config));
}

int cma_means(const struct cma_work *w, const int *ids, int n, struct cma_substitute *s,
	      struct err *e)
{
	struct job j = { .w = w, .ids = ids, .n = n, .means = 1 };
	size_t step = at(GPT_LENGTH, w->g->config.width), all = sums(&w->g->config), k;
	int l, i;

	if (work(&j, run_means, e) || create(w->g, s, e)) {
		job_free(&j);
		return -1;
	}
	for (i = 1; i < SLOTS; i++)
		for (k = 0; k < all; k++)
			j.sum[k] += j.sum[(size_t)i * all + k];
	for (l = 0; l < w->g->config.layers; l++) {
		const double *sum = j.sum + at(3 * l, (int)step);
		size_t to = at(l, (int)step);

		for (k = 0; k < step; k++) {
			s->attn[to + k] = (float)((sum[2 * step + k] - sum[k]) / n);
			s->heads[to + k] = (float)(sum[step + k] / n);
			s->mlp[to + k] = (float)((sum[3 * step + k] - sum[2 * step + k]) / n);
			s->proj[to + k] = s->attn[to + k]; /* c_proj is linear */
		}
	}
	job_free(&j);
	return 0;
}

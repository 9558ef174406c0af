/*
 * Attention patterns against their definition in double precision, worked out for layer 0, whose
 * stream is the embedding; any number of threads gives the same.
 */
#include "net.h"
#include "cma/pattern.h"

static const float *weights(const char *name)
{
	return net.w + net.param[gpt_find(&net, name)].offset;
}

/* Query (0) or key (1) of a head for a token at a position, D numbers. */
static void project(int token, int pos, int part, int head, double *y)
{
	const float *gain = weights("transformer.h.0.ln_1.weight");
	const float *bias = weights("transformer.h.0.ln_1.bias");
	const float *w = weights("transformer.h.0.attn.c_attn.weight");
	const float *b = weights("transformer.h.0.attn.c_attn.bias");
	double x[C], mean = 0, var = 0;
	int c, d;

	for (c = 0; c < C; c++) {
		x[c] = (double)weights("transformer.wte.weight")[token * C + c] +
		       weights("transformer.wpe.weight")[pos * C + c];
		mean += x[c] / C;
	}
	for (c = 0; c < C; c++)
		var += (x[c] - mean) * (x[c] - mean) / C;
	for (d = 0; d < D; d++) {
		int column = part * C + head * D + d;

		y[d] = b[column];
		for (c = 0; c < C; c++)
			y[d] += ((x[c] - mean) / sqrt(var + 1e-5) * gain[c] + bias[c]) *
				w[c * 3 * C + column];
	}
}

/* The weights of the query at @pos of an equation. */
static void attend(const int *tokens, int pos, int head, double p[GPT_LENGTH])
{
	double q[D], k[D], sum = 0;
	int j, d;

	project(tokens[pos], pos, 0, head, q);
	for (j = 0; j <= pos; j++) {
		project(tokens[j], j, 1, head, k);
		for (p[j] = 0, d = 0; d < D; d++)
			p[j] += q[d] * k[d] / sqrt(D);
		sum += p[j] = exp(p[j]);
	}
	for (j = 0; j < GPT_LENGTH; j++)
		p[j] = j <= pos ? p[j] / sum : 0;
}

int main(void)
{
	enum { CELLS = L * H * GPT_LENGTH * GPT_LENGTH, CELL = GPT_LENGTH };
	static float mean[CELLS], sd[CELLS], again[CELLS], other[CELLS];
	int ids[2 * P * P], n, i, h, pos, j, tokens[GPT_LENGTH];
	struct cma_work with3;
	struct err e;

	open_net(3);
	n = task_list(&task, TASK_TEST, ids);
	with3 = work;
	with3.pool = pool_create(3, &e);
	check(with3.pool);
	must(cma_patterns(&work, ids, n, mean, sd, &e), &e);
	must(cma_patterns(&with3, ids, n, again, other, &e), &e);
	check(!memcmp(mean, again, sizeof(mean)) && !memcmp(sd, other, sizeof(sd)));
	for (h = 0; h < H; h++)
		for (pos = 0; pos < GPT_LENGTH; pos++) {
			double sum[GPT_LENGTH] = { 0 }, squares[GPT_LENGTH] = { 0 }, p[GPT_LENGTH];

			for (i = 0; i < n; i++) {
				task_tokens(&task, ids[i], tokens);
				attend(tokens, pos, h, p);
				for (j = 0; j < GPT_LENGTH; j++) {
					sum[j] += p[j] / n;
					squares[j] += p[j] * p[j];
				}
			}
			for (j = 0; j < GPT_LENGTH; j++) {
				double var = (squares[j] - n * sum[j] * sum[j]) / (n - 1);

				check_near(mean[(h * CELL + pos) * CELL + j], sum[j], 1e-5);
				check_near(sd[(h * CELL + pos) * CELL + j], sqrt(fmax(var, 0)),
					   1e-5);
			}
		}
	for (i = 0; i < CELLS; i += GPT_LENGTH) /* of every layer */
		check_near(mean[i] + mean[i + 1] + mean[i + 2] + mean[i + 3], 1, 1e-5);
	pool_free(with3.pool);
	close_net();
	return 0;
}

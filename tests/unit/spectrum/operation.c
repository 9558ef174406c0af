/* Operations in the order of the residues: answers, hidden units, logits. */
#include "check.h"
#include "spectrum/states.h"

static struct err e;

/* Answers follow the order, for every operation and input; zero is left out of mul and div. */
static void answers(void)
{
	struct task t;
	struct operation g;

	check(!task_init(&t, "add,sub,mul,div", 13, 0, &e));
	for (int i = 0; i < task_size(&t); i++)
		if (t.split[i])
			t.split[i] = (unsigned char)(1 + i % 2);
	for (int op = 0; op < 4; op++) {
		check(!operation_init(&g, &t, op, &e));
		check(g.n == (op < 2 ? 13 : 12) && g.task.n == g.n && g.task.C == 13);
		for (int i = 0; i < g.n; i++)
			for (int j = 0; j < g.n; j++) {
				int id = (op * 13 + g.residue[i]) * 13 + g.residue[j];
				int s = (i + g.task.sign * j + g.n) % g.n;

				check(g.answer[s] == task_answer(&t, id));
				check(g.split[i * g.n + j] == t.split[id]);
			}
		operation_free(&g);
	}
	check(!task_randomise(&t, 5, &e));
	check(!operation_init(&g, &t, 3, &e));
	for (int i = 0; i < 12 * 12; i++)
		check(g.task.label[i] ==
		      task_answer(&t, (3 * 13 + g.residue[i / 12]) * 13 + g.residue[i % 12]));
	operation_free(&g);
	task_free(&t);
	check(!task_init(&t, "add,mul", 12, 0, &e));
	check(!operation_init(&g, &t, 0, &e));
	operation_free(&g);
	check(operation_init(&g, &t, 1, &e) == -1);
	check_error(e, "prime");
	task_free(&t);
}

/*
 * With an output matrix that copies one unit to channel 0, what the last MLP adds to the stream
 * shows that unit.
 */
static float units[6 * 16], sum[6];

static void see_mlp(void *arg, enum gpt_site site, int layer, const struct gpt_rows *t, int from,
		    int n, float *x)
{
	const int *s = arg;

	(void)from;
	if (site == GPT_MLP && layer == 1 && n == t->B)
		sum[*s] += x[0] / 6;
}

static void neurons(const struct operation *g, const struct task *t, struct gpt *net)
{
	int out = gpt_find(net, "transformer.h.1.mlp.c_proj.weight");
	int bias = gpt_find(net, "transformer.h.1.mlp.c_proj.bias");
	float *W = net->w + net->param[out].offset;
	struct gpt_acts *acts = gpt_acts_create(net, 4, 1, &e);
	struct gpt_rows rows;
	float logits[16];

	check(acts && !gpt_rows_create(&rows, 1, &e));
	check(!states_neurons(g, t, net, units, &e));
	net->w[net->param[bias].offset] = 0;
	for (int unit = 0; unit < 16; unit += 5) {
		for (int f = 0; f < 16; f++)
			W[f * 8] = f == unit;
		memset(sum, 0, sizeof(sum));
		for (int i = 0; i < 6; i++)
			for (int j = 0; j < 6; j++) {
				int tokens[] = { g->residue[i], 8, g->residue[j], 9 };
				int s = (i - j + 6) % 6;
				struct gpt_edit edit = { .hook = see_mlp, .arg = &s };

				gpt_rows_build(&rows, tokens, 1, 3);
				gpt_forward(net, &rows, acts, &edit, logits);
			}
		for (int s = 0; s < 6; s++)
			check_near(units[s * 16 + unit], sum[s], 1e-5);
	}
	gpt_rows_free(&rows);
	gpt_acts_free(acts);
}

/* The logits are the network's own for the tokens, without their mean. */
static void logits(void)
{
	struct pool *pool = pool_create(1, &e);
	struct gpt_config config = { 0, 2, 8, 2, 16, NN_GELU, 0 };
	struct gpt_work *work;
	struct task t;
	struct operation g;
	struct gpt net;
	struct rng rng;
	float *all, row[16];

	check(pool && !task_init(&t, "add,div", 7, 0, &e));
	config.vocab = task_vocab(&t);
	check(!gpt_create(&net, &config, &e));
	rng_seed(&rng, 1, 1);
	gpt_init(&net, 0.5, &rng);
	work = gpt_work_create(&net, 7, 2, 0, pool, &e);
	check(work && !operation_init(&g, &t, 1, &e));
	all = operation_logits(&g, &t, work, &net, &e);
	check(all);
	for (int i = 0; i < 6; i++)
		for (int j = 0; j < 6; j++) {
			int tokens[] = { g.residue[i], 8, g.residue[j], 9 };
			double mean = 0;

			gpt_logits(work, &net, tokens, 1, row);
			for (int c = 0; c < 7; c++)
				mean += row[c] / 7;
			for (int c = 0; c < 7; c++) /* tables of other sizes round differently */
				check_near(all[(i * 6 + j) * 7 + c], row[c] - mean, 1e-5);
		}
	free(all);
	neurons(&g, &t, &net);
	net.w[8] = NAN; /* in the row of token 1: 0 is no operand */
	check(!operation_logits(&g, &t, work, &net, &e));
	check_error(e, "NaN");
	check(states_neurons(&g, &t, &net, units, &e) == -1);
	check_error(e, "NaN");
	operation_free(&g);
	gpt_work_free(work);
	gpt_free(&net);
	task_free(&t);
	pool_free(pool);
}

int main(void)
{
	answers();
	logits();
	return 0;
}

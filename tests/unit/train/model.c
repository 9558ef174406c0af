#include "check.h"
#include "train/model.h"

static struct err e;

static const struct setting config[] = {
	{ "op", SETTING_TEXT, .text = "mul,add" },
	{ "modulus", SETTING_INT, .i = 7 },
	{ "operands", SETTING_TEXT, .text = "nonzero" },
	{ "layers", SETTING_INT, .i = 1 },
	{ "width", SETTING_INT, .i = 4 },
	{ "heads", SETTING_INT, .i = 2 },
	{ "mlp", SETTING_INT, .i = 8 },
	{ "activation", SETTING_TEXT, .text = "gelu_new" },
	{ "tie", SETTING_FLAG, .i = 1 },
};
enum { SETTINGS = sizeof(config) / sizeof(*config) };

static int init(struct model *m, const struct setting *c, int n)
{
	struct record head = { .kind = RECORD_HEAD, .run = "r", .config = c, .nconfig = n };

	return model_init(m, &head, &e);
}

int main(void)
{
	const size_t wte[] = { 10, 4 }, table[] = { 2, 7, 7 };
	struct setting bad[SETTINGS];
	struct tensor x, split;
	struct model m;

	check(!init(&m, config, SETTINGS));
	check(m.task.ops == 2 && m.task.op[0] == TASK_ADD && m.task.modulus == 7);
	check(m.g.config.vocab == 10 && m.g.config.tied && m.g.config.activation == NN_GELU_NEW);
	check(model_whole(&m, &e) == -1);
	check_error(e, "lacks 'transformer.wte.weight'");

	check(!tensor_init(&x, DTYPE_F4, 2, wte, &e));
	((float *)x.data)[39] = 5;
	check(model_set(&m, "transformer.wte.weight", &x, &e) == 1);
	check(m.g.w[39] == 5);
	check(model_set(&m, "other", &x, &e) == 0);
	check(model_set(&m, "transformer.wpe.weight", &x, &e) == -1);
	check_error(e, "shape");
	check(model_whole(&m, &e) == -1);
	memset(m.have, 1, (size_t)m.g.tensors);
	check(!model_whole(&m, &e));
	model_forget(&m);
	check(model_whole(&m, &e) == -1);

	check(!tensor_init(&split, DTYPE_U1, 3, table, &e));
	check(model_split(&m, &split, &e) == -1); /* nothing is in the data */
	memcpy(split.data, m.task.split, split.n);
	((unsigned char *)split.data)[1] = TASK_TRAIN;
	check(!model_split(&m, &split, &e) && m.task.split[1] == TASK_TRAIN);
	check(model_split(&m, &x, &e) == -1);
	check_error(e, "not bytes");
	tensor_free(&x);
	tensor_free(&split);
	model_free(&m);
	model_free(&m);

	for (int i = 0; i < SETTINGS - 2; i++) { /* each entry missing; operands and tie may be */
		if (i == 2)
			continue;
		memcpy(bad, config, sizeof(bad));
		bad[i].key = "unknown";
		check(init(&m, bad, SETTINGS) == -1);
		check_error(e, "run 'r'");
	}
	memcpy(bad, config, sizeof(bad));
	bad[5].i = 3; /* heads do not divide the width */
	check(init(&m, bad, SETTINGS) == -1);
	bad[5].i = -1;
	check(init(&m, bad, SETTINGS) == -1);
	check_error(e, "out of range");
	return 0;
}

/* train: batches are epochs without repetition; evaluation; a saved run continues bit for bit */
#include <unistd.h>

#include "check.h"
#include "train/train.h"
#include "train/state.h"

static struct train_config config(int batch)
{
	return (struct train_config){
		.ops = "add,div",
		.modulus = 7,
		.fraction = 0.6,
		.seed = 4,
		.model = { .layers = 2, .width = 16, .heads = 2, .mlp = 32 },
		.init_scale = 0.1,
		.batch = batch,
		.optim = { .lr = 1e-2,
			   .beta1 = 0.9,
			   .beta2 = 0.98,
			   .eps = 1e-8,
			   .decay = 1,
			   .clip = 1 },
	};
}

/* Of equation (k * 7 + a) * 7 + b, by a, operation and b. */
static int place(int id)
{
	return (id / 7 % 7 * 2 + id / 49) * 7 + id % 7;
}

/* Over so many steps that they are whole epochs, every equation is used equally often. */
static void epochs(struct pool *pool)
{
	struct train_config c = config(11);
	int used[2 * 49] = { 0 }, i, step;
	struct train t;
	struct err e;

	check(train_init(&t, &c, pool, &e) == 0);
	check(t.train_count == 54 && t.test_count == 91 - 54 &&
	      t.batch == 11); /* 0.6 * (49 + 42) */
	for (step = 0; step < 54; step++) {
		check(train_step(&t, 0, &e) == 0);
		for (i = 0; i < t.batch; i++) {
			used[t.ids[i]]++;
			/* Sorted by a, operation, b: neighbours share beginnings. */
			check(i == 0 || place(t.ids[i]) >= place(t.ids[i - 1]));
		}
		/* No equation runs ahead: epochs do not mix. */
		for (i = 0; i < 2 * 49; i++)
			check(t.task.split[i] != TASK_TRAIN ||
			      (used[i] >= (step + 1) * 11 / 54 && used[i] <= step * 11 / 54 + 2));
	}
	for (i = 0; i < 2 * 49; i++)
		check(used[i] == (t.task.split[i] == TASK_TRAIN ? 11 : 0));
	train_free(&t);
}

/* With the full batch, the loss of a step is the training loss before it. */
static void evaluation(struct pool *pool)
{
	struct train_config c = config(0);
	struct train_metrics m;
	struct train t;
	struct err e;
	int step;

	check(train_init(&t, &c, pool, &e) == 0);
	for (step = 0; step < 150; step++) {
		train_evaluate(&t, &m);
		check(train_step(&t, 1, &e) == 0);
		check_near(t.loss, m.train_loss, 2e-6);
		check(t.grad_norm > 0);
	}
	/* Memorised (how far is a matter of rounding); what is not trained on is not known. */
	check(m.train_acc > 0.9 && m.train_loss < 0.25 * log(7) && m.test_acc < 0.5 &&
	      m.test_loss > 1);
	train_free(&t);
	c.fraction = 1;
	check(train_init(&t, &c, pool, &e) == 0);
	train_evaluate(&t, &m);
	check(isnan(m.test_acc) && isnan(m.test_loss) && m.train_loss > 1);
	train_free(&t);
}

static void check_same(const struct train *a, const struct train *b)
{
	size_t bytes = a->g.size * sizeof(float);

	check(a->loss == b->loss && !memcmp(&a->place, &b->place, sizeof(a->place)));
	check(!memcmp(a->g.w, b->g.w, bytes));
	check(!memcmp(a->optim.m, b->optim.m, bytes));
	check(!memcmp(a->optim.v, b->optim.v, bytes));
}

static void resumed(struct pool *pool)
{
	static const struct setting setting[] = {
		{ .key = "lr", .type = SETTING_REAL, .x = 0.01 },
		{ .key = "op", .type = SETTING_TEXT, .text = "add,div" },
	};
	struct setting other[] = { setting[0], setting[1] };
	struct program me = { "unit", "1", NULL, 0 };
	struct record head = { .kind = RECORD_HEAD,
			       .run = "r",
			       .version = FORMAT_VERSION,
			       .config = setting,
			       .nconfig = 2,
			       .chain = &me,
			       .nchain = 1 };
	struct train_mark mark = { { 1 << 20, 7 }, UINT64_MAX - 1, 1LL << 60, TRAIN_COMPLETE };
	struct train_saved back;
	char dir[] = "/tmp/train.XXXXXX", path[64];
	struct train_config c = config(11);
	struct train a, b;
	struct err e;
	int i;

	check(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/state", dir);
	check(train_init(&a, &c, pool, &e) == 0 && train_init(&b, &c, pool, &e) == 0);
	check(train_state_load(&b, path, &head, &back, &e) == 0);
	for (i = 0; i < 17; i++)
		check(train_step(&a, 0, &e) == 0);
	check(train_state_save(&a, path, &head, &mark, &e) == 0);
	check(train_state_load(&b, path, &head, &back, &e) == 1);
	check(back.mark.at.bytes == 1 << 20 && back.mark.at.records == 7);
	check(back.mark.hash == UINT64_MAX - 1 && back.mark.stop_at == 1LL << 60);
	check(back.mark.over == TRAIN_COMPLETE);
	check(b.place.step == 17);
	for (i = 0; i < 17; i++)
		check(train_step(&a, 0, &e) == 0 && train_step(&b, 0, &e) == 0);
	check_same(&a, &b);

	/* Refused, and a failure to save leaves what is there. */
	other[0].x = 0.02;
	head.config = other;
	check(train_state_load(&b, path, &head, &back, &e) == -1);
	check_error(e, "lr is 0.01");
	head.config = setting;
	snprintf(path + strlen(path), sizeof(path) - strlen(path), ".part/x");
	check(train_state_save(&a, path, &head, &mark, &e) == -1);
	check_error(e, "cannot write");
	train_free(&b);
	c.modulus = 11;
	check(train_init(&b, &c, pool, &e) == 0);
	path[strlen(path) - strlen(".part/x")] = '\0';
	check(train_state_load(&b, path, &head, &back, &e) == -1);
	check_error(e, "does not belong to the state of this run");
	train_free(&a);
	train_free(&b);
	check(unlink(path) == 0 && rmdir(dir) == 0);
}

int main(void)
{
	struct pool *pool;
	struct err e;
	int threads;

	for (threads = 1; threads <= 2; threads++) {
		pool = pool_create(threads, &e);
		check(pool != NULL);
		epochs(pool);
		evaluation(pool);
		resumed(pool);
		pool_free(pool);
	}
	return 0;
}

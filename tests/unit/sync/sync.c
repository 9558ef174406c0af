/* Transitions of made-up series, verdicts over runs, phases. */
#include "check.h"
#include "rng.h"
#include "sync/sync.h"

enum { N = 100 };

/* Evaluations every 40 steps: 0 .. 3960 */
static int64_t every[N];

static double logistic(double t, double c, double w)
{
	return 1 / (1 + exp((c - t) / w));
}

/* One step of known centre, width and plateaus, with noise */
static void make(double *x, double before, double after, double centre, double w, double noise,
		 uint64_t seed)
{
	struct rng r;

	rng_seed(&r, seed, 1);
	for (int i = 0; i < N; i++)
		x[i] = before + noise * rng_normal(&r) +
		       (after - before) *
			       logistic(sync_axis((double)every[i]), sync_axis(centre), w);
}

static struct sync_changes find(const double *x)
{
	struct sync_changes c;
	struct err e;

	check(sync_find(every, x, N, 1, &c, &e) == 0);
	return c;
}

static void check_one_step(void)
{
	static const double centres[] = { 300, 700, 1500, 2200 };
	struct sync_changes c;
	double x[N];

	for (int k = 0; k < 4; k++) {
		/* Without noise only the sampling limits us: half-way points are interpolated. */
		make(x, 0.01, 1, centres[k], 0.03, 0, 0);
		c = find(x);
		check(c.status == SYNC_FOUND && c.n == 1 && c.p < 0.05);
		check_near(c.change[0].fit / centres[k], 1, 1e-3);
		check_near(c.change[0].step / centres[k], 1, 0.01);
		check_near(c.change[0].width, 2 * log(9) * 0.03, 1e-3);
		check_near(c.change[0].before, 0.01, 0.02);
		check_near(c.change[0].after, 1, 0.02);
		check_near(c.change[0].gap, log10(1 + 40 / centres[k]), 0.02);
		/*
		 * A fall, with noise of a twentieth of it.  The centre's standard error is about
		 * noise / slope / sqrt(samples within) = .05 / (1 / .12) / sqrt(8): 0.002 decades;
		 * one crossing is uncertain by noise / slope, 0.006, and by a gap at most.
		 */
		make(x, 5, 3, centres[k], 0.03, 0.1, (uint64_t)k);
		c = find(x);
		check(c.status == SYNC_FOUND && c.n == 1);
		check_near(log10(c.change[0].fit / centres[k]), 0, 0.01);
		check_near(log10(c.change[0].step / centres[k]), 0, 0.02 + c.change[0].gap);
		check(c.change[0].before > c.change[0].after);
	}
}

static void check_two_steps(void)
{
	double x[N], second[N];
	struct sync_changes c;

	/* Up at 150 and further up at 1600, as commutative addition does */
	make(x, 0, 0.2, 150, 0.02, 0, 0);
	make(second, 0, 0.8, 1600, 0.03, 0.002, 3);
	for (int i = 0; i < N; i++)
		x[i] += second[i];
	c = find(x);
	check(c.status == SYNC_FOUND && c.n == 2);
	check_near(log10(c.change[0].step / 150), 0, 0.02);
	check_near(log10(c.change[1].step / 1600), 0, 0.01);
	check_near(c.change[1].before, 0.2, 0.01);
	check_near(c.change[1].after, 1, 0.01);

	/* Up and down again, as a test loss does: the plateau between is neither end's */
	make(x, 4, 9, 200, 0.03, 0.02, 4);
	make(second, 0, -9, 1500, 0.05, 0.02, 5);
	for (int i = 0; i < N; i++)
		x[i] += second[i];
	c = find(x);
	check(c.status == SYNC_FOUND && c.n == 2);
	check(c.change[0].after > c.change[0].before && c.change[1].after < c.change[1].before);
	check_near(log10(c.change[0].fit / 200), 0, 0.02);
	check_near(log10(c.change[1].fit / 1500), 0, 0.01);
	check_near(c.change[1].before, 9, 0.3);
	check_near(c.change[1].after, 0, 0.3);
}

/* A peak without a plateau: its top is the highest sample, not what the steps extrapolate to */
static void check_peak(void)
{
	double x[N], second[N], top = 0;
	struct sync_changes c;

	make(x, 1, 9, 500, 0.1, 0, 0);
	make(second, 0, -9, 900, 0.1, 0, 0);
	for (int i = 0; i < N; i++) {
		x[i] += second[i];
		top = fmax(top, x[i]);
	}
	c = find(x);
	check(c.status == SYNC_FOUND && c.n == 2);
	check(c.change[0].after == top && c.change[1].before == top);
	check(c.change[0].step < 700 && c.change[1].step > 700);
	/* medians of samples that are up to a tenth of the step on its way */
	check_near(c.change[0].before, 1, 0.4);
	check_near(c.change[1].after, 0, 0.4);
}

/* The rate at which noise passes for a transition: the level of the test, 0.05, at most */
static void check_noise(void)
{
	double x[N];
	int found = 0;

	for (uint64_t seed = 0; seed < 200; seed++) {
		make(x, 1, 1, 1000, 0.1, 0.3, seed);
		found += find(x).status == SYNC_FOUND;
	}
	check(found <= 20); /* 0.05 of 200 and three standard errors */
}

static void check_refusals(void)
{
	double x[N];
	struct sync_changes c;
	struct err e;
	int i;

	for (i = 0; i < N; i++)
		x[i] = 0.1 + 0.2;
	check(find(x).status == SYNC_FLAT);
	for (i = 0; i < N; i++)
		x[i] = sync_axis((double)every[i]);
	c = find(x);
	check(c.status == SYNC_DRIFT && c.n == 0);
	make(x, 0, 1, 3900, 0.1, 0, 0);
	check(find(x).status == SYNC_UNFINISHED);
	make(x, 0, 1, 1000, 0.05, 0, 0);
	check(sync_find(every, x, SYNC_SAMPLES - 1, 1, &c, &e) == 0 && c.status == SYNC_FEW);
	check(sync_find(every, x, 0, 1, &c, &e) == 0 && c.status == SYNC_FEW);
	/* What is not finite is left out, wherever it stands. */
	x[0] = x[5] = NAN;
	x[N - 1] = HUGE_VAL;
	c = find(x);
	check(c.status == SYNC_FOUND && c.n == 1);
	check_near(c.change[0].fit / 1000, 1, 1e-3);
}

/* Few samples, as checkpoints are: nine, and the change between the sixth and the seventh */
static void check_sparse(void)
{
	static const int64_t step[9] = { 0, 10, 30, 100, 300, 1000, 2000, 3000, 4000 };
	static const double x[9] = { .07, .071, .069, .07, .072, .071, .8, .81, .805 };
	struct sync_changes c;
	struct err e;

	check(sync_find(step, x, 9, 1, &c, &e) == 0);
	check(c.status == SYNC_FOUND && c.n == 1);
	check(c.change[0].step > 1000 && c.change[0].step < 2000);
	check_near(c.change[0].gap, log10(2001. / 1001), 1e-12);
}

/* Many more samples than are fitted, unevenly placed */
static void check_dense(void)
{
	enum { MANY = 20000 };
	static int64_t step[MANY];
	static double x[MANY];
	struct sync_changes c;
	struct err e;

	for (int i = 0; i < MANY; i++) {
		step[i] = 5 * i;
		x[i] = 2 - logistic(sync_axis(5. * i), 4, 0.05);
	}
	check(sync_find(step, x, MANY, 1, &c, &e) == 0);
	check(c.status == SYNC_FOUND && c.n == 1);
	check_near(c.change[0].fit / 9999, 1, 1e-3);
	check_near(c.change[0].step / 9999, 1, 1e-3);
}

/* ---- over runs ---- */

static void add(struct series_set *s, const char *run, const char *name, const double *x)
{
	struct err e;

	for (int i = 0; i < N; i++) {
		struct value v = { name, x[i] };
		struct record r = { .kind = RECORD_METRICS,
				    .run = run,
				    .step = every[i],
				    .tool = "test",
				    .values = &v,
				    .nvalues = 1 };

		check(series_add(s, &r, &e) == 0);
	}
}

static const struct sync_row *row(const struct sync_row *rows, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(rows[i].quantity, name))
			return &rows[i];
	check(!"a row of this name");
	return NULL;
}

static int not_hidden(const struct series *s)
{
	return strcmp(s->quantity, "x.hidden") != 0;
}

/* Five runs of quantities that change with test accuracy, before it, after it, or not at all. */
static void add_runs(struct series_set *s)
{
	static const char *const names[] = { "a", "b", "c", "d", "e" };
	static const double centres[] = { 900, 1000, 1100, 1200, 1300 };
	double x[N];
	struct err e;

	for (int i = 0; i < 5; i++) {
		struct setting seed = { .key = "seed", .type = SETTING_INT, .i = i };
		struct record head = { .kind = RECORD_HEAD,
				       .run = names[i],
				       .seed = i,
				       .config = &seed,
				       .nconfig = 1 };
		uint64_t k = 10 * (uint64_t)i;

		check(series_add(s, &head, &e) == 0);
		make(x, 1, 2, 500, 0.05, 0.01, k);
		add(s, names[i], "x.hidden", x);
		make(x, 0, 1, centres[i], 0.03, 0.01, k + 1);
		add(s, names[i], "train.test_acc", x);
		make(x, 7, 5, centres[i] / 2, 0.03, 0.01, k + 2);
		add(s, names[i], "x.early", x);
		make(x, 0.1, 0.9, centres[i] * 1.1, 0.03, 0.01, k + 3);
		add(s, names[i], "x.same", x);
		make(x, 0.1, 0.9, centres[i] * 1.5, 0.03, 0.01, k + 4);
		add(s, names[i], "x.late", x);
		make(x, 0, 0, 1, 1, 1, k + 5);
		add(s, names[i], "x.none", x);
		/* Its larger half falls in one run, rises in the others: no mixture of the two */
		make(x, 0, i ? 1 : -1, centres[i], 0.03, 0.01, k + 6);
		add(s, names[i], "x.mixed", x);
	}
}

static void check_rows(void)
{
	struct sync_plan plan = { "train.test_acc", 0.1, 0.95, 1000, .seed = 1 };
	struct series_set s = { 0 };
	const struct sync_row *r;
	struct sync_row *rows;
	struct err e;
	int n;

	add_runs(&s);
	check(series_group(&s, &e) == 0);
	check(sync_rows(&s, &plan, not_hidden, &rows, &n, &e) == 0);
	check(n == 6 && !strcmp(rows[0].quantity, "train.test_acc"));
	r = &rows[0];
	check(r->verdict == SYNC_REFERENCE && r->runs == 5 && r->found == 5 && r->rising);
	check_near(log10(r->step / 1090), 0, 0.01); /* the geometric mean of the centres */
	check(r->step_low > 900 && r->step_low < r->step && r->step < r->step_high &&
	      r->step_high < 1300);
	check(r->lag == 0 && r->lag_low == 0 && r->lag_high == 0);
	r = row(rows, n, "x.early");
	check(r->verdict == SYNC_LEADS && r->certain && !r->rising && r->pairs == 5);
	check_near(r->lag, -log10(2), 0.02); /* gaps of 0.03 decades, averaged over five runs */
	check(r->lag_low <= r->lag && r->lag <= r->lag_high);
	r = row(rows, n, "x.same");
	check(r->verdict == SYNC_COINCIDES && r->certain);
	check_near(r->lag, log10(1.1), 0.02);
	r = row(rows, n, "x.late");
	check(r->verdict == SYNC_LAGS && r->certain);
	check_near(r->lag, log10(1.5), 0.02);
	r = row(rows, n, "x.none");
	check(r->verdict == SYNC_NONE && r->found < 3 && r->why == SYNC_FLAT);
	r = row(rows, n, "x.mixed");
	check(r->rising && r->found == 4);
	free(rows);

	/* The same from the fitted centres; a wider tolerance changes the verdict alone. */
	plan.by_fit = 1;
	plan.tolerance = 0.2;
	check(sync_rows(&s, &plan, NULL, &rows, &n, &e) == 0);
	check(n == 7);
	r = row(rows, n, "x.late");
	check(r->verdict == SYNC_COINCIDES);
	check_near(r->lag, log10(1.5), 0.005);
	free(rows);
	plan.against = "x.absent";
	check(sync_rows(&s, &plan, NULL, &rows, &n, &e) == -1);
	check_error(e, "no run has 'x.absent'");
	series_free(&s);
}

static void check_phases(void)
{
	struct series_set s = { 0 };
	double x[N], step[SYNC_PHASES];
	struct err e;

	make(x, 0, 1, 200, 0.02, 0, 0);
	add(&s, "a", "train.train_acc", x);
	check(series_group(&s, &e) == 0);
	check(sync_phases(&s, 0, 1, step, &e) == -1);
	check_error(e, "run 'a' has no train and test accuracy");
	make(x, 0, 1, 1000, 0.02, 0, 0);
	add(&s, "a", "train.test_acc", x);
	check(sync_phases(&s, 0, 1, step, &e) == 0);
	check(step[0] == 0);
	check(step[1] == 280); /* 200 x 10^(0.02 ln 99) = 247, and the evaluation after it */
	check_near(step[2], 1000, 5);
	check(step[3] == 1240); /* 1235 */
	check_near(sync_nearest(&s.all[1], 1239), x[31], 0);
	check_near(sync_nearest(&s.all[1], 1e9), x[N - 1], 0);
	check(isnan(sync_nearest(&s.all[1], NAN)));
	check_near(sync_nearest_step(&s.all[1], 1239), (double)s.all[1].step[31], 0);
	check_near(sync_nearest_step(&s.all[1], (double)s.all[1].step[N - 1]),
		   (double)s.all[1].step[N - 1], 0);
	check(isnan(sync_nearest_step(&s.all[1], (double)s.all[1].step[N - 1] + 1)));
	/* Never learnt */
	for (int i = 0; i < N; i++)
		x[i] = 0.01;
	add(&s, "b", "train.train_acc", x);
	add(&s, "b", "train.test_acc", x);
	check(sync_phases(&s, 1, 1, step, &e) == 0);
	check(step[0] == 0 && isnan(step[1]) && isnan(step[2]) && isnan(step[3]));
	series_free(&s);
}

int main(void)
{
	for (int i = 0; i < N; i++)
		every[i] = 40 * i;
	check_one_step();
	check_two_steps();
	check_peak();
	check_noise();
	check_refusals();
	check_sparse();
	check_dense();
	check_rows();
	check_phases();
	return 0;
}

/* The steps of a run, its evaluations and its checkpoints; see session.h. */
#include "train/session.h"

#include <math.h>
#include <signal.h>

#include "cli.h"
#include "train/stream.h"

static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	stopped = sig;
}

/* Often enough to lose little, seldom enough to take at most a twentieth of the time. */
static int is_save_due(const struct session *s)
{
	return s->state && cli_clock() - s->saved_at >= 20 * s->save_cost;
}

static int is_sound(const struct train *t, const struct train_metrics *m)
{
	return isfinite(m->train_loss) && isfinite(m->weight_norm) &&
	       (!t->test_count || isfinite(m->test_loss));
}

/*
 * Checkpoint first, then the metrics record that closes it for the filters downstream.  Returns -1
 * with @e, and writes nothing, if there is nothing good to write.
 */
static int report(struct session *s, struct err *e)
{
	const struct train_choices *o = s->choices;
	int64_t step = s->t.place.step;
	struct train_metrics m;

	train_evaluate(&s->t, &m);
	if (!is_sound(&s->t, &m))
		return err_set(e, "step %lld: weights or losses are not finite", (long long)step);
	/* Before the weights: this may have become the last step, which is saved. */
	if (o->stop_acc > 0 && s->mark.stop_at < 0 && m.test_acc >= o->stop_acc)
		s->mark.stop_at = step + o->stop_after;
	if (session_reports(s, step, 1))
		cli_check(train_put_weights(&s->t, s->out, s->id, e), e);
	cli_check(train_put_metrics(&s->t, s->out, s->id, &m, e), e);
	s->train_acc = m.train_acc;
	s->test_acc = m.test_acc;
	return 0;
}

static int diverged(struct session *s)
{
	s->mark.over = TRAIN_DIVERGED;
	return 1;
}

int loop_run(struct session *s, int reported, struct err *e)
{
	int64_t next;

	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	signal(SIGHUP, on_signal);
	for (;; reported = 0) {
		if (!reported && session_reports(s, s->t.place.step, 0)) {
			if (report(s, e))
				return diverged(s);
			if (!session_is_last(s, s->t.place.step) && is_save_due(s))
				session_save(s);
		}
		if (session_is_last(s, s->t.place.step)) {
			s->mark.over = TRAIN_COMPLETE;
			return 1;
		}
		if (stopped)
			return 0;
		next = s->t.place.step + 1;
		if (train_step(&s->t, session_reports(s, next, 0), e))
			return diverged(s);
		cli_progress((double)next, s->choices->steps, "steps",
			     "loss %.3g  train %.2f %%  test %.2f %%", s->t.loss,
			     100 * s->train_acc, 100 * s->test_acc);
	}
}

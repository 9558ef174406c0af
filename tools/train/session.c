/*
 * The output of a run, which may be NAME.part until it is complete, and its state; see session.h.
 */
#include "train/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/stat.h>

#include "cli.h"
#include "train/extend.h"
#include "train/lock.h"
#include "train/stream.h"

enum { TRY_AGAIN = 75 }; /* EX_TEMPFAIL of sysexits.h */

static struct lock output_lock, state_lock; /* released at exit */

static void unlock(void)
{
	lock_release(&state_lock);
	lock_release(&output_lock);
}

static void hold(struct lock *l, const char *file)
{
	struct err e;

	cli_check(lock_take(l, file, &e), &e);
}

/* ---- the plan ---- */

int session_is_last(const struct session *s, int64_t step)
{
	return step >= s->choices->steps || (s->mark.stop_at >= 0 && step >= s->mark.stop_at);
}

int session_reports(const struct session *s, int64_t step, int parameters)
{
	if (train_schedule_has(&s->saves, step))
		return 1;
	if (parameters)
		return session_is_last(s, step) && !s->saves.none;
	return step % s->choices->eval_every == 0 || session_is_last(s, step);
}

/* ---- the state ---- */

/* What the part holds by now: @s->mark says it. */
static void mark_part(struct session *s)
{
	struct err e;

	cli_check(stream_tell(s->out, &s->mark.at, &e), &e);
	cli_check(part_hash(&s->part, s->mark.at.bytes, &s->mark.hash, &e), &e);
}

static void write_state(struct session *s)
{
	struct err e;

	if (train_state_save(&s->t, s->state, &s->head, &s->mark, &e))
		cli_die("step %lld: %s%s", (long long)s->t.place.step, e.msg,
			access(s->state, F_OK) ? "" : "; the state saved before is still there");
}

void session_save(struct session *s)
{
	double start = cli_clock();

	mark_part(s);
	write_state(s);
	s->saved_at = cli_clock();
	s->save_cost = s->saved_at - start;
}

/* ---- opening ---- */

/* A writer to what is open as the part, which is at @path; it stands at @at. */
static void open_writer(struct session *s, const char *path, const struct stream_place *at)
{
	struct err e;

	s->out = stream_create(s->part.fd, path, cli_program(), &e);
	if (!s->out)
		cli_die("%s", e.msg);
	cli_check(stream_seek(s->out, at, &e), &e);
}

static void begin(struct session *s)
{
	const struct stream_place nowhere = { 0, 0 };
	struct err e;

	s->mark = (struct train_mark){ .stop_at = -1 };
	if (s->state && cli_fresh && !access(s->part.name, F_OK))
		cli_die("'%s' exists and is not replaced (--no-clobber)", s->part.name);
	if (s->state) {
		cli_check(part_create(&s->part, s->part.path, &e), &e);
		open_writer(s, s->part.path, &nowhere);
	} else {
		s->out = cli_output();
	}
	cli_check(train_put_start(&s->t, s->out, &s->head, &e), &e);
}

/* The stream of a finished run is lost: the run is made again. */
static int begin_again(struct session *s, const char *why)
{
	struct err e;

	cli_warn("'%s' %s: the run is made again", s->part.name, why);
	train_free(&s->t);
	cli_check(train_init(&s->t, s->config, s->pool, &e), &e);
	begin(s);
	return 0;
}

static int is_part(const struct session *s, const char *path)
{
	const struct train_mark *m = &s->mark;

	return part_is(path, m->at.bytes, m->hash, m->over != TRAIN_GOING);
}

/* Would the run, if it went on, have written the record? */
static int belongs(void *arg, const struct record *r)
{
	const struct session *s = arg;

	if (r->kind == RECORD_TENSOR && r->role == ROLE_PARAM)
		return session_reports(s, r->step, 1);
	return r->kind != RECORD_METRICS || session_reports(s, r->step, 0);
}

/*
 * The run in @from goes on for another number of steps.  Its stream is made anew; the state says so
 * before the old part is replaced, so that one of both is there at any time.
 */
static void extend(struct session *s, const char *from)
{
	int64_t met = s->mark.stop_at - s->choices->stop_after;
	const struct stream_place nowhere = { 0, 0 };
	uint64_t records = s->mark.at.records;
	struct err e;

	/* The evaluation that met --stop-acc may have been that of the last step alone. */
	if (s->mark.stop_at >= 0) {
		int64_t stop_at = s->mark.stop_at;

		s->mark.stop_at = -1;
		if (session_reports(s, met, 0))
			s->mark.stop_at = stop_at;
	}
	s->mark.over = TRAIN_GOING;
	cli_check(part_create(&s->part, s->part.more, &e), &e);
	open_writer(s, s->part.more, &nowhere);
	cli_check(train_extend(from, records, s->out, &s->head, belongs, s, &e), &e);
	session_save(s);
	stream_discard(s->out);
	cli_check(part_keep(&s->part, s->part.more, s->part.path, &e), &e);
}

/* Of a state that says that the run is over.  Returns 1 if it goes on, 0 if it begins again. */
static int resume_over(struct session *s, int other_steps)
{
	const char *from = is_part(s, s->part.name)   ? s->part.name
			   : is_part(s, s->part.path) ? s->part.path
						      : NULL;
	struct err e;

	if (!from)
		return begin_again(s, access(s->part.name, F_OK) ? "is missing"
								 : "is not the run of the state");
	if (s->mark.over == TRAIN_DIVERGED)
		cli_die("the run diverged at step %lld: there is nothing to go on from",
			(long long)s->t.place.step);
	if (other_steps) {
		extend(s, from);
		return 1;
	}
	if (from == s->part.path)
		cli_check(part_keep(&s->part, from, s->part.name, &e), &e);
	exit(cli_close(NULL, NULL));
}

/* Of a state that says that the run goes on. */
static void resume_going(struct session *s, int other_steps)
{
	const char *part = s->part.path;
	struct err e;

	if (is_part(s, s->part.more))
		cli_check(part_keep(&s->part, s->part.more, part, &e), &e);
	unlink(s->part.more);
	if (!is_part(s, part))
		cli_die("cannot resume: '%s' %s; remove the state '%s' to start again", part,
			access(part, F_OK) ? "is missing"
					   : "is not what it was when the state was saved",
			s->state);
	if (other_steps) {
		cli_check(part_resume(&s->part, s->mark.at.bytes, &e), &e); /* cuts */
		close(s->part.fd);
		extend(s, part);
	}
}

static int resume_run(struct session *s, const struct train_saved *saved)
{
	int other_steps = saved->steps != s->choices->steps;
	struct err e;

	s->mark = saved->mark;
	if (saved->kernel[0] && !s->any_processor)
		cli_die("cannot resume: the run had kernel %s, here it is %s, "
			"and sums round differently; --kernel chooses one, --any-processor goes on",
			saved->kernel, s->kernel);
	if (saved->kernel[0])
		cli_warn("the run had kernel %s so far, here it is %s", saved->kernel, s->kernel);
	if (s->mark.over == TRAIN_GOING)
		resume_going(s, other_steps);
	else if (!resume_over(s, other_steps))
		return 0;
	cli_check(part_resume(&s->part, s->mark.at.bytes, &e), &e);
	open_writer(s, s->part.path, &s->mark.at);
	return 1;
}

/* With --state the stream is no struct output: its files, and the state, are not to be input. */
static void refuse_input(const char *name)
{
	struct output o = { .fd = -1, .name = (char *)name };
	struct stat st;

	if (stat(name, &st))
		return;
	o.device = st.st_dev;
	o.inode = st.st_ino;
	cli_refuse_input(&o, 0);
}

int session_open(struct session *s, int resume)
{
	const char *file = cli_output_name();
	struct train_saved saved;
	int got = 0;
	struct err e;

	atexit(unlock);
	if (!s->state) {
		if (file && output_is_named(file) && !part_init(&s->part, file, &e))
			hold(&output_lock, s->part.name);
		begin(s);
		return 0;
	}
	if (!file)
		cli_usage("--state: name the stream's file with -o, so that it can be continued");
	if (part_init(&s->part, file, &e)) {
		if (e.kind != ERR_DATA)
			cli_die("%s", e.msg);
		cli_usage("-o: %s", e.msg);
	}
	if (part_clashes(&s->part, s->state))
		cli_usage("--state: '%s' would be written over '%s', or the files beside it",
			  s->state, file);
	refuse_input(s->part.name);
	refuse_input(s->part.path);
	refuse_input(s->part.more);
	refuse_input(s->state);
	hold(&output_lock, s->part.name);
	hold(&state_lock, s->state);
	if (resume)
		got = train_state_load(&s->t, s->state, &s->head, &saved, &e);
	else if (!access(s->state, F_OK))
		cli_die("'%s' is there already: --resume goes on with its run; "
			"another run needs another --state, or this one removed",
			s->state);
	cli_check(got, &e);
	if (got)
		return resume_run(s, &saved);
	begin(s);
	return 0;
}

/* ---- closing ---- */

/* The end record; then the stream gets its name. */
static void close_output(struct session *s)
{
	struct err e;

	cli_check(run_put_end(s->out, s->id, s->mark.over == TRAIN_COMPLETE, &e), &e);
	if (!s->state) {
		cli_close(NULL, s->out);
		return;
	}
	mark_part(s);
	cli_close(NULL, s->out);
	write_state(s);
	cli_check(part_keep(&s->part, s->part.path, s->part.name, &e), &e);
}

int session_stop(struct session *s)
{
	int64_t step = s->t.place.step;

	if (s->state) {
		session_save(s);
		cli_warn("stopped at step %lld: --resume continues", (long long)step);
		return TRY_AGAIN;
	}
	close_output(s);
	cli_warn("interrupted at step %lld", (long long)step);
	return 1;
}

int session_end(struct session *s)
{
	close_output(s);
	return s->mark.over == TRAIN_COMPLETE ? 0 : 1;
}

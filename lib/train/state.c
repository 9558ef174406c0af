/* The state of a run, to a file and back; see state.h. */
#include "train/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "number.h"
#include "stream/run.h"
#include "stream/tensor.h"

/* The words of train.place. */
enum { STEP, USED, RNG, BYTES = RNG + 4, RECORDS, HASH, STOP_AT, OVER, PLACE };

enum { KERNEL = 32 }; /* bytes of a kernel's name */

static const char *const moment[] = { "exp_avg.", "exp_avg_sq." };

static void moment_name(char *name, size_t n, int k, const struct gpt_param *p)
{
	snprintf(name, n, "%s%s", moment[k], p->name);
}

static int put_floats(struct stream_out *out, const struct record *head, int64_t step,
		      const char *name, enum role role, const struct gpt_param *p, const float *x,
		      struct err *e)
{
	size_t shape[2] = { (size_t)p->shape[0], (size_t)p->shape[1] };

	return tensor_put(out, head->run, step, name, role,
			  tensor_over(DTYPE_F4, p->ndim, shape, x), e);
}

static int put_all(struct stream_out *out, const struct train *t, const struct record *head,
		   const int64_t *place, struct err *e)
{
	const float *moments[] = { t->optim.m, t->optim.v };
	size_t n = (size_t)t->train_count, words = PLACE;
	int64_t step = t->place.step;
	char name[128];
	int i, k;

	if (stream_put(out, head, NULL, e))
		return -1;
	for (i = 0; i < t->g.tensors; i++) {
		const struct gpt_param *p = &t->g.param[i];

		if (put_floats(out, head, step, p->name, ROLE_PARAM, p, t->g.w + p->offset, e))
			return -1;
		for (k = 0; k < 2 && moments[k]; k++) {
			moment_name(name, sizeof(name), k, p);
			if (put_floats(out, head, step, name, ROLE_STATE, p, moments[k] + p->offset,
				       e))
				return -1;
		}
	}
	if (tensor_put(out, head->run, step, "train.order", ROLE_STATE,
		       tensor_over(DTYPE_I4, 1, &n, t->order), e) ||
	    tensor_put(out, head->run, step, "train.place", ROLE_STATE,
		       tensor_over(DTYPE_I8, 1, &words, place), e))
		return -1;
	return run_put_end(out, head->run, 0, e);
}

/* Write, force to the disk, close; the descriptor is closed in any case. */
static int write_part(int fd, const char *part, const struct train *t, const struct record *head,
		      const int64_t *place, struct err *e)
{
	struct stream_out *out = stream_create(fd, part, NULL, e);
	int failed = !out;

	if (out && put_all(out, t, head, place, e)) {
		stream_discard(out);
		failed = 1;
	} else if (out) {
		failed = stream_close(out, e) != 0;
	}
	if (!failed && fsync(fd))
		failed = err_system(e, "cannot write '%s'", part);
	if (close(fd) && !failed)
		failed = err_system(e, "cannot write '%s'", part);
	return failed ? -1 : 0;
}

int train_state_save(const struct train *t, const char *path, const struct record *head,
		     const struct train_mark *mark, struct err *e)
{
	int64_t place[PLACE] = { [STEP] = t->place.step,
				 [USED] = t->place.used,
				 [BYTES] = (int64_t)mark->at.bytes,
				 [RECORDS] = (int64_t)mark->at.records,
				 [HASH] = (int64_t)mark->hash,
				 [STOP_AT] = mark->stop_at,
				 [OVER] = mark->over };
	size_t n = strlen(path) + sizeof(".part");
	char *part = malloc(n);
	int fd, failed = -1;

	if (!part)
		return err_memory(e);
	memcpy(place + RNG, t->place.rng, sizeof(t->place.rng));
	snprintf(part, n, "%s.part", path);
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (fd < 0) {
		err_system(e, "cannot write '%s'", part);
	} else {
		failed = write_part(fd, part, t, head, place, e);
		if (!failed && rename(part, path))
			failed = err_system(e, "cannot rename '%s' to '%s'", part, path);
		if (failed)
			unlink(part);
	}
	free(part);
	return failed;
}

/* The whole of a setting, so that two of them can be compared; numbers are written to @number. */
static const char *setting_text(const struct setting *s, char number[32])
{
	if (!s)
		return "absent";
	if (s->type == SETTING_TEXT)
		return s->text;
	if (s->type == SETTING_REAL)
		return number_text(s->x, number);
	snprintf(number, 32, "%lld", (long long)s->i);
	return number;
}

/* A run of more or fewer steps is the same run so far, unless its rates depend on the number. */
static int other_steps(const struct record *saved, const char *path, const char *there,
		       const char *here, struct err *e)
{
	const struct setting *schedule = format_setting(saved, "schedule");

	if (schedule && schedule->type == SETTING_TEXT && !strcmp(schedule->text, "cosine"))
		return err_set(e,
			       "state '%s' is of a run of %s steps, not %s: "
			       "with a cosine the rate of each step depends on how many there are",
			       path, there, here);
	return 0;
}

static int same_run(const struct record *saved, const struct record *head, const char *path,
		    int64_t *steps, char kernel[KERNEL], struct err *e)
{
	char one[32], other[32];
	const char *there, *here;
	int i, longer = 0;

	for (i = 0; i < head->nconfig; i++) {
		const struct setting *s = &head->config[i], *old = format_setting(saved, s->key);

		there = setting_text(old, one);
		here = setting_text(s, other);
		if (old && !strcmp(s->key, "steps") && old->type == SETTING_INT)
			*steps = old->i;
		if (!strcmp(there, here))
			continue;
		if (!strcmp(s->key, "kernel")) {
			snprintf(kernel, KERNEL, "%.31s", there);
			continue;
		}
		longer = *steps && !strcmp(s->key, "steps");
		if (!longer)
			return err_set(
				e,
				"state '%s' is of another run, "
				"and this one needs another state: %s is %.160s there, %.160s here",
				path, s->key, there, here);
		if (other_steps(saved, path, there, here, e))
			return -1;
	}
	for (i = 0; i < saved->nconfig; i++)
		if (!format_setting(head, saved->config[i].key))
			return err_set(e,
				       "state '%s' is of another run, "
				       "and this one needs another state: '%s' is absent here",
				       path, saved->config[i].key);
	if (!longer && strcmp(saved->run, head->run))
		return err_set(e,
			       "state '%s' is of another run, and this one needs another state: "
			       "'%s' is there, '%s' here",
			       path, saved->run, head->run);
	return 0;
}

/* The floats or words that a tensor of the file goes to; NULL for none.  n: how many. */
static void *destination(struct train *t, int64_t *place, const char *name, enum dtype *dtype,
			 size_t *n)
{
	float *arenas[] = { t->g.w, t->optim.m, t->optim.v };
	const char *prefix[] = { "", moment[0], moment[1] };
	int k, i;

	*dtype = DTYPE_I4;
	*n = (size_t)t->train_count;
	if (!strcmp(name, "train.order"))
		return t->order;
	*dtype = DTYPE_I8;
	*n = PLACE;
	if (!strcmp(name, "train.place"))
		return place;
	*dtype = DTYPE_F4;
	for (k = 2; k >= 0; k--) {
		if (strncmp(name, prefix[k], strlen(prefix[k])))
			continue;
		i = gpt_find(&t->g, name + strlen(prefix[k]));
		if (i < 0 || !arenas[k])
			return NULL;
		*n = t->g.param[i].size;
		return arenas[k] + t->g.param[i].offset;
	}
	return NULL;
}

static int load_tensor(struct train *t, int64_t *place, struct stream_in *in,
		       const struct record *r, struct err *e)
{
	enum dtype dtype;
	size_t n;
	void *to = destination(t, place, r->name, &dtype, &n);

	if (!to || r->dtype != dtype || r->bytes != n * format_dtype_size(dtype)) {
		err_set(e, "'%s' does not belong to the state of this run", r->name);
		return stream_reject(in, e);
	}
	return stream_payload(in, to, r->bytes, e);
}

/* What no configuration promises: numbers that would lead astray. */
static int check_place(struct train *t, const int64_t *place, const char *path, struct err *e)
{
	int i, id,
		bad = place[STEP] < 0 || place[USED] < 0 || place[USED] > t->train_count ||
		      place[BYTES] < 0 || place[RECORDS] < 0 || place[OVER] < TRAIN_GOING ||
		      place[OVER] > TRAIN_DIVERGED;

	for (i = 0; i < t->train_count; i++) {
		id = t->order[i];
		bad |= id < 0 || id >= task_size(&t->task) || t->task.split[id] != TASK_TRAIN;
	}
	return bad ? err_set(e, "state '%s' holds numbers that no run has", path) : 0;
}

/* The place of the run, and what the state says besides. */
static int take_place(struct train *t, const int64_t *place, const struct record *head,
		      struct train_saved *saved, const char *path, struct err *e)
{
	const struct setting *steps = format_setting(head, "steps");

	if (check_place(t, place, path, e))
		return -1;
	if (saved->steps && steps && steps->i < place[STEP])
		return err_set(e,
			       "the run of state '%s' has done %lld steps already: "
			       "one of %lld needs another state",
			       path, (long long)place[STEP], (long long)steps->i);
	t->place.step = t->optim.t = place[STEP];
	t->place.used = place[USED];
	memcpy(t->place.rng, place + RNG, sizeof(t->place.rng));
	saved->mark = (struct train_mark){ .at = { .bytes = (uint64_t)place[BYTES],
						   .records = (uint64_t)place[RECORDS] },
					   .hash = (uint64_t)place[HASH],
					   .stop_at = place[STOP_AT],
					   .over = place[OVER] };
	return 1;
}

int train_state_load(struct train *t, const char *path, const struct record *head,
		     struct train_saved *saved, struct err *e)
{
	int tensors = 0, want = (t->optim.v ? 3 : 2) * t->g.tensors + 2, got;
	int64_t place[PLACE] = { 0 };
	char *names[] = { (char *)path };
	struct stream_in *in;
	struct record r;

	*saved = (struct train_saved){ 0 };
	if (access(path, F_OK) && errno == ENOENT)
		return 0;
	in = stream_open(names, 1, e);
	if (!in)
		return -1;
	while ((got = stream_next(in, &r, e)) > 0) {
		if (r.kind == RECORD_HEAD &&
		    same_run(&r, head, path, &saved->steps, saved->kernel, e))
			break;
		if (r.kind == RECORD_TENSOR && load_tensor(t, place, in, &r, e))
			break;
		tensors += r.kind == RECORD_TENSOR;
	}
	stream_free(in);
	if (got)
		return -1;
	if (tensors != want)
		return err_set(e, "state '%s' has %d of %d tensors", path, tensors, want);
	return take_place(t, place, head, saved, path, e);
}

/*
 * grok-ckpt diff - compare two streams: runs in order, then by step and name
 *
 * A stream is a sequence of items: the settings of a head, tensors, single metrics, the status of
 * an end.  Both streams are read together: always the one that is behind (by run, then by step).
 * An item is kept until its counterpart is found or both streams are past its step.  So if the two
 * have the same order, at most two tensors are in memory.
 */
#include "ckpt.h"
#include "names.h"
#include "number.h"
#include "stream/tensor.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct ckpt_pick picked;
static double atol_, rtol_;
static int json, brief;
static const struct opt opts[] = { CKPT_PICK(picked),
				   { 0, "atol", "X", "absolute difference that is allowed",
				     OPT_REAL, .var = &atol_, .max = HUGE_VAL },
				   { 0, "rtol", "X", "difference that is allowed, relative to B",
				     OPT_REAL, .var = &rtol_, .max = HUGE_VAL },
				   { 'b', "brief", NULL, "print nothing, only exit with the status",
				     OPT_FLAG, .var = &brief },
				   CKPT_JSON(json),
				   { 0 } };

struct item {
	int run; /* its number in the stream */
	int64_t step; /* -1: of the run */
	const char *kind;
	char *name;
	struct tensor x; /* without data when the name says it all */
};

struct side {
	const char *name; /* "A" */
	struct ckpt_source s;
	struct item *queue; /* items of the last record read, [at, n) still to come */
	size_t at, n, room;
	int more; /* the stream may have another record */
	struct names index; /* of those that wait: number i is in waiting[i] */
	struct item *waiting; /* without a name when it was met */
	size_t waiting_room, alive;
};

/* Where differences are told */
struct report {
	struct ckpt_rows rows; /* open once there is one */
	int is_different;
};

static void report(struct report *to, const struct item *it, const char *what)
{
	static const char *const columns[] = { "step",  "kind",    "name",    "what",
					       "count", "max_abs", "max_rel", NULL };

	if (!to->is_different && !brief)
		ckpt_rows_open(&to->rows, cli_text_output(), json, columns);
	to->is_different = 1;
	if (brief)
		return;
	if (it->step < 0)
		ckpt_put_none(&to->rows);
	else
		ckpt_put_int(&to->rows, it->step);
	ckpt_put_text(&to->rows, it->kind);
	ckpt_put_text(&to->rows, it->name);
	ckpt_put_text(&to->rows, what);
}

static void report_plain(struct report *to, const struct item *it, const char *what)
{
	report(to, it, what);
	if (brief)
		return;
	ckpt_put_none(&to->rows);
	ckpt_put_none(&to->rows);
	ckpt_put_none(&to->rows);
}

static void item_free(struct item *it)
{
	free(it->name);
	tensor_free(&it->x);
	*it = (struct item){ 0 };
}

/* ---- from records to items ---- */

static struct item *push(struct side *s, int64_t step, const char *kind, const char *name)
{
	struct item *it;

	if (s->n == s->room) {
		s->room = s->room ? 2 * s->room : 64;
		s->queue = cli_grow(s->queue, s->room, sizeof(*s->queue));
	}
	it = &s->queue[s->n++];
	*it = (struct item){ .run = s->s.at, .step = step, .kind = kind, .name = cli_copy(name) };
	return it;
}

static void push_head(struct side *s, const struct record *r)
{
	char text[2 * FORMAT_NAME + 64], number[32];
	int i;

	if (!format_setting(r, "seed")) {
		snprintf(text, sizeof(text), "seed=%lld", (long long)r->seed);
		push(s, -1, "head", text);
	}
	for (i = 0; i < r->nconfig; i++) {
		const struct setting *c = &r->config[i];

		snprintf(text, sizeof(text), "%s=%s", c->key,
			 c->type == SETTING_TEXT   ? c->text
			 : c->type == SETTING_FLAG ? c->i ? "true" : "false"
						   : number_text(c->x, number));
		push(s, -1, "head", text);
	}
}

static void push_metrics(struct side *s, const struct record *r)
{
	char text[2 * FORMAT_NAME + 4];
	struct item *it;
	struct err e;
	int i;

	for (i = 0; i < r->nvalues; i++) {
		snprintf(text, sizeof(text), r->of ? "%s[%s]" : "%s", r->values[i].name, r->of);
		it = push(s, r->step, "metrics", text);
		cli_check(tensor_init(&it->x, DTYPE_F8, 0, NULL, &e), &e);
		((double *)it->x.data)[0] = r->values[i].x;
	}
}

/* A record of a kind we do not know is the same when its bytes are. */
static void push_other(struct side *s, const struct record *r)
{
	struct item *it = push(s, -1, "other", r->kind_name);
	const uint8_t *p;
	size_t n;
	struct err e;

	p = stream_header(s->s.in, &n);
	cli_check(tensor_init(&it->x, DTYPE_U1, 1, &n, &e), &e);
	memcpy(it->x.data, p, n);
}

/* The next item; NULL when the stream has ended. */
static struct item *next_item(struct side *s)
{
	struct record r;
	struct err e;

	while (s->at == s->n && s->more) {
		s->at = s->n = 0;
		s->more = ckpt_next(&s->s, &r);
		if (!s->more || !ckpt_picked(&s->s, &r))
			continue;
		if (r.kind == RECORD_HEAD)
			push_head(s, &r);
		else if (r.kind == RECORD_METRICS)
			push_metrics(s, &r);
		else if (r.kind == RECORD_TENSOR)
			cli_check(
				tensor_read(s->s.in, &r, &push(s, r.step, "tensor", r.name)->x, &e),
				&e);
		else if (r.kind == RECORD_END)
			push(s, -1, "end", r.complete ? "complete" : "interrupted");
		else
			push_other(s, &r);
	}
	return s->at < s->n ? &s->queue[s->at] : NULL;
}

/* ---- comparing ---- */

static int is_integer(const struct tensor *x)
{
	return x->dtype == DTYPE_I4 || x->dtype == DTYPE_I8 || x->dtype == DTYPE_U1;
}

static int64_t integer(const struct tensor *x, size_t i)
{
	return x->dtype == DTYPE_I8 ? ((const int64_t *)x->data)[i] : (int64_t)tensor_element(x, i);
}

/*
 * |x - y|, 0 when they are the same.  Integers are subtracted as such: a double has 53 bits.  An
 * infinity is as far from everything else as can be, whatever the tolerance.
 */
static double distance(const struct tensor *x, const struct tensor *y, size_t i)
{
	double p, q;

	if (is_integer(x) && is_integer(y)) {
		uint64_t m = (uint64_t)integer(x, i), n = (uint64_t)integer(y, i);

		return (double)(integer(x, i) > integer(y, i) ? m - n : n - m);
	}
	p = tensor_part(x, i);
	q = tensor_part(y, i);
	return p == q || (isnan(p) && isnan(q)) ? 0 : fabs(p - q);
}

static void compare_values(struct report *to, const struct item *a, const struct item *b)
{
	size_t i, count = 0, parts = a->x.n * (tensor_is_complex(a->x.dtype) ? 2 : 1);
	double y, d, max_abs = 0, max_rel = 0;

	for (i = 0; i < parts; i++) {
		d = distance(&a->x, &b->x, i);
		y = tensor_part(&b->x, i);
		if (d == 0 || (isfinite(tensor_part(&a->x, i)) && isfinite(y) &&
			       d <= atol_ + rtol_ * fabs(y)))
			continue;
		count++;
		max_abs = d > max_abs || isnan(d) ? d : max_abs;
		d /= fabs(y);
		max_rel = d > max_rel || isnan(d) ? d : max_rel;
	}
	if (!count)
		return;
	report(to, a, "values");
	if (brief)
		return;
	ckpt_put_int(&to->rows, (int64_t)count);
	ckpt_put_real(&to->rows, max_abs);
	ckpt_put_real(&to->rows, max_rel);
}

static void compare(struct report *to, const struct item *a, const struct item *b)
{
	const struct tensor *x = &a->x, *y = &b->x;
	int i;

	if (!x->data)
		return;
	for (i = 0; i < x->ndim && i < y->ndim && x->shape[i] == y->shape[i];)
		i++;
	if (x->ndim != y->ndim || i < x->ndim)
		report_plain(to, a, "shape");
	else if (tensor_is_complex(x->dtype) != tensor_is_complex(y->dtype))
		report_plain(to, a, "dtype");
	else {
		/* A tolerance says that values matter, not how they are stored. */
		if (x->dtype != y->dtype && atol_ == 0 && rtol_ == 0)
			report_plain(to, a, "dtype");
		if (x->dtype != y->dtype ||
		    memcmp(x->data, y->data, x->n * format_dtype_size(x->dtype)) != 0)
			compare_values(to, a, b);
	}
}

/* ---- those that wait ---- */

static const char *key(const struct item *it, char *text, size_t room)
{
	snprintf(text, room, "%d %lld %s %s", it->run, (long long)it->step, it->kind, it->name);
	return text;
}

/* Take the next item of @s: compare it with its counterpart of @other, or let it wait. */
static void meet(struct report *to, struct side *s, struct side *other, int s_is_a)
{
	struct item *it = &s->queue[s->at++];
	char text[2 * FORMAT_NAME + 96];
	struct err e;
	size_t i;
	int got;

	key(it, text, sizeof(text));
	if (!names_find(&other->index, text, &i) && other->waiting[i].name) {
		compare(to, s_is_a ? it : &other->waiting[i], s_is_a ? &other->waiting[i] : it);
		item_free(&other->waiting[i]);
		item_free(it);
		other->alive--;
		return;
	}
	got = names_add(&s->index, text, &i, &e);
	cli_check(got, &e);
	if (i >= s->waiting_room) {
		s->waiting_room = 2 * i + 64;
		s->waiting = cli_grow(s->waiting, s->waiting_room, sizeof(*s->waiting));
	}
	if (!got && s->waiting[i].name) {
		report_plain(to, it, s_is_a ? "twice in A" : "twice in B");
		item_free(it);
		return;
	}
	s->waiting[i] = *it;
	s->alive++;
}

/* Is @it before @at?  What belongs to the run as a whole keeps its place in the run. */
static int is_behind(const struct item *it, const struct item *at)
{
	if (!at)
		return 1;
	return it->run != at->run ? it->run < at->run : it->step >= 0 && it->step < at->step;
}

/* Whoever waits and is behind both streams waits in vain. */
static void give_up(struct report *to, struct side *s, const struct item *a, const struct item *b)
{
	struct item *it;
	size_t i;

	for (i = 0; s->alive && i < s->index.n; i++) {
		it = &s->waiting[i];
		if (!it->name || !is_behind(it, a) || !is_behind(it, b))
			continue;
		report_plain(to, it, s->name[0] == 'A' ? "only in A" : "only in B");
		item_free(it);
		s->alive--;
	}
	if (!s->alive)
		names_free(&s->index);
}

struct place {
	int run;
	int64_t step;
};

/* Has a stream come to another step? */
static int move(struct place *at, const struct item *it)
{
	struct place now = { it ? it->run : INT_MAX, it ? it->step : 0 };
	int moved = now.run != at->run || now.step != at->step;

	*at = now;
	return moved;
}

static void walk(struct report *to, struct side *A, struct side *B)
{
	char text[2][2 * FORMAT_NAME + 96];
	struct item *a, *b;
	struct place at[2] = { { -1, 0 }, { -1, 0 } };
	int moved, a_behind, b_behind;

	for (;;) {
		a = next_item(A);
		b = next_item(B);
		moved = move(&at[0], a);
		moved |= move(&at[1], b);
		if (moved) {
			give_up(to, A, a, b);
			give_up(to, B, a, b);
		}
		if (!a && !b)
			return;
		a_behind = !b || (a && is_behind(a, b));
		b_behind = !a || (b && is_behind(b, a));
		if (a && b && !A->alive && !B->alive &&
		    !strcmp(key(a, text[0], sizeof(text[0])), key(b, text[1], sizeof(text[1])))) {
			compare(to, a, b);
			item_free(a);
			item_free(b);
			A->at++;
			B->at++;
		} else {
			if (!b_behind)
				meet(to, A, B, 1);
			if (!a_behind)
				meet(to, B, A, 0);
		}
	}
}

static void side_free(struct side *s)
{
	free(s->queue);
	free(s->waiting);
	names_free(&s->index);
	ckpt_free(&s->s);
}

static int command(void)
{
	struct side A = { .name = "A", .more = 1 }, B = { .name = "B", .more = 1 };
	struct report to = { .is_different = 0 };
	char **files, text[640];
	int n;

	files = cli_operands(&n);
	if (n != 2)
		cli_usage("two streams were expected");
	ckpt_open_files(&A.s, &picked, files, 1);
	ckpt_open_files(&B.s, &picked, files + 1, 1);
	walk(&to, &A, &B);
	if (ckpt_unmatched(&A.s, text, sizeof(text)) && ckpt_unmatched(&B.s, text, sizeof(text)))
		cli_unmatched("no %s matches %s", picked.name || picked.role ? "tensor" : "record",
			      text);
	side_free(&A);
	side_free(&B);
	cli_close(NULL, NULL);
	return to.is_different;
}

const struct cli ckpt_diff = {
	.command = "diff",
	.purpose = "compare two streams",
	.operands = "A B",
	.flags = CLI_TEXT,
	.opts = opts,
	.failure = 2,
	.notes = "Exits with 0 when they are the same, 1 when they differ, 2 for trouble.",
	.main = command,
};

/* The options that pick records, and reading a stream twice; see ckpt.h. */
#include "ckpt.h"
#include "glob.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

static void parse(const struct ckpt_pick *p, struct pick *pick)
{
	struct err e;

	*pick = (struct pick){
		.runs = p->run, .kinds = p->kind, .roles = p->role, .names = p->name, .ofs = p->of
	};
	if (p->step && steps_parse(p->step, &pick->steps, &e))
		cli_usage("--step: %s", e.msg);
	if (p->role && pick_check_roles(p->role, &e))
		cli_usage("--role: %s", e.msg);
}

int ckpt_spool(int from, const char *name)
{
	const char *dir = getenv("TMPDIR");
	char path[4096];
	uint8_t chunk[1 << 16];
	ssize_t got;
	int fd;

	if (snprintf(path, sizeof(path), "%s/grok-ckpt-XXXXXX", dir && *dir ? dir : "/tmp") >=
		    (int)sizeof(path) ||
	    (fd = mkstemp(path)) < 0 || unlink(path))
		cli_die("cannot make a temporary file '%s': %s", path, strerror(errno));
	while ((got = read(from, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno != EINTR)
			cli_die("cannot read '%s': %s", name, strerror(errno));
		if (got > 0 && output_write(fd, chunk, (size_t)got))
			cli_die("cannot write a temporary file: %s", strerror(errno));
	}
	if (dup2(fd, from) < 0 || lseek(from, 0, SEEK_SET) < 0)
		cli_die("cannot read a temporary file: %s", strerror(errno));
	close(fd);
	return from;
}

void ckpt_reopenable(struct ckpt_source *s)
{
	struct stat st;
	int i;

	for (i = 0; i < s->nfiles; i++) {
		if (!strcmp(s->files[i], "-")) {
			if (fstat(0, &st) || !S_ISREG(st.st_mode))
				ckpt_spool(0, "standard input");
			s->again = 1;
			s->start = lseek(0, 0, SEEK_CUR);
		} else if (!stat(s->files[i], &st) && S_ISFIFO(st.st_mode)) {
			cli_die("cannot read '%s' twice: send it to standard input", s->files[i]);
		}
	}
}

void ckpt_reopen(struct ckpt_source *s)
{
	struct err e;

	stream_free(s->in);
	if (s->again && lseek(0, s->start, SEEK_SET) < 0)
		cli_die("cannot read 'standard input': %s", strerror(errno));
	s->in = stream_open(s->files, s->nfiles, &e);
	if (!s->in)
		cli_die("%s", e.msg);
	s->at = -1;
	s->passed = 0;
}

/* Is it a parameter that --step can leave out? */
static int is_stretched(const struct record *r)
{
	return r->kind == RECORD_TENSOR && r->role != ROLE_MEASURE && strncmp(r->name, "data.", 5);
}

/* Begin a stretch with the current record, if it can be jumped to. */
static int begin_stretch(struct ckpt_source *s, const struct record *r)
{
	struct ckpt_stretch *t;
	struct stream_mark m;

	if (!is_stretched(r) || !stream_mark(s->in, &m))
		return 0;
	if (!(s->nstretches & (s->nstretches + 1))) { /* a power of two less one: double */
		t = cli_grow(s->stretches, 2 * (s->nstretches + 1), sizeof(*t));
		s->stretches = t;
	}
	s->stretches[s->nstretches] = (struct ckpt_stretch){ s->nruns - 1, r->step, m, m };
	return 1;
}

/* Note where stretches begin and end; @open: the last one has not ended. */
static int follow_stretch(struct ckpt_source *s, const struct record *r, int open)
{
	struct ckpt_stretch *t = s->stretches + s->nstretches;

	if (open && is_stretched(r) && r->step == t->step)
		return 1;
	if (open && stream_mark(s->in, &t->end) && t->end.file == t->begin.file)
		s->nstretches++;
	return begin_stretch(s, r);
}

/* What the current record says of its run; @any: the last step of any record. */
static void follow_run(struct ckpt_source *s, const struct record *r, int64_t *any)
{
	struct ckpt_run *run;

	if (r->kind == RECORD_HEAD) {
		s->runs = cli_grow(s->runs, (size_t)(s->nruns + 1), sizeof(*run));
		s->runs[s->nruns++] = (struct ckpt_run){ -1, -1, 0 };
		*any = -1;
	}
	if (!s->nruns)
		return;
	run = &s->runs[s->nruns - 1];
	if (r->kind == RECORD_TENSOR && r->role == ROLE_PARAM) {
		run->checkpoints += r->step != run->last;
		run->first = run->first < 0 ? r->step : run->first;
		run->last = r->step > run->last ? r->step : run->last;
	} else if (format_has_step(r->kind)) {
		*any = r->step > *any ? r->step : *any;
	} else if (r->kind == RECORD_END && run->last < 0) {
		run->last = *any;
	}
}

/* Walk the whole stream to learn of its runs and stretches, then reopen it. */
static void find_runs(struct ckpt_source *s)
{
	int64_t any = -1;
	struct record r;
	int open = 0;

	ckpt_reopenable(s);
	ckpt_reopen(s);
	while (cli_next(s->in, &r)) {
		follow_run(s, &r, &any);
		open = follow_stretch(s, &r, open);
	}
	ckpt_reopen(s);
}

void ckpt_open_files(struct ckpt_source *s, const struct ckpt_pick *p, char *const *files, int n)
{
	*s = (struct ckpt_source){ .files = files, .nfiles = n, .asked = p };
	if (p && (p->name || p->kind))
		s->near = nearest_to(p->name ? p->name : p->kind);
	if (p)
		parse(p, &s->pick);
	if (steps_need_last(&s->pick.steps))
		find_runs(s);
	else
		ckpt_reopen(s);
}

void ckpt_open(struct ckpt_source *s, const struct ckpt_pick *p, int first)
{
	static char dash[] = "-";
	static char *const standard_input[] = { dash, NULL };
	int n;
	char **operands = cli_operands(&n);

	if (n <= first && isatty(0))
		cli_usage("a stream was expected: name a file, or send one through a pipe");
	if (n <= first)
		ckpt_open_files(s, p, standard_input, 1);
	else
		ckpt_open_files(s, p, operands + first, n - first);
}

void ckpt_free(struct ckpt_source *s)
{
	stream_free(s->in);
	free(s->runs);
	free(s->stretches);
}

const char *ckpt_unmatched(const struct ckpt_source *s, char *text, size_t room)
{
	const struct ckpt_pick *p = s->asked;
	size_t n = 0, i;

	if (s->met || !p)
		return NULL;
	const struct {
		const char *option, *value;
	} asked[] = { { "run", p->run },   { "step", p->step }, { "kind", p->kind },
		      { "role", p->role }, { "name", p->name }, { "of", p->of } };

	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		if (asked[i].value && n < room)
			n += (size_t)snprintf(text + n, room - n, "%s--%s '%.100s'", n ? " " : "",
					      asked[i].option, asked[i].value);
	return n ? text : NULL;
}

int ckpt_close(struct ckpt_source *s, struct stream_out *out)
{
	char text[640];
	struct err e;
	int status;

	if (ckpt_unmatched(s, text, sizeof(text))) {
		if (out && !cli_output_name()) /* who reads the pipe gets a whole stream */
			cli_check(stream_close(out, &e), &e);
		cli_unmatched("no %s matches %s%s",
			      s->of                              ? s->of
			      : s->asked->name || s->asked->role ? "tensor"
								 : "record",
			      text, s->near.text ? cli_suggest("", &s->near) : "");
	}
	status = cli_close(NULL, out);
	ckpt_free(s);
	return status;
}

/* Pass over stretches of which nothing is picked, or everything. */
static void leap(struct ckpt_source *s)
{
	int whole = !s->pick.kinds && !s->pick.roles && !s->pick.names && !s->pick.ofs;
	int picked, got;
	const struct ckpt_stretch *t;
	struct err e;

	for (; s->passed < s->nstretches; s->passed++) {
		t = &s->stretches[s->passed];
		if (t->run != s->at)
			break;
		picked =
			s->is_run_picked && steps_has(&s->pick.steps, t->step, s->runs[s->at].last);
		if (picked && !whole)
			continue;
		got = stream_jump(s->in, &t->begin, &t->end, picked ? s->to : NULL, &e);
		cli_check(got, &e);
		if (!got)
			break;
		s->met += (uint64_t)picked;
	}
}

enum { OFFERS = 4096 }; /* a word that is no name yet is compared with so many */

/* What --name or --kind may have meant, in case it meets nothing: names of tensors or of metrics */
static void offer(struct ckpt_source *s, const struct record *r)
{
	if (s->asked && s->near.text == s->asked->kind) {
		nearest_offer(&s->near, r->kind_name);
		return;
	}
	if (r->kind == RECORD_TENSOR)
		nearest_offer(&s->near, r->name);
	for (int i = 0; r->kind == RECORD_METRICS && i < r->nvalues; i++)
		nearest_offer(&s->near, r->values[i].name);
	s->offers++;
}

int ckpt_next(struct ckpt_source *s, struct record *r)
{
	int got;

	if (s->to)
		leap(s);
	got = cli_next(s->in, r);
	if (got && r->kind == RECORD_HEAD) {
		s->at++;
		s->is_run_picked = glob_matches(s->pick.runs, r->run);
	}
	if (got && s->near.text && !s->met && s->offers < OFFERS)
		offer(s, r);
	return got;
}

/* Does the selection mean this very record, or only let it pass as part of its run? */
static int is_meant(const struct pick *p, const struct record *r)
{
	int is_data = r->kind == RECORD_TENSOR && !strncmp(r->name, "data.", 5);

	if ((p->roles && r->kind != RECORD_TENSOR) || (p->ofs && r->kind != RECORD_METRICS))
		return 0;
	if ((p->names || p->steps.n) && r->kind != RECORD_TENSOR && r->kind != RECORD_METRICS)
		return 0;
	return !is_data || !p->steps.n || p->names;
}

int ckpt_picked(struct ckpt_source *s, const struct record *r)
{
	int picked = pick_has(&s->pick, r, s->runs && s->at >= 0 ? s->runs[s->at].last : -1);

	s->met += picked && (s->of || is_meant(&s->pick, r));
	return picked;
}

/* Options that pick records, and streams that are read twice. */
#include "ckpt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

static void parse(const struct ckpt_pick *p, struct pick *pick)
{
	struct err e;

	*pick = (struct pick){
		.runs = p->run, .kinds = p->kind, .roles = p->role, .names = p->name
	};
	if (p->step && steps_parse(p->step, &pick->steps, &e))
		cli_usage("--step: %s", e.msg);
	if (p->role && pick_check_roles(p->role, &e))
		cli_usage("--role: %s", e.msg);
}

/* Copy standard input to an unnamed file; returns the name by which it can be opened. */
static char *spool(void)
{
	const char *dir = getenv("TMPDIR");
	static char name[32]; /* there is one standard input */
	char path[4096];
	uint8_t chunk[1 << 16];
	ssize_t got, put, n;
	int fd;

	if (snprintf(path, sizeof(path), "%s/grok-ckpt-XXXXXX", dir && *dir ? dir : "/tmp") >=
		    (int)sizeof(path) ||
	    (fd = mkstemp(path)) < 0 || unlink(path))
		cli_die("cannot make a temporary file '%s': %s", path, strerror(errno));
	while ((got = read(0, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno != EINTR)
			cli_die("cannot read 'standard input': %s", strerror(errno));
		for (put = 0; put < got; put += n) {
			n = write(fd, chunk + put, (size_t)(got - put));
			if (n < 0 && errno != EINTR)
				cli_die("cannot write a temporary file: %s", strerror(errno));
			n = n < 0 ? 0 : n;
		}
	}
	snprintf(name, sizeof(name), "/dev/fd/%d", fd);
	return name;
}

void ckpt_reopenable(struct ckpt_source *s)
{
	static char standard_input[] = "/dev/stdin";
	char **files = calloc((size_t)s->nfiles + 1, sizeof(*files));
	struct stat st;
	int i;

	if (!files)
		cli_die("out of memory");
	for (i = 0; i < s->nfiles; i++) {
		files[i] = s->files[i];
		if (!strcmp(files[i], "-"))
			files[i] = fstat(0, &st) || !S_ISREG(st.st_mode) ? spool() : standard_input;
		else if (!stat(files[i], &st) && S_ISFIFO(st.st_mode))
			cli_die("cannot read '%s' twice: send it to standard input", files[i]);
	}
	free(s->reopened);
	s->files = s->reopened = files;
}

void ckpt_reopen(struct ckpt_source *s)
{
	struct err e;

	stream_free(s->in);
	s->in = stream_open(s->files, s->nfiles, &e);
	if (!s->in)
		cli_die("%s", e.msg);
	s->at = -1;
}

void ckpt_find_runs(struct ckpt_source *s)
{
	struct ckpt_run *run = NULL;
	int64_t any = -1;
	struct record r;

	ckpt_reopenable(s);
	ckpt_reopen(s);
	while (cli_next(s->in, &r)) {
		if (r.kind == RECORD_HEAD) {
			s->runs = realloc(s->runs, sizeof(*run) * (size_t)(s->nruns + 1));
			if (!s->runs)
				cli_die("out of memory");
			run = &s->runs[s->nruns++];
			*run = (struct ckpt_run){ -1, -1, 0 };
			any = -1;
		} else if (r.kind == RECORD_TENSOR && r.role == ROLE_PARAM) {
			run->checkpoints += r.step != run->last;
			run->first = run->first < 0 ? r.step : run->first;
			run->last = r.step > run->last ? r.step : run->last;
		} else if (r.kind == RECORD_TENSOR || r.kind == RECORD_METRICS) {
			any = r.step > any ? r.step : any;
		} else if (r.kind == RECORD_END && run->last < 0) {
			run->last = any;
		}
	}
	ckpt_reopen(s);
}

void ckpt_open_files(struct ckpt_source *s, const struct ckpt_pick *p, char *const *files, int n)
{
	*s = (struct ckpt_source){ .files = files, .nfiles = n };
	if (p)
		parse(p, &s->pick);
	if (steps_need_last(&s->pick.steps))
		ckpt_find_runs(s);
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
	free(s->reopened);
}

int ckpt_close(struct ckpt_source *s, struct stream_out *out)
{
	int status = cli_close(NULL, out);

	ckpt_free(s);
	return status;
}

int ckpt_next(struct ckpt_source *s, struct record *r)
{
	int got = cli_next(s->in, r);

	s->at += got && r->kind == RECORD_HEAD;
	return got;
}

int ckpt_picked(const struct ckpt_source *s, const struct record *r)
{
	return pick_has(&s->pick, r, s->runs && s->at >= 0 ? s->runs[s->at].last : -1);
}

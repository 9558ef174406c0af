/*
 * grok-ckpt tail - a stream that is still being written
 *
 * A thread copies the growing file into a pipe, from which the command reads as from any other
 * pipe.  So only the thread has to deal with an end of file that is not the end of the stream.
 */
#include "ckpt.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

static int follow;
static double interval = 0.5;
static const struct opt opts[] = { { 'f', "follow", NULL, "wait for more until the run has ended",
				     OPT_FLAG, .var = &follow },
				   { 0, "interval", "SECONDS", "between looks at the file",
				     OPT_REAL, &interval, .min = 0.01, .max = 3600 },
				   { 0 } };

static void look(const char *name, char **newest, struct timespec *at)
{
	struct stat st;

	if (stat(name, &st) || !S_ISREG(st.st_mode))
		return;
	if (*newest && (st.st_mtim.tv_sec < at->tv_sec ||
			(st.st_mtim.tv_sec == at->tv_sec && st.st_mtim.tv_nsec <= at->tv_nsec)))
		return;
	free(*newest);
	*newest = cli_copy(name);
	*at = st.st_mtim;
}

/*
 * @name, or one of the names that it has while it is written: the one written to last; NULL: none.
 */
static char *find(const char *name)
{
	static const char *const endings[] = { ".part", ".part-??????" };
	struct timespec at = { 0, 0 };
	char *newest = NULL, *pattern;
	size_t i, k, n = strlen(name), m = 0;
	glob_t found;

	look(name, &newest, &at);
	pattern = cli_alloc(2 * n + sizeof(".part-??????"), 1);
	for (i = 0; i < n; i++) { /* the name itself is no pattern */
		if (strchr("*?[\\", name[i]))
			pattern[m++] = '\\';
		pattern[m++] = name[i];
	}
	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		strcpy(pattern + m, endings[i]);
		if (glob(pattern, 0, NULL, &found))
			continue;
		for (k = 0; k < found.gl_pathc; k++)
			look(found.gl_pathv[k], &newest, &at);
		globfree(&found);
	}
	free(pattern);
	return newest;
}

/* ---- the thread ---- */

struct source {
	int fd, to; /* the file, the pipe */
	atomic_int ended; /* the last record read ends a run */
	atomic_int failed; /* errno of the file */
};

static void *copy(void *arg)
{
	struct source *s = arg;
	static char buffer[1 << 16];
	int was_over = 0;
	ssize_t got;

	do {
		got = read(s->fd, buffer, sizeof(buffer));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			atomic_store(&s->failed, errno);
		if (got < 0 || output_write(s->to, buffer, (size_t)got))
			break; /* or nobody reads any more */
		if (!got && (!follow || was_over || cli_was_interrupted()))
			break;
		if (!got)
			poll(NULL, 0, (int)(1000 * interval));
		was_over = !got && atomic_load(&s->ended); /* and nothing came for a while */
	} while (1);
	close(s->to);
	return NULL;
}

/* ---- the command ---- */

static int open_file(const char *name)
{
	char *file = find(name);
	int fd;

	while (!file && follow && !cli_was_interrupted()) { /* it may not have begun */
		poll(NULL, 0, (int)(1000 * interval));
		file = find(name);
	}
	fd = open(file ? file : name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		cli_die("cannot read '%s': %s", name, strerror(errno));
	free(file);
	return fd;
}

static void pass_all(struct stream_in *in, struct stream_out *out, struct source *s)
{
	struct record r;
	struct err e;

	stream_unfinished(in);
	while (cli_next(in, &r)) {
		/* of a tensor that is not whole the next record, an end made up, tells */
		if (stream_pass(in, out, &e) && e.kind != ERR_DATA)
			cli_die("%s", e.msg);
		if (r.kind != RECORD_TENSOR)
			cli_check(stream_flush(out, &e), &e);
		atomic_store(&s->ended, r.kind == RECORD_END);
	}
}

static int command(void)
{
	struct source s = { 0 };
	struct stream_out *out;
	struct stream_in *in;
	char **operands;
	pthread_t thread;
	struct err e;
	int n, ends[2];

	operands = cli_operands(&n);
	if (n != 1)
		cli_usage("one file was expected");
	cli_wait_for_end();
	out = cli_output();
	s.fd = open_file(operands[0]);
	if (pipe(ends))
		cli_die("cannot make a pipe: %s", strerror(errno));
	s.to = ends[1];
	in = stream_open_fd(ends[0], operands[0], &e);
	if (!in || pthread_create(&thread, NULL, copy, &s))
		cli_die("%s", in ? "cannot start a thread" : e.msg);
	pass_all(in, out, &s);
	if (atomic_load(&s.failed))
		cli_die("cannot read '%s': %s", operands[0], strerror(atomic_load(&s.failed)));
	return cli_close(in, out);
}

const struct cli ckpt_tail = {
	.command = "tail",
	.purpose = "pass what there is of a stream that is being written",
	.operands = "FILE",
	.opts = opts,
	.main = command,
};

/* The progress line: one line on standard error, redrawn in place. */
#include "cli_internal.h"

#include <math.h>
#include <stdarg.h>
#include <time.h>
#include <unistd.h>

int cli_progress_when;

static int is_shown; /* a line stands on the terminal */
static double begun, last, before; /* first call, last drawing, work done before the first call */

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* 75 -> "1:15", 3675 -> "1:01:15" */
static void clock_text(double s, char *text, size_t n)
{
	long t = s < 1e7 ? lround(s) : 9999999;

	if (t < 3600)
		snprintf(text, n, "%ld:%02ld", t / 60, t % 60);
	else
		snprintf(text, n, "%ld:%02ld:%02ld", t / 3600, t / 60 % 60, t % 60);
}

void cli_progress(double done, double total, const char *unit, const char *fmt, ...)
{
	double now, rate;
	char left[32];
	va_list ap;

	if (cli_progress_when == 2 || (cli_progress_when == 0 && !isatty(2)))
		return;
	now = seconds();
	if (!begun) {
		begun = now;
		before = done;
	}
	if (now - last < 1.0 / 6 && done < total)
		return;
	last = now;
	rate = now > begun ? (done - before) / (now - begun) : 0;
	fprintf(stderr, "\r\033[K%.0f/%.0f %s", done, total, unit);
	if (rate > 0) {
		clock_text((total - done) / rate, left, sizeof(left));
		fprintf(stderr, "  %.3g/s  %s left", rate, left);
	}
	va_start(ap, fmt);
	if (fmt[0])
		fputs("  ", stderr);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fflush(stderr);
	is_shown = 1;
}

void cli_progress_end(void)
{
	if (is_shown)
		fputs("\r\033[K", stderr);
	is_shown = 0;
}

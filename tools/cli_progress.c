/* The progress line: one line on standard error, redrawn in place; and the clock that it needs. */
#include "cli_internal.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "text.h"

int cli_progress_when;

static int is_shown; /* a line stands on the terminal */
static double begun, last, before; /* first call, last drawing, work done before the first call */

double cli_clock(void)
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

int cli_is_dumb(void)
{
	const char *term = getenv("TERM");

	return term && !strcmp(term, "dumb");
}

static int is_wanted(void)
{
	static int is_terminal = -1;

	if (is_terminal < 0)
		is_terminal = isatty(2) && !cli_is_dumb();
	return cli_progress_when == 1 || (cli_progress_when == 0 && is_terminal);
}

void cli_progress(double done, double total, const char *unit, const char *fmt, ...)
{
	double now, rate;
	char left[32], text[256], safe[256];
	va_list ap;

	if (!is_wanted())
		return;
	now = cli_clock();
	if (!begun) {
		begun = now;
		before = done;
	}
	if (now - last < 1.0 / 6 && (done < total || total <= 0))
		return;
	last = now;
	rate = now > begun ? (done - before) / (now - begun) : 0;
	fprintf(stderr, "\r\033[K%.0f", done);
	if (total > 0)
		fprintf(stderr, "/%.0f", total);
	fprintf(stderr, " %s", unit);
	if (rate > 0)
		fprintf(stderr, rate < 999.5 ? "  %.3g/s" : "  %.0f/s", rate);
	if (rate > 0 && total > 0) {
		clock_text((total - done) / rate, left, sizeof(left));
		fprintf(stderr, "  %s left", left);
	}
	va_start(ap, fmt);
	if (fmt[0])
		fputs("  ", stderr);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	text_safe(text, safe, sizeof(safe));
	fputs(safe, stderr);
	fflush(stderr);
	is_shown = 1;
}

void cli_progress_end(void)
{
	if (is_shown)
		fputs("\r\033[K", stderr);
	is_shown = 0;
}

#include "plot/gnuplot.h"
#include "plot/text.h"

#include <errno.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

extern char **environ;

int gnuplot_start(struct gnuplot *g, int width, int height, struct err *e)
{
	FILE *f = g->script = open_memstream(&g->text, &g->size);

	if (!f)
		return err_memory(e);
	fputs("set encoding utf8\n", f);
	switch (g->format) {
	case GNUPLOT_SVG:
		fprintf(f,
			"set terminal svg noenhanced size %d,%d dynamic font 'sans-serif,13' %s\n",
			width, height, g->bare ? "" : "background '#ffffff'");
		break;
	case GNUPLOT_PNG:
		fprintf(f,
			"set terminal pngcairo noenhanced size %d,%d font 'sans-serif,10' "
			"fontscale 2 linewidth 2 pointscale 2 %s\n",
			2 * width, 2 * height, g->bare ? "transparent" : "background '#ffffff'");
		break;
	case GNUPLOT_PDF:
		fprintf(f,
			"set terminal pdfcairo noenhanced size %.4fin,%.4fin font 'sans-serif,10' "
			"fontscale 0.8 linewidth 1 pointscale 0.75\n",
			width / 96.0, height / 96.0);
		break;
	case GNUPLOT_TEXT:
		fprintf(f, "set terminal dumb noenhanced size %d,%d %s\n", g->columns, g->rows,
			g->color ? "ansi256" : "mono");
		break;
	}
	fputs("set datafile missing 'NaN'\n", f);
	return 0;
}

/*
 * Below @ only the quote has a meaning within a constant, and it is escaped as itself: gnuplot reads up
 * to four octal digits when the first is 0.  From @ on letters stand for themselves, and of anything
 * else every byte becomes three octal digits.
 */
static void put_character(FILE *f, uint32_t c)
{
	unsigned char bytes[4];
	int n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;

	if (c == '"')
		fputs("\\\"", f);
	else if (c < '@' || c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		fputc((int)c, f);
	else {
		for (i = n - 1; i > 0; i--, c >>= 6)
			bytes[i] = (unsigned char)(0x80 | (c & 0x3f));
		bytes[0] = (unsigned char)(n == 1 ? c : (0xff00u >> n & 0xff) | c);
		for (i = 0; i < n; i++)
			fprintf(f, "\\%03o", bytes[i]);
	}
}

static void put_text(FILE *f, const char *text, int most, int percents)
{
	const unsigned char *p = (const unsigned char *)text, *q = p;
	uint32_t c;
	int i, n = 0;

	while (*q) {
		text_next(&q);
		n++;
	}
	fputc('"', f);
	for (i = 0; *p; i++) {
		if (most && n > most && i == most - 1) {
			put_character(f, 0x2026);
			break;
		}
		c = text_next(&p);
		put_character(f, c);
		if (c == '%' && percents == 2)
			put_character(f, c);
	}
	fputc('"', f);
}

void gnuplot_text(FILE *script, const char *text, int most)
{
	put_text(script, text, most, 1);
}

void gnuplot_tic(FILE *script, const char *text, int most)
{
	put_text(script, text, most, 2);
}

/* All of a file, with a 0 byte after it. */
static char *read_back(FILE *f, size_t *n)
{
	char *p = NULL;
	long size;

	if (fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0)
		return NULL;
	rewind(f);
	p = malloc((size_t)size + 1);
	if (p && fread(p, 1, (size_t)size, f) != (size_t)size) {
		free(p);
		return NULL;
	}
	if (p)
		p[size] = 0;
	*n = (size_t)size;
	return p;
}

/* The sentence in what gnuplot said: the text of its last line but for the place. */
static int complain(char *said, struct err *e)
{
	char *line, *last = NULL, *place = NULL;

	for (line = strtok_r(said, "\n", &place); line; line = strtok_r(NULL, "\n", &place)) {
		line += strspn(line, " \t^");
		if (*line)
			last = line;
	}
	return err_set(e, "gnuplot failed%s%s", last ? ": " : "", last ? last : "");
}

static int run(int in, int out, int messages, struct err *e)
{
	static char *const argv[] = { "gnuplot", "-d", "-", NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	pid_t pid;
	int failed, status;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_adddup2(&actions, messages, 2);
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	failed = posix_spawnp(&pid, argv[0], &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (failed) {
		errno = failed;
		return err_system(e, "cannot run 'gnuplot' (Debian package gnuplot-nox)");
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_system(e, "cannot wait for gnuplot");
	return status;
}

/*
 * What gnuplot leaves in an SVG for hovering mice is noise: the names gnuplot_plot_1 and so on.
 * Our title takes the place of the first; images keep their pixels' edges when they are enlarged.
 */
static char *tidy_svg(char *svg, const char *title, size_t *bytes)
{
	static const char open[] = "<title>", close[] = "</title>";
	char *out = NULL, *p = svg, *from, *to;
	FILE *f = open_memstream(&out, bytes);
	int first = 1;

	if (!f)
		return NULL;
	while ((from = strstr(p, open)) && (to = strstr(from, close))) {
		fwrite(p, 1, (size_t)(from - p), f);
		p = to + sizeof(close) - 1;
		if (first) {
			fputs(open, f);
			text_html(f, title ? title : "grok-plot");
			fputs("</title>\n<style>image{image-rendering:pixelated}</style>", f);
		}
		first = 0;
	}
	fputs(p, f);
	if (fclose(f)) {
		free(out);
		return NULL;
	}
	return out;
}

/* Without the form feed at its beginning, the blanks at line ends and the empty lines at the end. */
static void tidy_text(char *text, size_t *bytes)
{
	char *from = text, *to = text, *last = text;

	for (; *from; from++) {
		if (*from == '\f')
			continue;
		if (*from == '\n')
			to = last;
		*to++ = *from;
		if (*from != ' ')
			last = to;
	}
	while (last > text + 1 && last[-1] == '\n' && last[-2] == '\n')
		last--;
	*last = 0;
	*bytes = (size_t)(last - text);
}

void gnuplot_abandon(struct gnuplot *g)
{
	if (g->script)
		fclose(g->script);
	free(g->text);
	g->script = NULL;
	g->text = NULL;
}

int gnuplot_finish(struct gnuplot *g, const char *title, char **picture, size_t *bytes,
		   struct err *e)
{
	FILE *in = tmpfile(), *out = tmpfile(), *messages = tmpfile();
	char *drawn = NULL, *said = NULL, *tidy;
	size_t n;
	int failed, status, result = -1;

	failed = fclose(g->script);
	g->script = NULL;
	if (failed) {
		err_memory(e);
		goto out;
	}
	if (!in || !out || !messages || fwrite(g->text, 1, g->size, in) != g->size || fflush(in)) {
		err_system(e, "cannot write a temporary file for gnuplot");
		goto out;
	}
	rewind(in);
	status = run(fileno(in), fileno(out), fileno(messages), e);
	if (status < 0)
		goto out;
	said = read_back(messages, &n);
	drawn = read_back(out, bytes);
	if (!said || !drawn) {
		err_memory(e);
		goto out;
	}
	if (status || !*bytes) {
		complain(said, e);
		goto out;
	}
	if (g->format == GNUPLOT_SVG) {
		tidy = tidy_svg(drawn, title, bytes);
		if (!tidy) {
			err_memory(e);
			goto out;
		}
		free(drawn);
		drawn = tidy;
	}
	if (g->format == GNUPLOT_TEXT)
		tidy_text(drawn, bytes);
	*picture = drawn;
	drawn = NULL;
	result = 0;
out:
	free(said);
	free(drawn);
	if (in)
		fclose(in);
	if (out)
		fclose(out);
	if (messages)
		fclose(messages);
	gnuplot_abandon(g);
	return result;
}

/*
 * grok-plot - draw what a stream holds
 *
 * Reads streams of one or many runs to their end, then writes one picture: svg, png, pdf, or
 * characters for a terminal, or a report in HTML.  See grok-plot(1).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <sys/ioctl.h>

#include "cli.h"
#include "number.h"
#include "text.h"
#include "plot/live.h"
#include "plot/plot.h"
#include "sync/quantity.h"

enum { MAX_KINDS = 40 };

static struct plot_options options = { .font = 13 };
static const char *size_text, *steps_text;
static int format; /* 0: auto; then enum gnuplot_format + 1 */
static double live_seconds = 2;

static const struct opt opts[] = {
	{ 0, "format", "FORMAT", "of the picture; auto goes by the suffix of -o FILE", OPT_CHOICE,
	  .var = &format, .choices = "auto|" GNUPLOT_FORMAT_NAMES },
	{ 0, "live", "SECONDS", "draw again while records come, at most so often", OPT_REAL,
	  .var = &live_seconds, .min = 0.01, .max = 86400, .optional = 1, .local = 1 },
	{ 0, "title", "TEXT", "above the picture", OPT_TEXT, .var = &options.title },
	{ 0, "size", "WxH", "of the picture in CSS pixels (default: the kind's own)", OPT_TEXT,
	  .var = &size_text },
	{ 0, "font-size", "N", "of letters, in CSS pixels", OPT_REAL, &options.font, .min = 5,
	  .max = 60 },
	{ 0, "palette", "NAME", "of lines and maps", OPT_CHOICE, .var = &options.palette,
	  .choices = "default|viridis|grey" },
	{ 0, "no-id", NULL, "leave the name of the run out of the corner", OPT_FLAG,
	  .var = &options.no_id },
	{ 0, "run", "GLOB,...", "draw only these runs", OPT_TEXT, &options.run, .names = OPT_RUNS },
	{ 0, "step", "LIST", "checkpoints to draw, such as 100,1k..10k,last (default: a few)",
	  OPT_TEXT, &steps_text, .names = OPT_STEPS },
	{ 0, "name", "GLOB,...",
	  "curves: quantities, a panel for each glob; map: the measure; scaling: the setting",
	  OPT_TEXT, &options.names, .names = OPT_TENSORS | OPT_METRICS },
	{ 0 }
};

static void parse_size(void)
{
	if (size_text &&
	    number_pair(size_text, NUMBER_ALL, 100, 10000, &options.width, &options.height))
		cli_usage("'%s': a size such as 900x500, each 100 to 10000, was expected",
			  size_text);
}

static void parse_steps(void)
{
	static struct steps steps;
	struct err e;

	if (!steps_text)
		return;
	if (steps_parse(steps_text, &steps, &e) < 0)
		cli_usage("'--step': %s", e.msg);
	options.steps = &steps;
}

/* The format that the suffix of -o FILE stands for; -1: none. */
static int format_of_suffix(void)
{
	static const struct {
		const char *suffix;
		int format; /* enum gnuplot_format */
	} known[] = {
		{ ".svg", GNUPLOT_SVG },  { ".png", GNUPLOT_PNG },   { ".pdf", GNUPLOT_PDF },
		{ ".txt", GNUPLOT_TEXT }, { ".six", GNUPLOT_SIXEL }, { ".gp", GNUPLOT_SCRIPT }
	};
	const char *file = cli_output_name(), *suffix = file ? strrchr(file, '.') : NULL;

	for (size_t i = 0; suffix && i < sizeof(known) / sizeof(*known); i++)
		if (!strcasecmp(suffix, known[i].suffix))
			return known[i].format;
	return -1;
}

/* The format asked for, that of -o's suffix, or what suits standard output. */
static enum gnuplot_format choose_format(void)
{
	const char *file = cli_output_name();
	int known = format ? format - 1 : format_of_suffix();

	if (known >= 0)
		return (enum gnuplot_format)known;
	if (file && strncmp(file, "/dev/", 5) != 0)
		cli_usage("'%s' names no format: end it with .svg, .png, .pdf, .txt or .gp, "
			  "or give --format",
			  file);
	return !file && isatty(1) ? GNUPLOT_TEXT : GNUPLOT_SVG;
}

static void set_terminal(struct gnuplot *g)
{
	const char *no_color = getenv("NO_COLOR");
	struct winsize w;
	int terminal = !cli_output_name() && isatty(1);

	g->columns = 100;
	g->color = terminal && !(no_color && *no_color) && !cli_is_dumb();
	if (terminal && !ioctl(1, TIOCGWINSZ, &w) && w.ws_col >= 40 && w.ws_row >= 12) {
		g->columns = w.ws_col;
		if (cli_given(&live_seconds)) /* a picture that is drawn again does not scroll */
			g->rows = w.ws_row - 1;
	}
	if (size_text) { /* a character is about 9 x 18 pixels */
		g->columns = options.width / 9;
		g->rows = options.height / 18;
	}
}

static void read_all(struct stream_in *in, struct plot_data *data,
		     const struct plot_kind *const *kinds)
{
	struct record r;
	struct err e;

	while (cli_next(in, &r))
		cli_check(plot_take(data, kinds, &options, in, &r, &e), &e);
}

/* Into memory first: a report that fails leaves nothing behind. */
static int report(void)
{
	struct plot_data data = { 0 };
	struct stream_in *in;
	struct err e;
	char *page = NULL;
	size_t bytes;
	FILE *f;
	int result;

	parse_steps();
	if (format_of_suffix() >= 0)
		cli_usage("'%s' is named as a picture, but a report is HTML: "
			  "end it with .html",
			  cli_output_name());
	if (format || size_text)
		cli_usage("a report is HTML and has no format or size");
	if (options.names)
		cli_usage("--name: it has no effect on 'report'");
	if (cli_given(&live_seconds))
		cli_usage("a report is written once: '--live' is for pictures");
	if (!cli_output_name() && isatty(1))
		cli_usage("a report would not look good on a terminal: use -o FILE");
	in = cli_input();
	read_all(in, &data, plot_kinds);
	f = text_open(&page, &bytes);
	if (!f)
		cli_die("out of memory");
	result = plot_report(&data, &options, f, &e);
	if (text_close(f, &page) && !result)
		result = err_memory(&e);
	cli_check(result, &e);
	fwrite(page, 1, bytes, cli_text_output());
	free(page);
	plot_free(&data);
	return cli_close(in, NULL);
}

/* A picture that is drawn again while its records come. */
struct picture {
	const struct plot_kind *kind;
	struct gnuplot g; /* format and so on: each drawing has its own copy */
	struct plot_data data;
};

static int picture_draw(struct picture *p, char **text, size_t *bytes, struct err *e)
{
	struct gnuplot g = p->g;

	return plot_draw(p->kind, &g, &p->data, &options, text, bytes, e);
}

/*
 * To a file by renaming, so that whoever looks sees a whole picture; on a terminal over the last
 * one.
 */
static void picture_put(const char *text, size_t bytes)
{
	struct output o;

	if (!cli_output_name()) {
		fputs("\033[H\033[J", stdout);
		fwrite(text, 1, bytes, stdout);
		fflush(stdout);
		return;
	}
	cli_create(&o, cli_output_name());
	cli_refuse_input(&o, 0);
	if (output_write(o.fd, text, bytes))
		cli_die("cannot write '%s': %s", cli_output_name(), strerror(errno));
	o.replaces = 0; /* by ourselves */
	cli_keep(&o);
}

/* What cannot be drawn yet may be drawn later: only the last picture must succeed. */
static void picture_now(void *arg)
{
	char *text;
	size_t bytes;
	struct err ignored;

	if (picture_draw(arg, &text, &bytes, &ignored) < 0)
		return;
	picture_put(text, bytes);
	free(text);
	cli_fresh = 0; /* the file is ours now */
}

static int draw_live(struct picture *p, struct stream_in *in)
{
	const struct plot_kind *const kinds[] = { p->kind, NULL };
	struct live live;
	struct record r;
	struct err e, stopped;
	char *text;
	size_t bytes;
	int got;

	if (live_start(&live, live_seconds, picture_now, p) < 0)
		cli_die("cannot start a thread");
	while ((got = stream_next(in, &r, &stopped)) > 0) {
		live_lock(&live);
		cli_check(plot_take(&p->data, kinds, &options, in, &r, &e), &e);
		live_unlock(&live);
	}
	live_end(&live);
	cli_check(picture_draw(p, &text, &bytes, &e), &e);
	picture_put(text, bytes);
	free(text);
	plot_free(&p->data);
	if (got < 0)
		cli_die("%s; drawn as far as it goes", stopped.msg);
	return cli_close(in, NULL);
}

static int draw(const struct plot_kind *k)
{
	struct picture p = { .kind = k };
	struct stream_in *in;
	struct err e;
	char *text;
	size_t bytes;
	FILE *out;

	parse_size();
	parse_steps();
	if (options.steps && !(k->takes & PLOT_STEP))
		cli_usage("--step: it has no effect on '%s'", k->name);
	if (options.names && !(k->takes & PLOT_NAME))
		cli_usage("--name: it has no effect on '%s'", k->name);
	p.g.format = choose_format();
	set_terminal(&p.g);
	if ((p.g.format == GNUPLOT_PNG || p.g.format == GNUPLOT_PDF) && !cli_output_name() &&
	    isatty(1))
		cli_usage("a picture would not look good on a terminal: use -o FILE, "
			  "or --format text or sixel");
	if (cli_given(&live_seconds) && !cli_output_name() && !isatty(1))
		cli_usage("'--live' draws to a file or a terminal: use -o FILE");
	in = cli_input();
	if (cli_given(&live_seconds))
		return draw_live(&p, in);
	read_all(in, &p.data, (const struct plot_kind *const[]){ k, NULL });
	cli_check(picture_draw(&p, &text, &bytes, &e), &e);
	out = cli_text_output();
	fwrite(text, 1, bytes, out);
	free(text);
	plot_free(&p.data);
	return cli_close(in, NULL);
}

static int picture(void)
{
	return draw(plot_kind(cli_command()));
}

static const struct cli report_command = {
	.command = "report",
	.purpose = "one HTML page with every picture and table",
	.flags = CLI_TEXT,
	.opts = opts,
	.main = report,
};

/* ---- the list of quantities ---- */

static int list_quantities(void)
{
	static const char *const scales[] = { "linear", "logarithmic", "share" };
	const struct quantity *q;
	FILE *f = cli_text_output();

	fputs("name\tquantity\tunit\tscale\tdirection\tcommand\treported\tfollowed\n", f);
	for (q = quantity_rows; q->name; q++)
		fprintf(f, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", q->name, q->title, q->unit,
			scales[q->scale],
			q->direction > 0   ? "rises"
			: q->direction < 0 ? "falls"
					   : "",
			q->command, q->reported ? "yes" : "no", q->followed ? "yes" : "no");
	return cli_close(NULL, NULL);
}

static const struct opt no_opts[] = { { 0 } };
static const struct cli quantities_command = {
	.command = "quantities",
	.purpose = "list the metrics that are known by name",
	.flags = CLI_TEXT | CLI_GENERATOR,
	.opts = no_opts,
	.main = list_quantities,
};

int main(int argc, char **argv)
{
	struct cli pictures[MAX_KINDS];
	const struct cli *commands[MAX_KINDS + 3];
	int i;

	unsetenv("GNUTERM"); /* gnuplot would begin with that terminal, which it may not have */
	for (i = 0; i < MAX_KINDS && plot_kinds[i]; i++) {
		pictures[i] = (struct cli){ .command = plot_kinds[i]->name,
					    .purpose = plot_kinds[i]->purpose,
					    .flags = CLI_TEXT,
					    .opts = opts,
					    .main = picture };
		commands[i] = &pictures[i];
	}
	commands[i++] = &report_command;
	commands[i++] = &quantities_command;
	commands[i] = NULL;
	return cli_dispatch("draw what a stream holds", commands, argc, argv);
}

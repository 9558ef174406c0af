/* The report: one self-contained HTML document; see plot_report in plot.h. */
#include "plot/panel.h"
#include "plot/table.h"
#include "text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/*
 * gnuplot writes colours as attributes; a rule for an attribute's value recolours ink, lines and
 * paper in the dark.
 */
static const char head[] = "<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n"
			   "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
			   "style-src 'unsafe-inline'; img-src data:\">\n"
			   "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
			   "<meta name=color-scheme content=\"light dark\">\n";

static const char style[] =
	"<style>\n"
	":root{--paper:#fff;--ink:#222;--faint:#666;--line:#ddd;--soft:#f6f7f9;--leads:#0072b2;"
	"--lags:#b34a00;--shade:rgba(0,0,0,.22)}\n"
	"body{margin:0 auto;max-width:62rem;padding:2rem 1.2rem 4rem;background:var(--paper);"
	"color:var(--ink);font:16px/1.5 system-ui,sans-serif}\n"
	"h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem}\n"
	"h2{font-size:1.2rem;margin:2.6rem 0 .6rem;border-top:1px solid var(--line);"
	"padding-top:1.2rem}\n"
	"h3{font-size:1rem;margin:1.4rem 0 .4rem}\n"
	"p{margin:.5rem 0;max-width:46rem}.note,figcaption,small{color:var(--faint)}\n"
	".note,figcaption{font-size:.86rem}\n"
	"figure{margin:1rem 0 1.6rem}figure svg{width:100%;height:auto;display:block}\n"
	/*
	 * What a narrow window hides is told by a shadow at the edge, which the content covers at
	 * its end.
	 */
	".scroll{overflow-x:auto;background:"
	"linear-gradient(to right,var(--paper) 40%,transparent) left/3rem 100%,"
	"linear-gradient(to left,var(--paper) 40%,transparent) right/3rem 100%,"
	"linear-gradient(to right,var(--shade),transparent) left/1rem 100%,"
	"linear-gradient(to left,var(--shade),transparent) right/1rem 100%;"
	"background-repeat:no-repeat;background-attachment:local,local,scroll,scroll}\n"
	"nav ul{columns:3 11rem;list-style:none;margin:.8rem 0;padding:0;font-size:.9rem}"
	"nav a{color:var(--leads);text-decoration:none}nav a:hover{text-decoration:underline}\n"
	"@media(max-width:40rem){body{padding:1.2rem .8rem 3rem}h1{font-size:1.4rem}"
	"th,td{padding-right:.6rem}th[scope=row]{position:sticky;left:0;background:var(--paper);"
	"white-space:normal;min-width:8rem}}\n"
	"table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;"
	"margin:.6rem 0}\n"
	"th,td{padding:.28rem .8rem .28rem 0;text-align:right;border-bottom:1px solid var(--line);"
	"vertical-align:baseline;white-space:nowrap}\n"
	"th{font-weight:600}th[scope=row]{font-weight:400;text-align:left}\n"
	"thead th{color:var(--faint);font-weight:500}thead th:first-child{text-align:left}\n"
	"td.none{text-align:left;color:var(--faint)}.leads{color:var(--leads)}.lags{color:var(--"
	"lags)}\n"
	".claims th,.claims td{text-align:left;white-space:normal;min-width:5rem}"
	".claims th[scope=row],.claims td:nth-child(3){min-width:11rem}\n"
	"code,pre{font:.85rem/1.5 ui-monospace,monospace}code span,p code{white-space:nowrap}\n"
	"pre{background:var(--soft);padding:.8rem 1rem;white-space:pre-wrap;"
	"overflow-wrap:anywhere;border-radius:4px}\n"
	"dl{columns:3 14rem;font-size:.88rem;margin:.6rem 0}"
	"dl div{break-inside:avoid;display:flex;gap:.6rem}\n"
	"dt{color:var(--faint)}dd{margin:0;overflow-wrap:anywhere}summary{cursor:pointer}\n"
	"image{image-rendering:pixelated}\n"
	"@media (prefers-color-scheme:dark){\n"
	":root{--paper:#15171a;--ink:#dcdfe3;--faint:#9aa1a9;--line:#33383e;--soft:#1e2125;"
	"--leads:#6cb8ee;--lags:#f0975a;--shade:rgba(255,255,255,.25)}\n"
	"svg [fill=\"rgb(51,51,51)\"]{fill:var(--ink)}"
	"svg [fill=\"rgb(138,138,138)\"]{fill:var(--faint)}\n"
	"svg [stroke=\"rgb(228, 228, 228)\"]{stroke:var(--line)}"
	"svg [stroke=\"rgb(212, 212, 212)\"]{stroke:#4a5057}\n"
	"svg [stroke=\"rgb(255, 255, 255)\"]{stroke:var(--paper)}"
	"svg [color=\"rgb(255, 255, 255)\"]{color:var(--paper)}\n"
	"svg [stroke=\"rgb(  0, 114, 178)\"]{stroke:#4ba3e3}"
	"svg [fill=\"rgb(  0, 114, 178)\"]{fill:#4ba3e3}\n"
	"svg [color=\"rgb(  0, 114, 178)\"],svg [color='rgb(  0, 114, 178)']{color:#4ba3e3}\n"
	"svg [stroke=\"rgb( 85,  85,  85)\"]{stroke:#b0b6bd}\n"
	"svg [stroke=\"rgb(213,  94,   0)\"]{stroke:#f0843a}"
	"svg [color=\"rgb(213,  94,   0)\"],svg [color='rgb(213,  94,   0)']{color:#f0843a}\n"
	"}\n"
	"@page{margin:14mm}\n"
	"@media "
	"print{nav{display:none}.scroll{background:none}.scroll>div{min-width:0!important}body{max-"
	"width:none;padding:0;font-size:10pt}"
	"body>h2,body>h3,.scroll>h3{break-after:avoid}h2{margin-top:1.4rem}"
	".keep,figure,tr,.note{break-inside:avoid}figure svg{max-height:17cm}figure{margin:.4rem 0 "
	".8rem}"
	".scroll{overflow:visible}table{font-size:7.5pt}th,td{padding:.18rem .5rem .18rem 0}"
	"pre{font-size:7.5pt}details::details-content{content-visibility:visible;block-size:auto}"
	"summary{list-style:none}}\n"
	"</style>\n";

enum { MOST = 8 }; /* figures of a kind */

/* The SVG of a kind; NULL, with the reason in @why, when the data has nothing for it. */
static int draw(const struct plot_kind *k, const struct plot_data *d, const struct plot_options *o,
		char **svg, struct err *why, struct err *e)
{
	struct gnuplot g = { .format = GNUPLOT_SVG, .bare = 1 };
	size_t n;

	*svg = NULL;
	if (plot_script(k, &g, d, o, why) < 0) /* what fails otherwise is no lack of the data */
		return why->kind == ERR_DATA || why->kind == ERR_UNMATCHED ? 0 : err_copy(e, why);
	return gnuplot_finish(&g, k->purpose, svg, &n, e);
}

/* The parts of a page, each in memory: what is in it, what the streams lack, and verdicts. */
struct page {
	FILE *body, *contents, *missing, *claims;
	char *text[4];
	size_t size[4];
	int drawn; /* figures and tables of what was measured */
};

static void heading(struct page *page, const char *id, const char *text)
{
	fprintf(page->body, "<h2 id=%s>%s</h2>\n", id, text);
	fprintf(page->contents, "<li><a href=\"#%s\">%s</a></li>\n", id, text);
}

static void group_heading(const struct plot_data *d, int group, FILE *f)
{
	if (!*d->series.groups[group])
		return;
	fputs("<h3>", f);
	text_html(f, d->series.groups[group]);
	fputs("</h3>\n", f);
}

/* Which run of a group a figure of one run shows: the first that has what is drawn. */
static void put_seed(const struct plot_data *d, const struct plot_kind *k, int group, FILE *f)
{
	int i, run = -1, runs = 0;

	for (i = 0; i < d->series.nruns; i++)
		runs += d->series.runs[i].group == group;
	for (i = 0; i < d->narrays && run < 0; i++)
		if (d->series.runs[d->arrays[i].run].group == group && k->arrays[0] &&
		    !strcmp(d->arrays[i].name, k->arrays[0]))
			run = d->arrays[i].run;
	if (run < 0)
		return;
	fprintf(f, "<figcaption>Seed %" PRId64, d->series.runs[run].seed);
	fprintf(f, runs > 1 ? ", one of %d runs.</figcaption>" : ".</figcaption>", runs);
}

/*
 * A figure may be drawn as wide as the page; on a narrow one it scrolls before it is too small to
 * read.
 */
static void put_figure(const char *svg, const char *id, FILE *f)
{
	const char *start = strstr(svg, "<svg"), *box = strstr(svg, "viewBox=\"0 0 ");
	int width = 0;

	if (box)
		sscanf(box, "viewBox=\"0 0 %d", &width);
	fprintf(f,
		"<figure aria-labelledby=%s><div class=scroll tabindex=0>"
		"<div style=\"min-width:%dpx\">%s</div></div>",
		id, width * 7 / 10, start ? start : svg);
}

/*
 * A section with the figure for each group that has it; reasons for what is missing go to their
 * list.
 */
static int put_section(const struct plot_data *d, const struct plot_options *o,
		       const struct plot_kind *k, struct page *page, struct err *e)
{
	int group, groups = d->series.ngroups, step = k->groups, drawn = 0;
	struct plot_options mine = *o;
	struct err why;
	char *svg;

	mine.title = mine.names = NULL;
	for (group = 0; group < groups && drawn < MOST; group += step ? step : groups) {
		mine.group = step ? group + 1 : 0;
		mine.first = step ? group + 1 : 0;
		mine.last = group + step;
		if (draw(k, d, &mine, &svg, &why, e) < 0)
			return -1;
		if (!svg)
			continue;
		fputs("<div class=keep>", page->body);
		if (!drawn++) {
			heading(page, k->name, k->heading);
			fprintf(page->body, "<p class=note>%s</p>\n", k->caption);
		}
		if (step == 1)
			group_heading(d, group, page->body);
		put_figure(svg, k->name, page->body);
		if (step == 1)
			put_seed(d, k, group, page->body);
		fputs("</figure></div>\n", page->body);
		free(svg);
	}
	page->drawn += drawn;
	if (!drawn) {
		fprintf(page->missing, "<li>%s: ", k->heading);
		text_html(page->missing, why.msg);
		fputs("</li>\n", page->missing);
	}
	return 0;
}

static void put_title(const struct plot_data *d, const struct plot_options *o, FILE *f)
{
	const char *title = o->title ? o->title : "Grokking report";

	fputs(head, f);
	fputs("<title>", f);
	text_html(f, title);
	fputs("</title>\n", f);
	fputs(style, f);
	fputs("<body>\n<h1>", f);
	text_html(f, title);
	fprintf(f, "</h1>\n<p class=note>%d run%s of %d configuration%s</p>\n", d->series.nruns,
		d->series.nruns == 1 ? "" : "s", d->series.ngroups,
		d->series.ngroups == 1 ? "" : "s");
}

static int put_phases(const struct plot_data *d, struct page *page, struct err *e)
{
	char *table;
	size_t n;
	FILE *memory;
	int group, shown = 0, failed;

	for (group = 0; group < d->series.ngroups; group++) {
		memory = text_open(&table, &n);
		if (!memory)
			return err_memory(e);
		failed = plot_table_phases(d, group, memory, e) < 0;
		if (text_close(memory, &table) || failed) {
			free(table);
			return failed ? -1 : err_memory(e);
		}
		if (n && !shown++)
			heading(page, "phases", "Phases");
		if (n) {
			group_heading(d, group, page->body);
			fprintf(page->body, "<div class=scroll tabindex=0>%s</div>\n", table);
		}
		free(table);
	}
	page->drawn += shown;
	if (shown)
		fputs("<p class=note>First record; first with 99 % of the training set right; "
		      "half-way through the rise of test accuracy; first with 99 % of the test set "
		      "right. Values are those of the nearest record; of several runs, means, each "
		      "at its own steps.</p>\n",
		      page->body);
	return 0;
}

static int put_sections(const struct plot_data *d, const struct plot_options *o, struct page *page,
			struct err *e)
{
	int i;

	for (i = 0; plot_kinds[i]; i++) {
		if (plot_kinds[i]->heading && put_section(d, o, plot_kinds[i], page, e) < 0)
			return -1;
		if (i)
			continue;
		if (put_phases(d, page, e) < 0)
			return -1;
		heading(page, "sync", "Do the changes coincide?");
		fputs("<div class=scroll tabindex=0>", page->body);
		if (plot_table_sync(d, page->body, e) < 0)
			return -1;
		fputs("</div>\n", page->body);
	}
	heading(page, "runs", "Runs");
	fputs("<div class=scroll tabindex=0>", page->body);
	plot_table_runs(d, page->body);
	fputs("</div>\n", page->body);
	heading(page, "config", "Configuration");
	plot_table_config(d, page->body);
	heading(page, "commands", "Commands");
	fputs("<p class=note>As the streams record them, without file names and thread "
	      "counts.</p>\n",
	      page->body);
	plot_table_commands(d, page->body);
	return 0;
}

static int open_page(struct page *page)
{
	page->body = text_open(&page->text[0], &page->size[0]);
	page->contents = text_open(&page->text[1], &page->size[1]);
	page->missing = text_open(&page->text[2], &page->size[2]);
	page->claims = text_open(&page->text[3], &page->size[3]);
	return page->body && page->contents && page->missing && page->claims ? 0 : -1;
}

/* Is any checkpoint that can be drawn one of the chosen ones?  0, or -1 with @e. */
static int check_steps(const struct plot_data *d, const struct steps *steps, struct err *e)
{
	int i;

	for (i = 0; i < d->narrays; i++)
		if (steps_need_last(steps) || steps_has(steps, d->arrays[i].step, -1))
			return 0;
	return err_unmatched(e, "the stream has nothing to draw at the chosen steps");
}

/* All is in page->text then; -1 when memory ran out. */
static int close_page(struct page *page)
{
	int failed = 0;

	failed |= page->body && text_close(page->body, &page->text[0]);
	failed |= page->contents && text_close(page->contents, &page->text[1]);
	failed |= page->missing && text_close(page->missing, &page->text[2]);
	failed |= page->claims && text_close(page->claims, &page->text[3]);
	return failed ? -1 : 0;
}

int plot_report(struct plot_data *d, const struct plot_options *o, FILE *f, struct err *e)
{
	struct page page = { 0 };
	int result = -1;

	if (!d->series.nruns)
		return o->run ? err_unmatched(e, "no run matches --run '%s'", o->run)
			      : err_set(e, "the stream has no run to report on");
	if (o->steps && check_steps(d, o->steps, e) < 0)
		return -1;
	if (plot_group(d, e) < 0)
		return -1;
	result = open_page(&page) < 0 ? err_memory(e) : put_sections(d, o, &page, e);
	if (!result && plot_table_claims(d, page.claims, e) < 0) /* last: it adds to the series */
		result = -1;
	if (close_page(&page) < 0 && !result)
		result = err_memory(e);
	if (!result && !page.drawn && !page.size[3])
		result = err_set(e, "the stream has nothing that a report shows");
	if (!result) {
		put_title(d, o, f);
		fputs("<nav aria-label=Contents><ul>\n", f);
		if (page.size[3])
			fputs("<li><a href=\"#claims\">Claims of the paper</a></li>\n", f);
		fputs(page.text[1], f);
		if (page.size[2])
			fputs("<li><a href=\"#missing\">Not in these streams</a></li>\n", f);
		fputs("</ul></nav>\n", f);
		if (page.size[3])
			fprintf(f, "<h2 id=claims>Claims of the paper</h2>\n%s", page.text[3]);
		fputs(page.text[0], f);
		if (page.size[2])
			fprintf(f,
				"<h2 id=missing>Not in these streams</h2>\n"
				"<ul class=note>%s</ul>\n",
				page.text[2]);
		fputs("</body>\n</html>\n", f);
	}
	free(page.text[0]);
	free(page.text[1]);
	free(page.text[2]);
	free(page.text[3]);
	return result;
}

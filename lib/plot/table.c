/* The report's tables; see table.h. */
#include "plot/table.h"
#include "plot/panel.h"
#include "sync/quantity.h"
#include "sync/sync.h"
#include "text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A value as tables show it: percent of a share. */
static double shown(const struct quantity *q, double x)
{
	return *q->unit == '%' ? 100 * x : x;
}

/* As many digits as asked for, but every one before the point. */
static void put_number(FILE *f, double x, int digits)
{
	if (fabs(x) >= pow(10, digits))
		fprintf(f, "%.0f", x);
	else
		fprintf(f, "%.*g", digits, x);
}

static void number_cell(FILE *f, double x, int percent)
{
	if (percent && isfinite(x))
		fprintf(f, "<td>%.1f</td>", x);
	else if (!isfinite(x))
		fputs("<td>–</td>", f);
	else {
		fputs("<td>", f);
		put_number(f, x, 4);
		fputs("</td>", f);
	}
}

static void step_cell(FILE *f, double step)
{
	if (isfinite(step))
		fprintf(f, "<td>%.0f</td>", step);
	else
		fputs("<td>–</td>", f);
}

static void label_cell(FILE *f, const struct quantity *q)
{
	fputs("<th scope=row>", f);
	text_html(f, q->title);
	if (*q->unit)
		fprintf(f, " <small>%s</small>", q->unit);
	fputs("</th>", f);
}

/*
 * The phases of the runs of a group, (runs of the group, SYNC_PHASES); returns how many runs, or
 * -1.
 */
static int find_phases(const struct plot_data *d, int group, int *runs,
		       double (*phase)[SYNC_PHASES], struct err *e)
{
	int run, n = 0;

	for (run = 0; run < d->series.nruns; run++) {
		if (d->series.runs[run].group != group)
			continue;
		if (!sync_phases(&d->series, run, 1, phase[n], e))
			runs[n++] = run;
		else if (e->kind != ERR_DATA) /* a run without accuracies has no phases */
			return -1;
	}
	return n;
}

/* Runs of a group that have phases, and the steps of these. */
struct phases {
	int n;
	int *runs; /* (n) */
	double (*step)[SYNC_PHASES]; /* (n) */
};

static void phases_head(const struct phases *p, FILE *f)
{
	double sum;
	int j, k, count;

	fputs("<table><thead><tr><th></th>", f);
	for (k = 0; k < SYNC_PHASES; k++)
		fprintf(f, "<th scope=col>%s</th>", sync_phase_names[k]);
	fputs("</tr></thead><tbody><tr><th scope=row>step</th>", f);
	for (k = 0; k < SYNC_PHASES; k++) {
		for (sum = count = j = 0; j < p->n; j++)
			if (isfinite(p->step[j][k])) {
				sum += sync_axis(p->step[j][k]);
				count++;
			}
		step_cell(f, count ? sync_step(sum / count) : NAN);
	}
	fputs("</tr>\n", f);
}

/* A quantity at a phase, the mean over the runs; NaN when none has it. */
static double at_phase(const struct plot_data *d, const struct phases *p, const char *quantity,
		       int k)
{
	const struct series *s;
	double sum = 0, x;
	int j, count = 0;

	for (j = 0; j < p->n; j++) {
		s = series_find(&d->series, quantity, p->runs[j], NULL);
		x = s && isfinite(p->step[j][k]) ? sync_nearest(s, p->step[j][k]) : NAN;
		if (isfinite(x)) {
			sum += x;
			count++;
		}
	}
	return count ? sum / count : NAN;
}

static void phases_row(const struct plot_data *d, const struct phases *p, const struct quantity *q,
		       FILE *f)
{
	double mean[SYNC_PHASES];
	int k, any = 0;

	for (k = 0; k < SYNC_PHASES; k++) {
		mean[k] = at_phase(d, p, q->name, k);
		any |= isfinite(mean[k]);
	}
	if (!any)
		return;
	fputs("<tr>", f);
	label_cell(f, q);
	for (k = 0; k < SYNC_PHASES; k++)
		number_cell(f, shown(q, mean[k]), *q->unit == '%');
	fputs("</tr>\n", f);
}

int plot_table_phases(const struct plot_data *d, int group, FILE *f, struct err *e)
{
	struct phases p = { 0 };
	const struct quantity *q;
	int result = 0;

	p.step = malloc(sizeof(*p.step) * (size_t)(d->series.nruns + 1));
	p.runs = malloc(sizeof(*p.runs) * (size_t)(d->series.nruns + 1));
	if (p.step && p.runs)
		p.n = find_phases(d, group, p.runs, p.step, e);
	else
		result = err_memory(e);
	if (p.n < 0)
		result = -1;
	if (p.n > 0) {
		phases_head(&p, f);
		for (q = quantity_rows; q->name; q++)
			if (q->reported)
				phases_row(d, &p, q, f);
		fputs("</tbody></table>\n", f);
	}
	free(p.step);
	free(p.runs);
	return result;
}

static int picked(const struct series *s)
{
	const struct quantity *q = quantity_find(s->quantity);

	return !s->of && q && q->reported;
}

static void interval(FILE *f, const char *format, double low, double high)
{
	if (isfinite(low) && isfinite(high)) {
		fputs(" <small>", f);
		fprintf(f, format, low);
		fputs(" … ", f);
		fprintf(f, format, high);
		fputs("</small>", f);
	}
}

static void sync_row(const struct sync_row *r, FILE *f)
{
	const struct quantity *q = quantity_find(r->quantity);

	fputs("<tr>", f);
	label_cell(f, q);
	fprintf(f, "<td>%d of %d</td>", r->found, r->runs);
	if (r->verdict == SYNC_NONE) {
		fprintf(f, "<td class=none colspan=5>no transition: %s</td></tr>\n",
			sync_status_name(r->why));
		return;
	}
	fputs("<td>", f);
	put_number(f, shown(q, r->before), 3);
	fputs(" → ", f);
	put_number(f, shown(q, r->after), 3);
	fprintf(f, "</td><td>%.0f", r->step);
	interval(f, "%.0f", r->step_low, r->step_high);
	fprintf(f, "</td><td>%.2f</td><td>", r->width);
	if (r->verdict != SYNC_REFERENCE) {
		fprintf(f, "%+.2f", r->lag);
		interval(f, "%+.2f", r->lag_low, r->lag_high);
	}
	fprintf(f, "</td><td class=%s>%s%s</td></tr>\n",
		r->verdict == SYNC_LEADS  ? "leads"
		: r->verdict == SYNC_LAGS ? "lags"
					  : "same",
		sync_verdict_name(r->verdict),
		r->certain || r->verdict == SYNC_REFERENCE ? "" : " ?");
}

int plot_table_sync(const struct plot_data *d, FILE *f, struct err *e)
{
	const struct sync_plan plan = SYNC_PLAN;
	struct sync_row *rows;
	int n, i, group = -1, without = 0, out = 0;

	for (i = 0; i < d->series.n; i++)
		if (!strcmp(d->series.all[i].quantity, plan.against))
			break;
	if (i == d->series.n)
		return 0;
	if (sync_rows(&d->series, &plan, picked, &rows, &n, e) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		if (!i || rows[i].group != rows[i - 1].group)
			without += out = rows[i].verdict == SYNC_NONE;
		if (out)
			continue;
		if (rows[i].group != group) {
			if (group >= 0)
				fputs("</tbody></table>\n", f);
			group = rows[i].group;
			if (*d->series.groups[group]) {
				fputs("<h3>", f);
				text_html(f, d->series.groups[group]);
				fputs("</h3>\n", f);
			}
			fputs("<table><thead><tr><th></th><th scope=col>runs</th>"
			      "<th scope=col>change</th><th scope=col>half-way step</th>"
			      "<th scope=col>width</th><th scope=col>lag</th>"
			      "<th scope=col>verdict</th></tr></thead><tbody>\n",
			      f);
		}
		sync_row(&rows[i], f);
	}
	if (group >= 0)
		fprintf(f,
			"</tbody></table>\n"
			"<p class=note>Width and lag are decades: 0.3 is a factor of two in steps. "
			"A lag is measured from the test accuracy of the same run; "
			"within %g decades two changes coincide. "
			"Intervals: %g %% of the bootstrapped mean over runs. "
			"A question mark: the interval allows another verdict, "
			"or there is a single run.</p>\n",
			plan.tolerance, 100 * plan.level);
	if (without)
		fprintf(f,
			"<p class=note>%s: test accuracy does not rise there, "
			"and nothing can lag it.</p>\n",
			group < 0      ? "No lags"
			: without == 1 ? "A group of runs is left out"
				       : "Groups of runs are left out");
	free(rows);
	return 0;
}

static double last(const struct plot_data *d, const char *quantity, int run, int64_t *step)
{
	const struct series *s = series_find(&d->series, quantity, run, NULL);

	if (!s || !s->n)
		return NAN;
	if (step)
		*step = s->step[s->n - 1];
	return s->x[s->n - 1];
}

void plot_table_runs(const struct plot_data *d, FILE *f)
{
	enum { MOST = 100 };
	int i, n = d->series.nruns < MOST ? d->series.nruns : MOST;
	int64_t step;

	fputs("<table><thead><tr><th scope=col>run</th><th scope=col>seed</th><th "
	      "scope=col>end</th>"
	      "<th scope=col>last step</th><th scope=col>train</th><th scope=col>test</th></tr>"
	      "</thead><tbody>\n",
	      f);
	for (i = 0; i < n; i++) {
		const struct series_run *run = &d->series.runs[i];
		double train, test;

		step = -1;
		train = last(d, "train.train_acc", i, &step);
		test = last(d, "train.test_acc", i, &step);
		if (step < 0)
			last(d, "sfm.test_loss", i, &step);
		fputs("<tr><th scope=row><code>", f);
		text_html(f, run->name);
		fprintf(f, "</code></th><td>%" PRId64 "</td><td>%s</td>", run->seed,
			d->runs[i].complete ? "complete" : "interrupted");
		step_cell(f, step < 0 ? NAN : (double)step);
		if (isfinite(train) && isfinite(test))
			fprintf(f, "<td>%.1f %%</td><td>%.1f %%</td></tr>\n", 100 * train,
				100 * test);
		else
			fputs("<td>–</td><td>–</td></tr>\n", f);
	}
	fputs("</tbody></table>\n", f);
	if (n < d->series.nruns)
		fprintf(f, "<p class=note>and %d more</p>\n", d->series.nruns - n);
}

void plot_table_config(const struct plot_data *d, FILE *f)
{
	const char *text;
	int group, run, i;

	for (group = 0; group < d->series.ngroups && group < 24; group++) {
		for (run = 0; d->series.runs[run].group != group; run++)
			;
		fputs("<details><summary>", f);
		text_html(f, *d->series.groups[group] ? d->series.groups[group] : "every setting");
		fputs("</summary><dl>", f);
		for (i = 0; i < d->series.runs[run].nconfig; i++) {
			text = series_shared(&d->series.runs[run], i);
			if (!text)
				continue;
			fputs("<div><dt>", f);
			text_html(f, d->series.runs[run].key[i]);
			fputs("</dt><dd>", f);
			text_html(f, text);
			fputs("</dd></div>", f);
		}
		fputs("</dl></details>\n", f);
	}
}

/* text_html would take the end of a line for a control character. */
static void put_lines(const char *text, FILE *f)
{
	char one[5];
	size_t used;

	for (; *text; text += used) {
		text_code(text, 4, &used);
		memcpy(one, text, used);
		one[used] = 0;
		if (*text == '\n')
			fputc('\n', f);
		else
			text_html(f, one);
	}
	fputc('\n', f);
}

void plot_table_commands(const struct plot_data *d, FILE *f)
{
	enum { MOST = 40 };
	int i, j, n = 0;

	fputs("<pre>", f);
	for (i = 0; i < d->nruns && n < MOST; i++) {
		for (j = 0; j < i; j++)
			if (!strcmp(d->runs[j].commands ? d->runs[j].commands : "",
				    d->runs[i].commands ? d->runs[i].commands : ""))
				break;
		if (j < i || !d->runs[i].commands)
			continue;
		n++;
		put_lines(d->runs[i].commands, f);
	}
	fputs(n == MOST ? "…</pre>\n" : "</pre>\n", f);
}

#include "plot/table.h"
#include "plot/panel.h"
#include "sync/sync.h"
#include "plot/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the tables show, by the names that people use. */
static const struct {
	const char *name, *label, *unit;
	double scale;
} shown[] = {
	{ "train.train_acc", "train accuracy", "%", 100 },
	{ "train.test_acc", "test accuracy", "%", 100 },
	{ "train.train_loss", "train loss", "nats", 1 },
	{ "train.test_loss", "test loss", "nats", 1 },
	{ "train.weight_norm", "norm of the weights", "", 1 },
	{ "spectrum.gini", "Gini of the frequency norms", "", 1 },
	{ "spectrum.ipr", "IPR of the frequency norms", "", 1 },
	{ "spectrum.gini2d", "Gini of the 2-D transform", "", 1 },
	{ "spectrum.ipr2d", "IPR of the 2-D transform", "", 1 },
	{ "spectrum.pca1", "variance on the first component", "%", 100 },
	{ "spectrum.rank", "participation ratio", "", 1 },
	{ "spectrum.rings", "rings", "", 1 },
	{ "spectrum.ring_r2", "R² of the best ring", "", 1 },
	{ "spectrum.restricted_loss", "loss with key frequencies only", "nats", 1 },
	{ "spectrum.excluded_loss", "loss without key frequencies", "nats", 1 },
	{ "bdm.bits", "complexity K", "bits", 1 },
	{ "bdm.null_mean", "K of shuffled weights", "bits", 1 },
	{ "bdm.z", "K against shuffled weights", "sd", 1 },
	{ "bdm.zstd_bits", "zstd-compressed", "bits", 1 },
	{ "cma.mean_abs", "mean |CMS|", "", 1 },
	{ "cma.active", "active heads", "%", 100 },
	{ "llc.lambda", "local learning coefficient", "", 1 },
	{ "sfm.lambda", "feature machine: λ", "", 1 },
	{ "sfm.test_loss", "feature machine: test loss", "", 1 },
};
enum { SHOWN = sizeof(shown) / sizeof(*shown) };

static int shown_index(const char *quantity)
{
	int i;

	for (i = 0; i < SHOWN; i++)
		if (!strcmp(shown[i].name, quantity))
			return i;
	return -1;
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

static void label_cell(FILE *f, int i)
{
	fputs("<th scope=row>", f);
	text_html(f, shown[i].label);
	if (*shown[i].unit)
		fprintf(f, " <small>%s</small>", shown[i].unit);
	fputs("</th>", f);
}

/* The phases of the runs of a group, (runs of the group, SYNC_PHASES); returns how many runs. */
static int find_phases(const struct plot_data *d, int group, int *runs,
		       double (*phase)[SYNC_PHASES])
{
	struct err ignored; /* a run without accuracies has no phases */
	int run, n = 0;

	for (run = 0; run < d->series.nruns; run++)
		if (d->series.runs[run].group == group &&
		    !sync_phases(&d->series, run, 1, phase[n], &ignored))
			runs[n++] = run;
	return n;
}

int plot_table_phases(const struct plot_data *d, int group, FILE *f, struct err *e)
{
	static const char *const names[SYNC_PHASES] = { "initialisation", "memorisation",
							"emergence", "generalisation" };
	double(*phase)[SYNC_PHASES] = malloc(sizeof(*phase) * (size_t)(d->series.nruns + 1));
	int *runs = malloc(sizeof(*runs) * (size_t)(d->series.nruns + 1));
	int n, i, j, k, count, any;
	double sum, x, mean[SYNC_PHASES];

	if (!phase || !runs) {
		free(phase);
		free(runs);
		return err_memory(e);
	}
	n = find_phases(d, group, runs, phase);
	if (n) {
		fputs("<table><thead><tr><th></th>", f);
		for (k = 0; k < SYNC_PHASES; k++)
			fprintf(f, "<th scope=col>%s</th>", names[k]);
		fputs("</tr></thead><tbody><tr><th scope=row>step</th>", f);
		for (k = 0; k < SYNC_PHASES; k++) {
			for (sum = count = j = 0; j < n; j++)
				if (isfinite(phase[j][k])) {
					sum += sync_axis(phase[j][k]);
					count++;
				}
			step_cell(f, count ? sync_step(sum / count) : NAN);
		}
		fputs("</tr>\n", f);
	}
	for (i = 0; n && i < SHOWN; i++) {
		for (any = k = 0; k < SYNC_PHASES; k++) {
			for (sum = count = j = 0; j < n; j++) {
				const struct series *s =
					series_find(&d->series, shown[i].name, runs[j], NULL);

				x = s && isfinite(phase[j][k]) ? sync_nearest(s, phase[j][k]) : NAN;
				if (isfinite(x)) {
					sum += x;
					count++;
				}
			}
			mean[k] = count ? shown[i].scale * sum / count : NAN;
			any |= count > 0;
		}
		if (!any)
			continue;
		fputs("<tr>", f);
		label_cell(f, i);
		for (k = 0; k < SYNC_PHASES; k++)
			number_cell(f, mean[k], *shown[i].unit == '%');
		fputs("</tr>\n", f);
	}
	if (n)
		fputs("</tbody></table>\n", f);
	free(phase);
	free(runs);
	return 0;
}

static int picked(const struct series *s, void *arg)
{
	(void)arg;
	return !s->of && shown_index(s->quantity) >= 0;
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
	int i = shown_index(r->quantity);

	fputs("<tr>", f);
	label_cell(f, i);
	fprintf(f, "<td>%d of %d</td>", r->found, r->runs);
	if (r->verdict == SYNC_NONE) {
		fprintf(f, "<td class=none colspan=5>no transition: %s</td></tr>\n",
			sync_status_name(r->why));
		return;
	}
	fputs("<td>", f);
	put_number(f, shown[i].scale * r->before, 3);
	fputs(" → ", f);
	put_number(f, shown[i].scale * r->after, 3);
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
	const struct sync_plan plan = { .against = "train.test_acc",
					.tolerance = 0.1,
					.level = 0.95,
					.draws = 2000,
					.seed = 1 };
	struct sync_row *rows;
	int n, i, group = -1;

	for (i = 0; i < d->series.n; i++)
		if (!strcmp(d->series.all[i].quantity, plan.against))
			break;
	if (i == d->series.n)
		return 0;
	if (sync_rows(&d->series, &plan, picked, NULL, &rows, &n, e) < 0)
		return -1;
	for (i = 0; i < n; i++) {
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
		fputs("</tbody></table>\n<p class=note>Width and lag are decades: 0.3 is a factor "
		      "of "
		      "two in steps. A lag is measured from the test accuracy of the same run; "
		      "within "
		      "0.1 decades two changes coincide. Intervals: 95 % of the bootstrapped mean "
		      "over "
		      "runs. A question mark: the interval allows another verdict, or there is a "
		      "single "
		      "run.</p>\n",
		      f);
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
	int group, run, i;

	for (group = 0; group < d->series.ngroups && group < 24; group++) {
		for (run = 0; d->series.runs[run].group != group; run++)
			;
		fputs("<details><summary>", f);
		text_html(f, *d->series.groups[group] ? d->series.groups[group] : "every setting");
		fputs("</summary><dl>", f);
		for (i = 0; i < d->series.runs[run].nconfig; i++) {
			if (!strcmp(d->series.runs[run].key[i], "seed"))
				continue;
			fputs("<div><dt>", f);
			text_html(f, d->series.runs[run].key[i]);
			fputs("</dt><dd>", f);
			text_html(f, d->series.runs[run].text[i]);
			fputs("</dd></div>", f);
		}
		fputs("</dl></details>\n", f);
	}
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
		/* A line for each pipeline: text_html would take its end for a control character. */
		char *lines = strdup(d->runs[i].commands), *place = NULL, *line;

		for (line = lines ? strtok_r(lines, "\n", &place) : NULL; line;
		     line = strtok_r(NULL, "\n", &place)) {
			text_html(f, line);
			fputc('\n', f);
		}
		free(lines);
	}
	fputs(n == MOST ? "…</pre>\n" : "</pre>\n", f);
}

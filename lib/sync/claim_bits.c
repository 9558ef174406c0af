/* Claims about the complexity of the weights. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sync/claim_rules.h"

/* K from the first to the last checkpoint */
static double fall(const struct claim_case *c, const struct claim_run *r)
{
	double first = claim_first(c, r, "bdm.bits", NULL);

	return (first - claim_last(c, r, "bdm.bits", NULL)) / first;
}

/* Is the last value within a tenth of the range from the least? */
static int ends_lowest(const struct series *x)
{
	double low = HUGE_VAL, high = -HUGE_VAL, last = NAN;

	for (int i = 0; i < x->n; i++) {
		if (!isfinite(x->x[i]))
			continue;
		last = x->x[i];
		low = fmin(low, last);
		high = fmax(high, last);
	}
	return last <= low + 0.1 * (high - low);
}

/* C12, C19 */
enum claim_answer claim_collapse(const struct claim_case *c, const struct claim_run *r,
				 double *value, char note[CLAIM_NOTE])
{
	const struct series *x = series_find(c->s, "bdm.bits", r->index, NULL);
	double lag, z = claim_last(c, r, "bdm.z", NULL);
	static const char *const null[] = { "bdm.z", NULL };
	enum claim_answer answer = claim_ready(c, r, 0, note);
	char text[CLAIM_LAG];

	if (!answer)
		answer = claim_sampled(c, r, "bdm.bits", note);
	if (!answer)
		answer = claim_measured(c, r, null, note);
	if (answer)
		return answer;
	*value = fall(c, r);
	lag = claim_lag(c, r, "bdm.bits", 0);
	snprintf(note, CLAIM_NOTE, "K %s, z %.0f", claim_lag_text(lag, text), z);
	return fabs(lag) <= 0.3 && z <= -10 && ends_lowest(x) ? CLAIM_YES : CLAIM_NO;
}

/* Why runs of random and of true labels cannot be compared, should it come to that */
static void say_what_random_lacks(const struct claim_case *c, struct claim_found *f)
{
	static const char *const bits[] = { "bdm.bits", NULL };
	enum claim_answer silence;
	char note[CLAIM_NOTE];
	int i, random = 0, plain = 0;

	for (i = 0; i < c->n; i++) {
		random += c->run[i]->random;
		plain += !c->run[i]->random;
	}
	if (!random || !plain) {
		claim_keep_silence(f, CLAIM_SPARSE,
				   random ? "no run with true labels beside those with random ones"
					  : "no run with random labels");
		return;
	}
	for (i = 0; i < c->n; i++) {
		silence = c->run[i]->random ? CLAIM_READY : claim_ready(c, c->run[i], 0, note);
		if (!silence)
			silence = claim_measured(c, c->run[i], bits, note);
		claim_keep_silence(f, silence, note);
	}
}

/* The last step at which K was measured; NaN: never */
static double last_bits(const struct claim_case *c, const struct claim_run *r)
{
	const struct series *x = series_find(c->s, "bdm.bits", r->index, NULL);

	return x && x->n ? (double)x->step[x->n - 1] : NAN;
}

/* K from the first checkpoint to @step */
static double fall_until(const struct claim_case *c, const struct claim_run *r, double step)
{
	double first = claim_first(c, r, "bdm.bits", NULL);

	return (first - claim_at(c, r, "bdm.bits", NULL, step)) / first;
}

/*
 * Mean fall of K of the runs that differ from @r in their labels, which are true, and that of @r;
 * NaN: none.  The longer of two runs counts up to the end of the other.
 */
static double true_fall(const struct claim_case *c, const struct claim_run *r, int *runs,
			double *random, struct claim_found *f)
{
	static const char *const labels[] = { "labels", NULL };
	double sum = 0, end, x;
	int i;

	*runs = 0;
	*random = 0;
	for (i = 0; i < c->n; i++) {
		end = fmin(last_bits(c, r), last_bits(c, c->run[i]));
		x = fall_until(c, c->run[i], end);
		if (c->run[i]->random || isnan(x) || !(c->run[i]->generalised <= end) ||
		    !claim_alike(c, r, c->run[i], labels))
			continue;
		sum += x;
		*random += fall_until(c, r, end);
		++*runs;
		claim_count(f, c->run[i]);
	}
	*random /= *runs;
	return *runs ? sum / *runs : NAN;
}

/* C13 */
int claim_random_labels(const struct claim_case *c, struct claim_found *f, struct err *e)
{
	double plain, all = 0, sum = 0, x;
	int i, n;

	(void)e;
	say_what_random_lacks(c, f);
	for (i = 0; i < c->n; i++) {
		if (!c->run[i]->random || isnan(fall(c, c->run[i])))
			continue;
		plain = true_fall(c, c->run[i], &n, &x, f);
		if (isnan(plain)) {
			claim_keep_silence(f, CLAIM_SPARSE,
					   "no run with true labels that generalises, "
					   "else like that with random ones");
			continue;
		}
		f->asked++;
		f->runs = n;
		claim_count(f, c->run[i]);
		f->yes += x <= 0.25 * plain;
		sum += x;
		all += plain;
	}
	if (!f->asked)
		return 0;
	f->runs += f->asked;
	f->value = sum / f->asked;
	snprintf(f->note, CLAIM_NOTE, "%.2g with true labels", all / f->asked);
	return 0;
}

/* C14 */
enum claim_answer claim_shuffled(const struct claim_case *c, const struct claim_run *r,
				 double *value, char note[CLAIM_NOTE])
{
	static const char *const needs[] = { "bdm.null_mean", "bdm.bits", NULL };
	enum claim_answer answer = claim_ready(c, r, 0, note);
	double first, last;

	if (!answer)
		answer = claim_measured(c, r, needs, note);
	if (answer)
		return answer;
	first = claim_first(c, r, "bdm.bits", NULL);
	last = claim_last(c, r, "bdm.bits", NULL);
	*value = (claim_last(c, r, "bdm.null_mean", NULL) - last) / (first - last);
	if (isnan(*value))
		return claim_silent(note, CLAIM_UNMEASURED, "no bdm.null_mean of the whole");
	if (!(last < first))
		return claim_silent(note, CLAIM_SPARSE, "K of no run falls");
	snprintf(note, CLAIM_NOTE, "K fell by %.2g %%", 100 * (first - last) / first);
	return fabs(*value - 1) <= 0.1 ? CLAIM_YES : CLAIM_NO;
}

/* C15 */
enum claim_answer claim_variants(const struct claim_case *c, const struct claim_run *r,
				 double *value, char note[CLAIM_NOTE])
{
	double earliest = HUGE_VAL, latest = -HUGE_VAL, lag;
	enum claim_answer answer = claim_ready(c, r, 0, note);
	int variants = 0, none = 0;

	if (!answer)
		answer = claim_sampled(c, r, "bdm.bits", note);
	if (answer)
		return answer;
	for (int i = 0; i < c->s->n; i++) {
		const struct series *x = &c->s->all[i];

		if (x->run != r->index || x->of || strncmp(x->quantity, "bdm.bits", 8) != 0 ||
		    !strncmp(x->quantity, "bdm.bits_per_weight", 19))
			continue;
		lag = claim_lag(c, r, x->quantity, 0);
		variants++;
		none += isnan(lag);
		if (isnan(lag))
			continue;
		earliest = fmin(earliest, lag);
		latest = fmax(latest, lag);
	}
	if (variants < 3)
		return claim_silent(note, CLAIM_SPARSE, "%d variant%s of bdm.bits, 3 are needed",
				    variants, variants == 1 ? "" : "s");
	*value = none < variants ? latest - earliest : NAN;
	snprintf(note, CLAIM_NOTE, "%d variants, %d without a fall", variants, none);
	return !none && *value <= 0.1 ? CLAIM_YES : CLAIM_NO;
}

/* Mean relative fall of K over a third of the layers */
static double third_falls(const struct claim_case *c, const struct claim_run *r, int third)
{
	int layer, from = third * r->layers / 3, to = (third + 1) * r->layers / 3;
	double sum = 0;

	for (layer = from; layer < to; layer++)
		sum += claim_layer_fall(c, r, layer);
	return sum / (to - from);
}

/* C16 */
enum claim_answer claim_middle_falls(const struct claim_case *c, const struct claim_run *r,
				     double *value, char note[CLAIM_NOTE])
{
	static const char *const needs[] = { "bdm.bits", NULL };
	enum claim_answer answer = claim_ready(c, r, 3, note);
	double first, middle, last;

	if (!answer)
		answer = claim_measured(c, r, needs, note);
	if (answer)
		return answer;
	first = third_falls(c, r, 0);
	middle = third_falls(c, r, 1);
	last = third_falls(c, r, 2);
	*value = 2 * middle / (first + last);
	if (isnan(*value))
		return claim_silent(note, CLAIM_UNMEASURED, "bdm.bits of some layers is missing");
	snprintf(note, CLAIM_NOTE, "thirds fall by %.2g, %.2g, %.2g %%", 100 * first, 100 * middle,
		 100 * last);
	return middle > 0 && middle > first && middle > last ? CLAIM_YES : CLAIM_NO;
}

/* Claims about the modulus: how the step of generalisation grows with it, and the machine's n*. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sync/claim_rules.h"
#include "sync/fit.h"

enum { DRAWS = 2000 };
static const char *const modulus[] = { "modulus", NULL };
static const double widest = 1; /* an interval of the exponent that holds everything says nothing */

static int generalises(const struct claim_case *c, const struct claim_run *r)
{
	(void)c;
	return !r->machine && isfinite(r->generalised);
}

/* Runs that would count, had they generalised */
static int never(const struct claim_case *c, const struct claim_run *first)
{
	int i, n = 0;

	for (i = 0; i < c->n; i++)
		n += !generalises(c, c->run[i]) && claim_alike(c, first, c->run[i], modulus);
	return n;
}

/* Why no line can be drawn over moduli, should it come to that */
static void say_moduli(const struct claim_case *c, int moduli, int against_machine,
		       struct claim_found *f)
{
	enum claim_answer silence;
	char note[CLAIM_NOTE];
	int i;

	claim_keep_silence(f, CLAIM_SHALLOW, "no network with weight decay and true labels");
	for (i = 0; i < c->n; i++) {
		silence = c->run[i]->machine ? CLAIM_READY : claim_ready(c, c->run[i], 0, note);
		claim_keep_silence(f, silence, note);
	}
	if (moduli >= 3 && against_machine)
		claim_keep_silence(f, CLAIM_SPARSE, "sfm.crossover of fewer than 3 of the moduli");
	if (!moduli || moduli >= 3)
		return;
	claim_silent(note, CLAIM_SPARSE,
		     "%d modul%s of runs that differ in nothing else, 3 are needed", moduli,
		     moduli == 1 ? "us" : "i");
	claim_keep_silence(f, CLAIM_SPARSE, note);
}

/* The runs of one setting over moduli that generalise; NULL with @e when memory runs out */
static const struct claim_run **over_moduli(const struct claim_case *c, int against_machine,
					    struct claim_found *f, int *n, struct err *e)
{
	const struct claim_run **member = malloc(sizeof(*member) * ((size_t)c->n + 1));
	int moduli, lost;

	if (!member) {
		err_memory(e);
		return NULL;
	}
	*n = claim_class(c, modulus, generalises, member, &moduli);
	say_moduli(c, moduli, against_machine, f);
	if (moduli < 3) {
		*n = 0;
		return member;
	}
	f->scale = member[0];
	lost = never(c, member[0]);
	if (lost)
		snprintf(f->note, CLAIM_NOTE, "%d moduli; %d run%s never generalise%s", moduli,
			 lost, lost == 1 ? "" : "s", lost == 1 ? "s" : "");
	else
		snprintf(f->note, CLAIM_NOTE, "%d moduli", moduli);
	return member;
}

/* C20 */
int claim_exponent(const struct claim_case *c, struct claim_found *f, struct err *e)
{
	struct fit line = { .slope = NAN }, half = { .slope = NAN };
	const struct claim_run **member;
	char note[CLAIM_NOTE];
	double *x;
	int i, n, result = 0;

	member = over_moduli(c, 0, f, &n, e);
	x = malloc(sizeof(*x) * 3 * ((size_t)c->n + 1));
	if (!member || !x)
		result = err_memory(e);
	for (i = 0; !result && i < n; i++) {
		claim_count(f, member[i]);
		x[i] = log(member[i]->modulus);
		x[n + i] = log(member[i]->generalised);
		x[2 * n + i] = log(member[i]->emerged);
	}
	if (!result && n)
		result = fit_line(x, x + n, n, DRAWS, 0.95, c->seed, &line, e);
	if (!result && n)
		result = fit_line(x, x + 2 * n, n, DRAWS, 0.95, c->seed, &half, e);
	free(x);
	free(member);
	if (result || !n)
		return result;
	f->asked = 1;
	f->runs = n;
	f->value = line.slope;
	f->low = line.low;
	f->high = line.high;
	f->yes = line.low <= 2.2 && 2.2 <= line.high && line.high - line.low <= widest;
	snprintf(note, sizeof(note), "%.100s; of the half-way step %.2f (%.2f to %.2f)", f->note,
		 half.slope, half.low, half.high);
	snprintf(f->note, CLAIM_NOTE, "%s", note);
	return 0;
}

/* C21 */
int claim_linear(const struct claim_case *c, struct claim_found *f, struct err *e)
{
	struct fit line = { .r2 = NAN };
	const struct claim_run **member;
	char note[CLAIM_NOTE];
	double *x, star;
	int i, n, m = 0, result = 0;

	member = over_moduli(c, 1, f, &n, e);
	x = malloc(sizeof(*x) * 2 * ((size_t)c->n + 1));
	if (!member || !x)
		result = err_memory(e);
	for (i = 0; !result && i < n; i++) {
		star = sync_crossover(c->s, member[i]->index);
		if (isnan(star))
			continue;
		claim_count(f, member[i]);
		x[m] = member[i]->generalised;
		x[c->n + m++] = star;
	}
	if (!result && m >= 3) {
		result = fit_line(x, x + c->n, m, DRAWS, 0.95, c->seed, &line, e);
		f->asked = 1;
		f->runs = m;
		f->value = line.r2;
		snprintf(note, sizeof(note), "%.100s; slope %.3g (%.3g to %.3g)", f->note,
			 line.slope, line.low, line.high);
		snprintf(f->note, CLAIM_NOTE, "%s", note);
		f->yes = line.r2 >= 0.9 && line.slope > 0;
	}
	free(x);
	free(member);
	return result;
}

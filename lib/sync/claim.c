/* The list of claims, and how answers of runs become rows. */
#include "sync/claim.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"
#include "sync/claim_rules.h"

/* clang-format off: a claim a paragraph */
static const struct claim_rule rules[] = {
	{ { "C1", "memorised near 1k steps, generalised between 1k and 10k",
	    "step of 99 % test accuracy / step of 90 % train accuracy; yes from 2 up, with test "
	    "accuracy up to .3 at "
	    "the latter",
	    "grok-train" },
	  CLAIM_PLAIN,
	  claim_delay,
	  NULL },
	{ { "C2", "generalises without weight decay too; more decay, earlier",
	    "share of the runs without decay that reach 99 % test accuracy; yes for each that does",
	    "grok-train --weight-decay 0|0.1|1" },
	  CLAIM_DECAYS,
	  NULL,
	  claim_decays },
	{ { "C3", "causal effect ends in both ends of the layers, not in the middle",
	    "mean |CMS| of the middle third / of the outer thirds, at the end; yes up to .5, and "
	    "less than when "
	    "memorised",
	    "grok-cma" },
	  CLAIM_PLAIN,
	  claim_u_shape,
	  NULL },
	{ { "C4", "the heads of the middle third can be skipped, those of either end cannot",
	    "test accuracy without the heads of the middle third; yes when at most .1 is lost, and "
	    "without either "
	    "end at most .25 is left",
	    "grok-cma --skip thirds --part heads,attn" },
	  CLAIM_PLAIN,
	  claim_skip_thirds,
	  NULL },
	{ { "C5", "about 40 of 48 layers can be skipped at once",
	    "longest window of layers whose heads cost at most a point of test accuracy / layers; "
	    "yes from .8 up",
	    "grok-cma --scan --part heads,attn" },
	  CLAIM_PLAIN,
	  claim_bypass,
	  NULL },
	{ { "C6", "the leading heads are the same for every seed",
	    "standard deviation over seeds of CMS / total effect, mean of the five leading heads; "
	    "yes up to .05",
	    "grok-cma, three seeds or more" },
	  CLAIM_PLAIN,
	  NULL,
	  claim_seeds },
	{ { "C7", "no effect at other positions, none by another context",
	    "mean |CMS| at the other positions / at the answer's; yes up to .1, and for the third "
	    "equation too",
	    "grok-cma --positions each" },
	  CLAIM_PLAIN,
	  claim_position,
	  NULL },
	{ { "C8", "the embedding becomes one ring in its first two components",
	    "part of the variance in two components; yes when they show one ring",
	    "grok-spectrum" },
	  CLAIM_PLAIN,
	  claim_one_ring,
	  NULL },
	{ { "C9", "topology: a long loop at the transition, a ring in the order of the residues",
	    "circular correlation of angle and residue at the end; yes from .9 up, with a "
	    "homomorphism error up "
	    "to .2 and the longest loop growing within a factor of 2 of the emergence",
	    "grok-spectrum --topology" },
	  CLAIM_PLAIN,
	  claim_topology,
	  NULL },
	{ { "C10", "Gini and IPR of the embedding's power rise with generalisation, and stay",
	    "decades from the emergence to the rise of Gini; yes within .3, for IPR too, and 90 % "
	    "kept",
	    "grok-spectrum" },
	  CLAIM_PLAIN,
	  claim_concentrates,
	  NULL },
	{ { "C11", "Gini rises at every decay",
	    "rise of Gini of the power from first to last, mean over runs; yes for each decay from "
	    ".05 up",
	    "grok-spectrum, decay 0, 0.1 and 1" },
	  CLAIM_DECAYS,
	  NULL,
	  claim_decay_gini },
	{ { "C12", "complexity (BDM) collapses with generalisation, and is lowest in the end",
	    "relative fall of K; yes within .3 decades of the emergence, below shuffled weights (z "
	    "below -10), and "
	    "lowest at the end",
	    "grok-bdm" },
	  CLAIM_PLAIN,
	  claim_collapse,
	  NULL },
	{ { "C13", "with random labels complexity stays",
	    "relative fall of K with random labels; yes up to a quarter of that with true ones",
	    "grok-train --labels random | grok-bdm" },
	  CLAIM_RANDOM,
	  NULL,
	  claim_random_labels },
	{ { "C14", "shuffling late weights brings complexity back to its start",
	    "K of the last checkpoint shuffled / K of the first; yes within 1 %",
	    "grok-bdm --null" },
	  CLAIM_PLAIN,
	  claim_shuffled,
	  NULL },
	{ { "C15", "letters and blocks change the scale of complexity, not the time of its fall",
	    "decades between the earliest and the latest fall over variants; yes up to .1",
	    "grok-bdm with several variants" },
	  CLAIM_PLAIN,
	  claim_variants,
	  NULL },
	{ { "C16", "complexity falls most in the middle layers",
	    "relative fall of K in the middle third / in the outer thirds; yes when it falls more "
	    "than "
	    "either",
	    "grok-bdm" },
	  CLAIM_PLAIN,
	  claim_middle_falls,
	  NULL },
	{ { "C17", "a layer's fall of complexity goes with its causal effect",
	    "R^2 over layers of the fall of K against mean |CMS|; yes from .7 up; the slope and "
	    "its sign stand beside it",
	    "grok-bdm -t | grok-cma; grok-sync layers" },
	  CLAIM_PLAIN,
	  claim_contribution,
	  NULL },
	{ { "C18", "nuclear norm and stable rank fall as complexity does",
	    "decades from the fall of K to that of the nuclear norm; yes within .2, for the stable "
	    "rank too",
	    "grok-spectrum --singular '*', grok-bdm" },
	  CLAIM_PLAIN,
	  claim_ranks,
	  NULL },
	{ { "C19", "two layers: the same fall of complexity", "as C12", "grok-bdm" },
	  CLAIM_TWO,
	  claim_collapse,
	  NULL },
	{ { "C20", "the step of generalisation grows as p^2.2",
	    "exponent of the step of 99 % test accuracy against the modulus; yes when its interval "
	    "holds 2.2",
	    "grok-sync scaling --against modulus" },
	  CLAIM_MODULI,
	  NULL,
	  claim_exponent },
	{ { "C21", "the machine's n* is linear in the step of generalisation",
	    "R^2 of n* against the step over moduli; yes from .9 up",
	    "grok-sync scaling --against crossover" },
	  CLAIM_MODULI,
	  NULL,
	  claim_linear },
	{ { "C22", "the collapses coincide",
	    "share of the quantities that change within .1 decades of the emergence; yes when all "
	    "do",
	    "grok-spectrum -t | grok-bdm -t | grok-cma" },
	  CLAIM_PLAIN,
	  claim_together,
	  NULL },
	{ { "C23", "the machine has two phases: lambda from p^2/2 to p/2; none without a price",
	    "lambda at the end / (p/2); yes within .1 of 1 from at least .9 p^2/2, and with beta 0 "
	    "when lambda stays",
	    "grok-sfm" },
	  CLAIM_MACHINE,
	  claim_two_phases,
	  NULL },
	{ { "C24", "mul and div need the discrete logarithm",
	    "support at the end / p; yes when it is about 1 with the logarithm, and above 10 "
	    "without",
	    "grok-sfm --op mul, with and without --no-dlog" },
	  CLAIM_MACHINE,
	  claim_dlog,
	  NULL },
	{ { "C25", "rate, warm-up and batch move the onset and keep the picture",
	    "latest / earliest step of generalisation over settings; yes for each setting with "
	    "C1's delay",
	    "grok-train, three or more settings of --lr, --warmup, --batch" },
	  CLAIM_PLAIN,
	  NULL,
	  claim_sweeps },
	{ { "X1", "beyond the paper: the learning coefficient falls at generalisation",
	    "its largest value / its last, mean over runs; yes for each that generalises from 10 "
	    "up, "
	    "when those that never do fall less than half as much",
	    "grok-llc" },
	  CLAIM_DECAYS,
	  NULL,
	  claim_learning_coefficient },
};
/* clang-format on */

enum { RULES = sizeof(rules) / sizeof(rules[0]) };

const struct claim *claim_get(int i)
{
	return i < RULES ? &rules[i].claim : NULL;
}

int claim_paper_scale(const struct claim_row *r)
{
	return r->machine || (r->layers >= CLAIM_LAYERS && r->last >= CLAIM_STEPS);
}

static int each(const struct claim_case *c, claim_one *one, struct claim_found *f, struct err *e)
{
	double *x = malloc(sizeof(*x) * (size_t)(c->n + 1)), value, sum = 0;
	char note[CLAIM_NOTE];
	const struct claim_run *noted = NULL; /* the run that went furthest: the note is about it */
	int i, n = 0, result = 0;

	if (!x)
		return err_memory(e);
	for (i = 0; i < c->n; i++) {
		enum claim_answer answer;

		note[0] = '\0';
		answer = one(c, c->run[i], &value, note);
		if (answer != CLAIM_YES && answer != CLAIM_NO) {
			claim_keep_silence(f, answer, note);
			continue;
		}
		if (note[0] && (!noted || c->run[i]->last > noted->last)) {
			noted = c->run[i];
			memcpy(f->note, note, sizeof(note));
		}
		f->last = f->asked++ ? fmin(f->last, c->run[i]->last) : c->run[i]->last;
		f->yes += answer == CLAIM_YES;
		if (isfinite(value))
			x[n++] = value;
	}
	f->runs = f->asked;
	for (i = 0; i < n; i++)
		sum += x[i];
	f->value = n ? sum / n : NAN;
	f->low = f->high = NAN;
	if (n > 1)
		result = stats_bootstrap(x, n, 2000, 0.95, c->seed, &f->low, &f->high, e);
	if (f->asked > 1 && noted) {
		double seed = series_number(&c->s->runs[noted->index], "seed");

		memcpy(note, f->note, sizeof(note));
		if (isnan(seed))
			snprintf(f->note, CLAIM_NOTE, "one run: %.*s", CLAIM_NOTE - 32, note);
		else
			snprintf(f->note, CLAIM_NOTE, "%s seed %.0f: %.*s", noted->op, seed,
				 CLAIM_NOTE - 32, note);
	}
	free(x);
	return result;
}

/* ---- runs ---- */

static double last_step(const struct series_set *s, int run)
{
	double last = 0;
	int i;

	for (i = 0; i < s->n; i++)
		if (s->all[i].run == run && s->all[i].n)
			last = fmax(last, (double)s->all[i].step[s->all[i].n - 1]);
	return last;
}

static int describe_run(const struct series_set *s, int index, uint64_t seed, struct claim_run *r,
			struct err *e)
{
	const struct series_run *run = &s->runs[index];
	const char *op = series_setting(run, "op"), *labels = series_setting(run, "labels");
	double phase[SYNC_PHASES] = { NAN, NAN, NAN, NAN }, layers = series_number(run, "layers");

	*r = (struct claim_run){ .index = index,
				 .op = op ? op : "",
				 .machine = isnan(layers),
				 .random = labels && !strcmp(labels, "random"),
				 .layers = isnan(layers) ? 0 : (int)layers,
				 .width = isnan(layers) ? 0 : (int)series_number(run, "width"),
				 .modulus = (int)series_number(run, "modulus"),
				 .steps = series_number(run, "steps"),
				 .last = last_step(s, index),
				 .decay = series_number(run, "weight_decay") };
	if (series_find(s, "train.train_acc", index, NULL) &&
	    series_find(s, "train.test_acc", index, NULL) && sync_phases(s, index, seed, phase, e))
		return -1;
	r->memorised = phase[1];
	r->emerged = phase[2];
	r->generalised = phase[3];
	return 0;
}

static int is_about(enum claim_about about, const struct claim_run *r)
{
	int decays = r->decay > 0, plain = !r->machine && !r->random && decays;

	switch (about) {
	case CLAIM_PLAIN:
	case CLAIM_MODULI:
		return plain || (about == CLAIM_MODULI && r->machine);
	case CLAIM_TWO:
		return plain && r->layers == 2;
	case CLAIM_DECAYS:
		return !r->machine && !r->random;
	case CLAIM_RANDOM:
		return !r->machine && decays;
	case CLAIM_MACHINE:
		return r->machine;
	}
	return 0;
}

static int same_scale(const struct claim_run *a, const struct claim_run *b)
{
	return a->layers == b->layers && a->width == b->width && a->steps == b->steps;
}

/* The nearest to the paper's first */
static int by_scale(const void *a, const void *b)
{
	const struct claim_run *x = *(const struct claim_run *const *)a;
	const struct claim_run *y = *(const struct claim_run *const *)b;

	if (x->layers != y->layers)
		return x->layers > y->layers ? -1 : 1;
	if (x->steps != y->steps)
		return x->steps > y->steps ? -1 : 1;
	if (x->width != y->width)
		return x->width > y->width ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

/* ---- rows ---- */

static enum claim_verdict verdict_of(int yes, int asked)
{
	if (!asked)
		return CLAIM_NOT_ASKED;
	if (5 * yes >= 4 * asked)
		return CLAIM_HOLDS;
	return 5 * yes <= asked ? CLAIM_FAILS : CLAIM_PARTLY;
}

/* One claim asked of runs that belong together */
static int ask(const struct claim_rule *rule, const struct claim_case *c, struct claim_row *row,
	       struct claim_found *silent, struct err *e)
{
	struct claim_found f = { .value = NAN, .low = NAN, .high = NAN };
	const struct claim_run *first = c->run[0];
	int i, machine = rule->about == CLAIM_MACHINE;

	if (rule->one ? each(c, rule->one, &f, e) : rule->over(c, &f, e))
		return -1;
	if (f.scale)
		first = f.scale;
	*row = (struct claim_row){ .claim = &rule->claim,
				   .verdict = verdict_of(f.yes, f.asked),
				   .yes = f.yes,
				   .asked = f.asked,
				   .runs = f.runs,
				   .value = f.value,
				   .low = f.low,
				   .high = f.high,
				   .machine = machine,
				   .layers = machine ? 0 : first->layers,
				   .width = machine ? 0 : first->width,
				   .steps = machine ? NAN : first->steps,
				   .last = f.last > 0 ? f.last : first->last };
	memcpy(row->note, f.note, sizeof(row->note));
	claim_keep_silence(silent, f.silence, f.why);
	for (i = 1; i < c->n && !(f.last > 0); i++)
		if (same_scale(c->run[i], first))
			row->last = fmin(row->last, c->run[i]->last);
	return 0;
}

/* Said when there is no run at all of the kind that a claim is about */
static const char *const no_run[] = {
	[CLAIM_PLAIN] = "no network with weight decay and true labels",
	[CLAIM_DECAYS] = "no network with true labels",
	[CLAIM_RANDOM] = "no network with weight decay",
	[CLAIM_TWO] = "no network of two layers",
	[CLAIM_MODULI] = "no network with weight decay and true labels",
	[CLAIM_MACHINE] = "no singular feature machine",
};

/* The rows of a claim: of all scales where it was asked, or of the first */
static int claim_scales(const struct claim_rule *rule, const struct claim_case *everything, int all,
			struct claim_row *rows, int *n, struct err *e)
{
	const struct claim_run **run = malloc(sizeof(*run) * (size_t)(everything->n + 1));
	struct claim_case c = *everything;
	int together = rule->about == CLAIM_MACHINE || rule->about == CLAIM_MODULI;
	struct claim_found silent = { .silence = CLAIM_READY };
	int i, k, m = 0, result = 0, found = 0;

	if (!run)
		return err_memory(e);
	for (i = 0; i < everything->n; i++)
		if (is_about(rule->about, everything->run[i]))
			run[m++] = everything->run[i];
	qsort(run, (size_t)m, sizeof(*run), by_scale);
	for (i = 0; i < m && !result && (all || !found); i = k) {
		for (k = i + 1; k < m && (together || same_scale(run[i], run[k]));)
			k++;
		c.run = run + i;
		c.n = k - i;
		result = ask(rule, &c, &rows[*n], &silent, e);
		if (!result && rows[*n].asked) {
			found++;
			++*n;
		}
	}
	if (!m)
		claim_keep_silence(&silent, CLAIM_SHALLOW, no_run[rule->about]);
	if (!result && !found) {
		rows[*n] = (struct claim_row){ .claim = &rule->claim,
					       .verdict = CLAIM_NOT_ASKED,
					       .value = NAN,
					       .low = NAN,
					       .high = NAN };
		memcpy(rows[(*n)++].note, silent.why, sizeof(silent.why));
	}
	free(run);
	return result;
}

int claim_rows(const struct series_set *s, int all, uint64_t seed, struct claim_row **rows, int *n,
	       struct err *e)
{
	size_t runs = (size_t)s->nruns;
	struct claim_run *run = calloc(runs + 1, sizeof(*run));
	const struct claim_run **pointer = calloc(runs + 1, sizeof(*pointer));
	struct claim_row *list = calloc((runs + 1) * RULES, sizeof(*list));
	struct claim_case c = { s, pointer, s->nruns, seed };
	int i, result = 0;

	*n = 0;
	if (!run || !pointer || !list)
		result = err_memory(e);
	for (i = 0; i < s->nruns && !result; i++) {
		result = describe_run(s, i, seed, &run[i], e);
		pointer[i] = &run[i];
	}
	for (i = 0; i < RULES && !result; i++)
		result = claim_scales(&rules[i], &c, all, list, n, e);
	free(run);
	free(pointer);
	if (result)
		free(list);
	else
		*rows = list;
	return result;
}

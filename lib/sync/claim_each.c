/* Asks a claim of each run of a scale, and joins the answers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"
#include "sync/claim_rules.h"

/* The answer of a run; CLAIM_READY where it is not counted */
struct reply {
	enum claim_answer answer;
	double value; /* NaN: none */
	char note[CLAIM_NOTE];
};

static int counts(const struct reply *r)
{
	return r->answer == CLAIM_YES || r->answer == CLAIM_NO;
}

/*
 * Drops the answers of runs that repeat another, and of all settings but the one that has most
 * answers, or of these the paper's modulus: sweeps are claims of their own.  Operations
 * are not settings here.  The feature machine has claims about several.
 */
static void drop_others(const struct claim_case *c, struct reply *reply)
{
	static const char *const vary[] = { "op", NULL };
	int i, k, n, most = 0, best = -1;

	for (i = 0; i < c->n; i++)
		for (k = 0; k < i && counts(&reply[i]); k++)
			if (counts(&reply[k]) && claim_repeats(c, c->run[k], c->run[i]))
				reply[i].answer = CLAIM_READY;
	for (i = 0; i < c->n; i++) {
		for (n = k = 0; k < c->n && counts(&reply[i]); k++)
			n += counts(&reply[k]) && claim_alike(c, c->run[i], c->run[k], vary);
		n = 2 * n + (c->run[i]->modulus == CLAIM_MODULUS);
		if (counts(&reply[i]) && n > most) {
			most = n;
			best = i;
		}
	}
	for (i = 0; best >= 0 && i < c->n; i++)
		if (counts(&reply[i]) && !c->run[i]->machine &&
		    !claim_alike(c, c->run[best], c->run[i], vary))
			reply[i].answer = CLAIM_READY;
}

enum { ANSWERS = 72 }; /* room for them in a note */

/*
 * Where the answer is yes: "yes in add 1/1, sub 2/3, mul 0/1", or "" if it is no for all runs or
 * there is one operation
 */
static void put_answers(const struct claim_case *c, const struct reply *reply,
			char text[CLAIM_NOTE])
{
	int i, k, at = 0, yes, asked, all_yes = 0, ops = 0;

	for (i = 0; i < c->n; i++) {
		for (k = 0; k < i && strcmp(c->run[k]->op, c->run[i]->op) != 0; k++)
			;
		if (k < i)
			continue;
		for (yes = asked = 0, k = i; k < c->n; k++)
			if (counts(&reply[k]) && !strcmp(c->run[k]->op, c->run[i]->op)) {
				yes += reply[k].answer == CLAIM_YES;
				asked++;
			}
		if (asked && at < ANSWERS - 24)
			at += snprintf(text + at, CLAIM_NOTE - (size_t)at, "%s%s %d/%d",
				       at ? ", " : "yes in ", c->run[i]->op, yes, asked);
		ops += asked > 0;
		all_yes += yes;
	}
	if (ops < 2 || !all_yes)
		text[0] = '\0';
}

/* Where the answer is yes, and the note of the run that went furthest */
static void put_note(const struct claim_case *c, const struct reply *reply, char note[CLAIM_NOTE])
{
	char answers[CLAIM_NOTE] = "", one[CLAIM_NOTE] = "";
	int i, far = -1;
	double seed;

	put_answers(c, reply, answers);
	for (i = 0; i < c->n; i++)
		if (counts(&reply[i]) && reply[i].note[0] &&
		    (far < 0 || c->run[i]->last > c->run[far]->last))
			far = i;
	if (far >= 0) {
		seed = series_number(&c->s->runs[c->run[far]->index], "seed");
		if (isnan(seed))
			snprintf(one, CLAIM_NOTE, "one run: %.*s", CLAIM_NOTE - 32,
				 reply[far].note);
		else
			snprintf(one, CLAIM_NOTE, "%s seed %.0f: %.*s", c->run[far]->op, seed,
				 CLAIM_NOTE - 32, reply[far].note);
	}
	snprintf(note, CLAIM_NOTE, "%.*s%s%.*s", ANSWERS, answers, answers[0] && one[0] ? "; " : "",
		 CLAIM_NOTE - ANSWERS - 4, one);
}

/* The mean of the values and its interval */
static int put_value(const struct claim_case *c, const struct reply *reply, double *x,
		     struct claim_found *f, struct err *e)
{
	double sum = 0;
	int i, n = 0;

	for (i = 0; i < c->n; i++)
		if (counts(&reply[i]) && isfinite(reply[i].value)) {
			x[n++] = reply[i].value;
			sum += reply[i].value;
		}
	f->value = n ? sum / n : NAN;
	f->low = f->high = NAN;
	return n > 1 ? stats_bootstrap(x, n, 2000, 0.95, c->seed, &f->low, &f->high, e) : 0;
}

int claim_each(const struct claim_case *c, claim_one *one, struct claim_found *f, struct err *e)
{
	struct reply *reply = calloc((size_t)c->n + 1, sizeof(*reply));
	double *x = malloc(sizeof(*x) * (size_t)(c->n + 1));
	int i, result = 0;

	if (!x || !reply)
		result = err_memory(e);
	for (i = 0; !result && i < c->n; i++) {
		reply[i].value = NAN;
		reply[i].answer = one(c, c->run[i], &reply[i].value, reply[i].note);
		if (!counts(&reply[i]))
			claim_keep_silence(f, reply[i].answer, reply[i].note);
	}
	if (!result)
		drop_others(c, reply);
	for (i = 0; !result && i < c->n; i++) {
		if (!counts(&reply[i]))
			continue;
		claim_count(f, c->run[i]);
		f->asked++;
		f->yes += reply[i].answer == CLAIM_YES;
	}
	f->runs = f->asked;
	if (!result)
		result = put_value(c, reply, x, f, e);
	if (!result && f->asked)
		put_note(c, reply, f->note);
	free(x);
	free(reply);
	return result;
}

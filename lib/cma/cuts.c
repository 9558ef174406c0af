/* cuts - the parser of the list, and the layout of the sets; see cuts.h */
#include "cma/cuts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "number.h"

const struct cma_part cma_parts[CMA_PARTS] = {
	{ "attn", CMA_SKIP_ATTN },
	{ "heads", CMA_SKIP_HEADS },
	{ "mlp", CMA_SKIP_MLP },
	{ "block", CMA_SKIP_ATTN | CMA_SKIP_MLP },
};

/* ---- the list ---- */

static int add(struct cma_cuts *c, struct cma_cut cut, struct err *e)
{
	struct cma_cut *more;
	int i;

	for (i = 0; i < c->n; i++)
		if (!memcmp(&c->cut[i], &cut, sizeof(cut)))
			return 0;
	more = realloc(c->cut, (size_t)(c->n + 1) * sizeof(*more));
	if (!more)
		return err_memory(e);
	c->cut = more;
	c->cut[c->n++] = cut;
	return 0;
}

/* "5", "16-31" or "16..31", below @limit; 0, or -1 if it is no such thing. */
static int range(const char *s, size_t n, int limit, int *first, int *last)
{
	int64_t from, to;

	if (number_range(s, n, &from, &to, NULL) || to >= limit)
		return -1;
	*first = (int)from;
	*last = (int)to;
	return 0;
}

/* The dot between layers and heads, as in "3.2" and "0..3.2"; NULL: layers only. */
static const char *dot_of(const char *s)
{
	for (; *s; s++)
		if (*s == '.') {
			if (s[1] != '.')
				return s;
			s++;
		}
	return NULL;
}

static int add_numbers(struct cma_cuts *c, const char *text, int L, int H, struct err *e)
{
	struct cma_cut cut = { .head = -1, .last_head = -1 };
	const char *dot = dot_of(text);
	size_t n = dot ? (size_t)(dot - text) : strlen(text);

	if (range(text, n, GPT_LAYERS_MAX, &cut.first, &cut.last) ||
	    (dot && range(dot + 1, NUMBER_ALL, GPT_WIDTH_MAX, &cut.head, &cut.last_head)))
		return err_set(e,
			       "'%s' is not thirds, each, heads, none, layers such as 5 or 0-3, "
			       "or heads such as 3.2",
			       text);
	if (!L)
		return 0;
	if (cut.last >= L)
		return err_set(e, "the network has layers 0-%d: cannot skip %s", L - 1, text);
	if (cut.last_head >= H)
		return err_set(e, "the network has heads 0-%d: cannot skip %s", H - 1, text);
	return add(c, cut, e);
}

static int add_item(struct cma_cuts *c, const char *text, int L, int H, struct err *e)
{
	int l, h, failed = 0;

	if (!strcmp(text, "thirds")) {
		for (l = 0; l < 3; l++)
			if (l * L / 3 < (l + 1) * L / 3)
				failed |= add(
					c,
					(struct cma_cut){ l * L / 3, (l + 1) * L / 3 - 1, -1, -1 },
					e);
	} else if (!strcmp(text, "each")) {
		for (l = 0; l < L; l++)
			failed |= add(c, (struct cma_cut){ l, l, -1, -1 }, e);
	} else if (!strcmp(text, "heads")) {
		for (l = 0; l < L; l++)
			for (h = 0; h < H; h++)
				failed |= add(c, (struct cma_cut){ l, l, h, h }, e);
	} else if (strcmp(text, "none") != 0) {
		failed = add_numbers(c, text, L, H, e);
	}
	return failed;
}

int cma_cuts_parse(struct cma_cuts *c, const char *list, int L, int H, struct err *e)
{
	const char *item;
	char text[48];
	size_t n;

	c->L = L;
	c->H = H;
	while (list_next(&list, &item, &n)) {
		snprintf(text, sizeof(text), "%.*s", (int)(n < sizeof(text) ? n : sizeof(text) - 1),
			 item);
		if (add_item(c, text, L, H, e))
			return -1;
	}
	return 0;
}

void cma_cut_name(const struct cma_cut *cut, char name[48])
{
	int n = snprintf(name, 48, cut->first == cut->last ? "%d" : "%d-%d", cut->first, cut->last);

	if (cut->head >= 0)
		snprintf(name + n, 48 - (size_t)n, cut->head == cut->last_head ? ".%d" : ".%d-%d",
			 cut->head, cut->last_head);
}

/* ---- sets ---- */

/* Number the sets; the caller has checked that the counts are small. */
static void count(struct cma_cuts *c)
{
	int k, i, size;

	c->sets = 1;
	for (k = 0; k < c->parts; k++) {
		for (i = 0; i < c->n; i++)
			c->at[k * c->n + i] = c->cut[i].head >= 0 && k ? -1 : c->sets++;
		for (i = 0; c->nulls && i < c->n; i++) {
			size = c->cut[i].last - c->cut[i].first + 1;
			if (c->cut[i].head >= 0 || c->null[k * (c->L + 1) + size])
				continue;
			c->null[k * (c->L + 1) + size] = c->sets;
			c->sets += c->nulls;
		}
		c->window[k] = c->sets;
		c->sets += c->scan ? c->L * (c->L + 1) / 2 : 0;
	}
}

static int allocate(struct cma_cuts *c, struct err *e)
{
	size_t L = (size_t)c->L, parts = (size_t)c->parts, n = (size_t)c->n;

	c->at = calloc(parts * n + 1, sizeof(*c->at));
	c->null = calloc(parts * (L + 1), sizeof(*c->null));
	c->window = calloc(parts, sizeof(*c->window));
	if (!c->at || !c->null || !c->window)
		return err_memory(e);
	count(c);
	c->set = calloc((size_t)c->sets, sizeof(*c->set));
	c->layer = calloc((size_t)c->sets, L);
	c->head = calloc(n * L + 1, (size_t)c->H);
	if (!c->set || !c->layer || !c->head)
		return err_memory(e);
	return 0;
}

static void mark_cut(struct cma_cuts *c, int i, struct cma_set *set, unsigned char *layer,
		     unsigned char bits)
{
	const struct cma_cut *cut = &c->cut[i];
	unsigned char *head = c->head + (size_t)i * (size_t)c->L * (size_t)c->H;
	int l;

	if (cut->head < 0) {
		memset(layer + cut->first, bits, (size_t)(cut->last - cut->first + 1));
		return;
	}
	for (l = cut->first; l <= cut->last; l++)
		memset(head + (size_t)l * (size_t)c->H + cut->head, 1,
		       (size_t)(cut->last_head - cut->head + 1));
	set->head = head;
}

int cma_cuts_plan(struct cma_cuts *c, const int *part, int parts, int nulls, int scan,
		  uint64_t seed, struct err *e)
{
	size_t L = (size_t)c->L;
	int k, i, size, first, last;

	c->parts = parts;
	c->nulls = nulls;
	c->scan = scan;
	if (allocate(c, e))
		return -1;
	for (i = 0; i < c->sets; i++)
		c->set[i].layer = c->layer + (size_t)i * L;
	for (k = 0; k < parts; k++) {
		unsigned char bits = cma_parts[part[k]].bits, *window;

		for (i = 0; i < c->n; i++)
			if (c->at[k * c->n + i] > 0)
				mark_cut(c, i, &c->set[c->at[k * c->n + i]],
					 c->layer + (size_t)c->at[k * c->n + i] * L, bits);
		for (size = 1; size <= c->L; size++)
			if (c->null[k * (c->L + 1) + size])
				cma_draw_sets(seed, nulls, size, c->L, bits,
					      c->layer +
						      (size_t)c->null[k * (c->L + 1) + size] * L);
		window = c->layer + (size_t)c->window[k] * L;
		for (first = 0; scan && first < c->L; first++)
			for (last = first; last < c->L; last++, window += L)
				memset(window + first, bits, (size_t)(last - first + 1));
	}
	return 0;
}

void cma_cuts_free(struct cma_cuts *c)
{
	free(c->cut);
	free(c->set);
	free(c->at);
	free(c->null);
	free(c->window);
	free(c->layer);
	free(c->head);
	*c = (struct cma_cuts){ 0 };
}

/* What the commands of grok-sync share; see commands.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "glob.h"
#include "stream/tensor.h"
#include "sync/claim.h"
#include "sync/commands.h"
#include "sync/quantity.h"

struct sync_options sync_options = { .plan = SYNC_PLAN };

/* --quantity that means nothing of the input is a slip. */
static void check_quantities(const struct series_set *s)
{
	struct nearest near = nearest_to(sync_options.quantities);
	int i;

	for (i = 0; i < s->n; i++) {
		if (sync_picked(&s->all[i]))
			return;
		nearest_offer(&near, s->all[i].quantity);
	}
	cli_unmatched("no series matches --quantity '%s'%s", sync_options.quantities,
		      cli_suggest("", &near));
}

/* The same of --against. */
static void check_against(const struct series_set *s)
{
	const char *against = sync_options.plan.against;
	struct nearest near = nearest_to(against);
	int i;

	for (i = 0; i < s->n; i++) {
		if (!strcmp(s->all[i].quantity, against))
			return;
		nearest_offer(&near, s->all[i].quantity);
	}
	cli_unmatched("no series matches --against '%s'%s", against, cli_suggest("", &near));
}

void sync_read(struct series_set *s)
{
	int asked = sync_options.quantities != NULL;
	struct stream_in *in = cli_input();
	struct record r;
	struct tensor x;
	struct err e;

	if (!sync_options.quantities && !(sync_options.quantities = quantity_followed(&e)))
		cli_die("%s", e.msg);
	while (cli_next(in, &r)) {
		cli_check(series_add(s, &r, &e), &e);
		if (r.kind == RECORD_TENSOR && r.role == ROLE_MEASURE && claim_is_map(r.name)) {
			cli_check(tensor_floats(in, &r, &x, &e), &e);
			cli_check(series_add_map(s, &r, x.data, &e), &e);
			tensor_free(&x);
		}
	}
	cli_check(series_group(s, &e), &e);
	if (!s->nruns)
		cli_die("there is no run in the input");
	if (asked)
		check_quantities(s);
	if (cli_given(&sync_options.plan.against))
		check_against(s);
	stream_free(in);
}

/* "cma.acc skip 0-3 block test"; the caller frees it */
static char *label(const char *quantity, const char *of)
{
	size_t n = strlen(quantity) + (of ? strlen(of) : 0) + 2;
	char *text = cli_alloc(n, 1);

	snprintf(text, n, of ? "%s %s" : "%s", quantity, of);
	return text;
}

int sync_picked(const struct series *s)
{
	char *name = label(s->quantity, s->of);
	int hit = glob_matches(sync_options.quantities, name);

	free(name);
	return hit;
}

struct table sync_open_table(void)
{
	return (struct table){ cli_text_output(), (enum table_format)sync_options.format, 0 };
}

void sync_name_cell(struct table *t, const char *quantity, const char *of)
{
	char *name = label(quantity, of);

	cli_table_text(t, name);
	free(name);
}

const char *sync_group_name(const struct series_set *s, int group)
{
	return sync_options.plan.pool ? "" : s->groups[group];
}

/* In Markdown; TSV has a column for the group */
void sync_heading(struct table *t, const struct series_set *s, int group, int first)
{
	const char *name = sync_group_name(s, group);

	if (!first)
		fputc('\n', t->f);
	if (!name[0])
		return;
	fputs("### ", t->f);
	cli_table_put_text(t, name);
	fputs("\n\n", t->f);
}

void sync_interval(struct table *t, const char *fmt, double low, double high)
{
	if (isnan(low))
		return;
	fputs(" (", t->f);
	fprintf(t->f, fmt, low);
	fputs(" to ", t->f);
	fprintf(t->f, fmt, high);
	fputc(')', t->f);
}

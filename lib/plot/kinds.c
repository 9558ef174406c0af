/* The list of pictures, and how one is drawn.  Each is declared in its own file. */
#include "plot/stack.h"

#include <stdio.h>
#include <string.h>

/* A row for each kind, in the order of the report: lib/plot/NAME.c declares plot_NAME. */
/* clang-format off */
#define KINDS(kind) \
	kind(dashboard) \
	kind(curves) \
	kind(spectrum) \
	kind(ring) \
	kind(trajectory) \
	kind(embedding) \
	kind(ranks) \
	kind(algorithm) \
	kind(heads) \
	kind(seeds) \
	kind(positions) \
	kind(controls) \
	kind(patterns) \
	kind(circuit) \
	kind(skip) \
	kind(complexity) \
	kind(layers) \
	kind(scaling) \
	kind(llc) \
	kind(sfm) \
	kind(map)
/* clang-format on */

#define DECLARE(name) extern const struct plot_kind plot_##name;
#define ADDRESS(name) &plot_##name,

KINDS(DECLARE)
const struct plot_kind *const plot_kinds[] = { KINDS(ADDRESS) NULL };

const struct plot_kind *plot_kind(const char *name)
{
	int i;

	for (i = 0; plot_kinds[i]; i++)
		if (!strcmp(plot_kinds[i]->name, name))
			return plot_kinds[i];
	return NULL;
}

/* "the stream has no 'a' or 'b' to draw; 'grok-x' records it" */
static int nothing(const struct plot_kind *k, struct err *e)
{
	char list[256] = "";
	size_t n = 0;
	int i, last;

	for (i = 0; i < PLOT_NEEDS && k->needs[i] && n < sizeof(list); i++) {
		last = i + 1 == PLOT_NEEDS || !k->needs[i + 1];
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s'%s'",
				      i ? (last ? " or " : ", ") : "", k->needs[i]);
	}
	return err_set(e, "the stream has no %s to draw; '%s' records it", list, k->command);
}

int plot_script(const struct plot_kind *k, struct gnuplot *g, const struct plot_data *d,
		const struct plot_options *o, struct err *e)
{
	int i, has = k->named || !k->needs[0];

	g->script = NULL;
	g->text = NULL;
	for (i = 0; i < PLOT_NEEDS && k->needs[i]; i++)
		has |= plot_has(d, k->needs[i]);
	if (!has)
		return nothing(k, e);
	if (!(k->stack ? plot_stack_draw(g, d, o, k->stack, e) : k->draw(g, d, o, e)))
		return 0;
	gnuplot_abandon(g);
	return -1;
}

int plot_group(struct plot_data *d, struct err *e)
{
	enum { LABEL = 40 }; /* characters of a legend's entry, or of a name above a stack */

	return series_group(&d->series, e) < 0 ? -1 : series_brief(&d->series, LABEL, e);
}

int plot_draw(const struct plot_kind *k, struct gnuplot *g, struct plot_data *d,
	      const struct plot_options *o, char **picture, size_t *bytes, struct err *e)
{
	if (!d->series.nruns)
		return o->run ? err_unmatched(e, "no run matches --run '%s'", o->run)
			      : err_set(e, "the stream has no run to draw");
	if (plot_group(d, e) < 0 || plot_script(k, g, d, o, e) < 0)
		return -1;
	return gnuplot_finish(g, o->title ? o->title : k->purpose, picture, bytes, e);
}

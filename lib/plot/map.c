/* The picture `map': any measure that is a matrix, at several checkpoints. */
#include "plot/panel.h"

#include <string.h>

static const char perturbation[] = "bdm.map *";

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	struct plot_maps plan = {
		.xlabel = "column", .ylabel = "row", .most = 4, .cell = 60, .near = 1
	};
	const char *meant = d->near.text ? nearest_word(&d->near) : NULL;
	char bits[96];

	if (!d->narrays && o->names)
		return err_unmatched(e, "the stream has no measure '%s' to draw%s%s%s", o->names,
				     meant ? "; did you mean '" : "", meant ? meant : "",
				     meant ? "'?" : "");
	if (!d->narrays)
		return err_set(e, "the stream has no measure '%s' to draw", perturbation);
	plan.name = plan.unit = d->arrays[0].name;
	if (!strncmp(plan.name, perturbation, strlen(perturbation) - 1)) {
		snprintf(bits, sizeof(bits), "K (bits) of %s",
			 plan.name + strlen(perturbation) - 1);
		plan.unit = bits;
	}
	return plot_maps(g, d, o, &plan, e);
}

const struct plot_kind plot_map = {
	.name = "map",
	.purpose = "any measure that is a matrix, at several checkpoints",
	.needs = { perturbation },
	.command = "grok-bdm --perturb",
	.named = 1,
	.takes = PLOT_STEP | PLOT_NAME,
	.draw = draw,
};

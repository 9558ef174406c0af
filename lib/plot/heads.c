/* Causal mediation scores as maps of layers by heads. */
#include "plot/panel.h"

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	static const struct plot_maps plan = { .name = "cma.cms",
					       .xlabel = "head",
					       .ylabel = "layer",
					       .unit = "CMS (nats)",
					       .most = 6 };

	return plot_maps(g, d, o, &plan, e);
}

const struct plot_kind plot_heads = {
	.name = "heads",
	.purpose = "causal mediation scores of layers and heads, at several checkpoints",
	.needs = { "cma.cms" },
	.command = "grok-cma",
	.arrays = { "cma.cms", "cma.cms_share" }, /* shares are for verdicts, in the report */
	.takes = PLOT_STEP,
	.draw = draw,
	.heading = "Causal mediation",
	.caption = "The score of every head: how far swapping its output moves the answer.",
	.groups = 1,
};

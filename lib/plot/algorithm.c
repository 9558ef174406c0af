/*
 * Which algorithm the network runs: measures that distinguish clock, pizza and Gromov's solution.
 */
#include "plot/stack.h"

static const struct plot_row rows[] = {
	{ .title = "logits and their gradients",
	  .q = { { .name = "spectrum.irrelevance" }, { .name = "spectrum.symmetricity" } } },
	{ .title = "hidden units",
	  .low = 0,
	  .high = 1,
	  .q = { { .name = "spectrum.neuron_share" }, { .name = "spectrum.neuron_clustered" } } },
	{ .title = "phases of hidden units",
	  .q = { { "spectrum.phase_sum", .color = PLOT_GREEN },
		 { "spectrum.phase_resultant", .color = PLOT_PINK } } },
	PLOT_ACCURACY,
};

static const struct plot_rows stack = PLOT_TRAINING(rows);

const struct plot_kind plot_algorithm = {
	.name = "algorithm",
	.purpose = "which algorithm the network runs: distance irrelevance, hidden units, phases",
	.needs = { "spectrum.irrelevance" },
	.command = "grok-spectrum --algorithm",
	.stack = &stack,
	.heading = "Algorithm",
	.caption = "Distance irrelevance near 0 and gradient symmetricity near 1 mark a pizza, "
		   "the reverse a clock; in Gromov's solution "
		   "every hidden unit has one frequency, and its phases add up.",
	.groups = 2,
};

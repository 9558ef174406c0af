/* Norms and ranks of the weight matrices beside their complexity. */
#include "plot/stack.h"

static const struct plot_row rows[] = {
	{ .title = "nuclear norm, sum over matrices", .q = { { .name = "spectrum.nuclear" } } },
	{ .title = "rank, mean over matrices",
	  .q = { { "spectrum.stable_rank", .color = PLOT_GREEN },
		 { "spectrum.effective_rank", .color = PLOT_PINK } } },
	{ .q = { { .name = "bdm.bits" } } },
	PLOT_ACCURACY,
};

static const struct plot_rows stack = PLOT_TRAINING(rows);

const struct plot_kind plot_ranks = {
	.name = "ranks",
	.purpose = "nuclear norm and ranks of the weight matrices, beside their complexity",
	.needs = { "spectrum.nuclear" },
	.command = "grok-spectrum --singular",
	.stack = &stack,
	.heading = "Norms and ranks",
	.caption = "Of all weight matrices; a rank falls when few directions carry a matrix.",
	.groups = 2,
};

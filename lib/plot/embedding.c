/* The order in the embedding over training: the paper's measures, and how much it is a ring. */
#include "plot/stack.h"

static const struct plot_row rows[] = {
	{ .title = "Gini of |F|², all rows",
	  .low = 0,
	  .high = 1,
	  .q = { { "spectrum.gini2d_power", .label = "embedding" },
		 { "spectrum.gini2d_power_null", .label = "noise", .color = PLOT_FAINT,
		   .dash = 2 } } },
	{ .title = "IPR of |F|², all rows",
	  .log = 1,
	  .q = { { "spectrum.ipr2d_power", .label = "embedding" },
		 { "spectrum.ipr2d_power_null", .label = "noise", .color = PLOT_FAINT,
		   .dash = 2 } } },
	{ .title = "geometric complexity C_geo",
	  .q = { { "spectrum.concentration", .label = "embedding" },
		 { "spectrum.concentration_null", .label = "noise", .color = PLOT_FAINT,
		   .dash = 2 } } },
	{ .title = "largest eigenvalues of the Gram matrix",
	  .q = { { .name = "spectrum.eig1" }, { .name = "spectrum.eig2" } } },
	{ .title = "longest H1 class: where it is born, where it dies",
	  .q = { { .name = "spectrum.h1_birth" }, { .name = "spectrum.h1_death" } } },
	{ .title = "ring",
	  .low = 0,
	  .high = 1,
	  .q = { { "spectrum.circular", .color = PLOT_GREEN },
		 { "spectrum.homomorphism", .color = PLOT_PINK } } },
	PLOT_ACCURACY,
};

static const struct plot_rows stack = PLOT_TRAINING(rows);

const struct plot_kind plot_embedding = {
	.name = "embedding",
	.purpose = "order of the embedding by the paper's measures, its topology and its ring",
	.needs = { "spectrum.gini2d_power" },
	.command = "grok-spectrum",
	.stack = &stack,
	.heading = "Order of the embedding",
	.caption = "Concentration of the two-dimensional spectrum beside Gaussian noise, "
		   "geometric complexity, and whether the rows are one circle.",
	.groups = 2,
};

/*
 * All measures in one picture: accuracy, spectrum, complexity, norms and mediation of the network
 * on one axis of steps, and below them the singular feature machine over its iterations.
 */
#include "plot/stack.h"

static const struct plot_row network_rows[] = {
	PLOT_ACCURACY,
	{ .title = "spectrum",
	  .low = 0,
	  .high = 1,
	  .q = { { "spectrum.gini", .color = PLOT_GREEN },
		 { "spectrum.gini_null", .color = PLOT_FAINT, .dash = 2 },
		 { "spectrum.ring_r2", .color = PLOT_PINK } } },
	{ .title = "loss by frequency",
	  .log = 1,
	  .q = { { "spectrum.restricted_loss", .color = PLOT_GREEN },
		 { "spectrum.excluded_loss", .color = PLOT_PINK } } },
	{ .title = "K of weights (bits)",
	  .q = { { .name = "bdm.bits" },
		 { "bdm.null_mean", .sd = "bdm.null_sd", .color = PLOT_FAINT, .dash = 2 } } },
	{ .log = 1, .q = { { "llc.lambda", .sd = "llc.se", .color = 0xd55e00 } } },
	{ .title = "norm of weights",
	  .q = { { "train.weight_norm", .color = PLOT_DARK },
		 { "bdm.norm", .color = PLOT_PINK } } },
	{ .title = "mean |CMS| of the heads (nats)",
	  .q = { { "cma.mean_abs", .of = "layer *", .label = "mean", .color = PLOT_YELLOW } } },
};

static const struct plot_row machine_rows[] = {
	{ .title = "feature machine: complexity λ",
	  .log = 1,
	  .q = { { "sfm.lambda", .color = PLOT_GREEN } } },
	{ .title = "feature machine: loss",
	  .log = 1,
	  .decades = 9,
	  .q = { { .name = "sfm.train_loss" }, { .name = "sfm.test_loss" } } },
};

static const struct plot_rows network = PLOT_TRAINING(network_rows);
static const struct plot_rows machine = { machine_rows,
					  sizeof(machine_rows) / sizeof(*machine_rows), NULL,
					  "iteration" };
enum { GAP = 16 }; /* between the two */

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	struct plot_page p;
	struct plot_shape above, below;
	struct plot_box box;
	double scale; /* of a page that is not as high as it would be */

	plot_stack_shape(g, d, o, &network, &above);
	plot_stack_shape(g, d, o, &machine, &below);
	if (!above.stacks && !below.stacks)
		return err_set(e, "the stream has no accuracy and no feature machine to draw");
	if (plot_fits(g, o, STACK_LEAST * (above.height + below.height), e) < 0 ||
	    plot_page_start(&p, g, o, above.stacks > 1 || below.stacks > 1 ? 920 : 860,
			    above.height + below.height + GAP, e) < 0)
		return -1;
	scale = (p.height - p.top - GAP) / (double)(above.height + below.height);
	box = (struct plot_box){ 74, p.top, p.width - 74 - 22, scale * above.height };
	if (plot_stack(&p, d, o, box, &network, e) < 0)
		return -1;
	box.y += box.h + (above.stacks ? GAP : 0);
	box.h = scale * below.height;
	if (plot_stack(&p, d, o, box, &machine, e) < 0)
		return -1;
	plot_footer(&p, d, d->series.nruns == 1 ? 0 : -1);
	return 0;
}

const struct plot_kind plot_dashboard = {
	.name = "dashboard",
	.purpose = "everything that was measured, on one axis of steps",
	.needs = { "train.train_acc", "train.test_acc", "sfm.lambda" },
	.command = "grok-train",
	.draw = draw,
	.heading = "At a glance",
	.caption = "Everything that was measured, on one axis of steps. "
		   "Lines are means over the runs of a configuration, "
		   "bands reach from the least to the largest run. Loss by frequency: "
		   "of the network with only its key frequencies, and with all others, in nats.",
	.groups = 2,
};

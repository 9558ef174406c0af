/*
 * Everything at once: accuracy, spectrum, complexity, norms and mediation of the network on one
 * axis of steps, and below them the singular feature machine on its own iterations.
 */
#include "plot_stack.h"

int plot_dashboard(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		   struct err *e);

static const struct plot_row network[] = {
	{ .title = "accuracy",
	  .low = 0,
	  .high = 1,
	  .q = { { "train.train_acc", .label = "train" }, { "train.test_acc", .label = "test" } } },
	{ .title = "spectrum of the embedding",
	  .low = 0,
	  .high = 1,
	  .q = { { "spectrum.gini", .label = "Gini", .color = 0x009e73 },
		 { "spectrum.gini_null", .label = "Gini of noise", .color = PLOT_FAINT, .dash = 2 },
		 { "spectrum.ring_r2", .label = "best ring R²", .color = 0xcc79a7 } } },
	{ .title = "loss by frequencies (nats)",
	  .log = 1,
	  .q = { { "spectrum.restricted_loss", .label = "key ones only", .color = 0x009e73 },
		 { "spectrum.excluded_loss", .label = "key ones taken out", .color = 0xcc79a7 } } },
	{ .title = "complexity K of the weights (bits)",
	  .q = { { "bdm.bits", .label = "weights", .color = 0x0072b2 },
		 { "bdm.null_mean", .label = "shuffled weights", .sd = "bdm.null_sd",
		   .color = PLOT_FAINT, .dash = 2 } } },
	{ .title = "norm of the weights",
	  .q = { { "train.weight_norm", .label = "all parameters", .color = 0x555555 },
		 { "bdm.norm", .label = "matrices", .color = 0xcc79a7 } } },
	{ .title = "mean |CMS| of the heads, range over layers",
	  .q = { { "cma.mean_abs", .of = "layer *", .label = "mean", .color = 0xe69f00 } } },
};

static const struct plot_row machine[] = {
	{ .title = "singular feature machine: complexity λ",
	  .log = 1,
	  .q = { { "sfm.lambda", .label = "half the features in use", .color = 0x009e73 } } },
	{ .title = "singular feature machine: loss",
	  .log = 1,
	  .decades = 9,
	  .q = { { "sfm.train_loss", .label = "train" }, { "sfm.test_loss", .label = "test" } } },
};
enum {
	NETWORK = sizeof(network) / sizeof(*network),
	MACHINE = sizeof(machine) / sizeof(*machine),
	GAP = 16, /* between the two */
};

int plot_dashboard(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		   struct err *e)
{
	struct plot_page p;
	int height[2], columns[2], most, top = o->title ? 32 : 6;
	struct plot_box box;
	double row;

	columns[0] = plot_stack_shape(d, network, NETWORK, &height[0]);
	columns[1] = plot_stack_shape(d, machine, MACHINE, &height[1]);
	most = columns[0] > columns[1] ? columns[0] : columns[1];
	if (!most)
		return err_set(e, "the stream has no accuracy and no feature machine to draw");
	if (plot_page_start(&p, g, o, most == 1 ? 860 : 460 * most,
			    top + PLOT_ROW_HEIGHT * (height[0] + height[1]) +
				    PLOT_STACK_FOOT * (!!columns[0] + !!columns[1]) + GAP + 12,
			    e) < 0)
		return -1;
	row = (p.height - top - 12.0 - GAP - PLOT_STACK_FOOT * (!!columns[0] + !!columns[1])) /
	      (height[0] + height[1]);
	box = (struct plot_box){ 74, top, p.width - 74 - 22, row * height[0] + PLOT_STACK_FOOT };
	if (columns[0]) {
		if (plot_stack(&p, d, box, network, NETWORK, "train.test_acc", "step", e) < 0)
			return -1;
		box.y += box.h + GAP;
	}
	box.h = row * height[1] + PLOT_STACK_FOOT;
	if (columns[1] && plot_stack(&p, d, box, machine, MACHINE, NULL, "iteration", e) < 0)
		return -1;
	plot_footer(&p, d, d->series.nruns == 1 ? 0 : -1);
	return 0;
}

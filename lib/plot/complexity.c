/* Algorithmic complexity beside that of shuffled weights, the norm that could explain it, and accuracy. */
#include "plot/stack.h"

static const struct plot_row rows[] = {
	{ .title = "complexity K (bits)",
	  .q = { { "bdm.bits" },
		 { "bdm.null_mean", .sd = "bdm.null_sd", .color = PLOT_FAINT, .dash = 2 } } },
	{ .title = "K against shuffled weights (sd)", .q = { { "bdm.z", .color = PLOT_GREEN } } },
	{ .title = "L2 norm of these weights", .q = { { "bdm.norm", .color = PLOT_PINK } } },
	{ .title = "accuracy",
	  .low = 0,
	  .high = 1,
	  .q = { { "train.train_acc" }, { "train.test_acc" } } },
};
enum { ROWS = sizeof(rows) / sizeof(*rows) };

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	struct plot_page p;
	struct plot_shape shape;

	plot_stack_shape(g, d, o, rows, ROWS, &shape);
	if (!shape.stacks)
		return err_set(e, "the stream has no metrics 'bdm.bits' to draw");
	if (plot_page_start(&p, g, o, shape.width, shape.height, e) < 0)
		return -1;
	if (plot_stack(&p, d, o,
		       (struct plot_box){ 74, p.top, p.width - 74 - 22, p.height - p.top }, rows,
		       ROWS, "train.test_acc", "step", e) < 0)
		return -1;
	plot_footer(&p, d, d->series.nruns == 1 ? 0 : -1);
	return 0;
}

const struct plot_kind plot_complexity = {
	.name = "complexity",
	.purpose = "algorithmic complexity, its null, and the norm of the weights",
	.needs = { "bdm.bits" },
	.command = "grok-bdm",
	.draw = draw,
	.heading = "Complexity",
	.caption = "K by block decomposition, beside weights in random order, which have the same "
		   "values and the same norm.",
	.groups = 2,
};

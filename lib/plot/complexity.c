/* Algorithmic complexity beside that of shuffled weights, the norm that could explain it, and accuracy. */
#include "plot/stack.h"

int plot_complexity(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		    struct err *e);

static const struct plot_row rows[] = {
	{ .title = "complexity K (bits)",
	  .q = { { "bdm.bits", .label = "weights" },
		 { "bdm.null_mean", .label = "shuffled weights", .sd = "bdm.null_sd",
		   .color = PLOT_FAINT, .dash = 2 } } },
	{ .title = "K against shuffled weights (sd)",
	  .q = { { "bdm.z", .label = "z", .color = 0x009e73 } } },
	{ .title = "L2 norm of these weights",
	  .q = { { "bdm.norm", .label = "L2 norm", .color = 0xcc79a7 } } },
	{ .title = "accuracy",
	  .low = 0,
	  .high = 1,
	  .q = { { "train.train_acc", .label = "train" }, { "train.test_acc", .label = "test" } } },
};
enum { ROWS = sizeof(rows) / sizeof(*rows) };

int plot_complexity(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		    struct err *e)
{
	struct plot_page p;
	struct plot_shape shape;
	int top = o->title ? 32 : 6;

	plot_stack_shape(d, o, rows, ROWS, &shape);
	if (!shape.stacks)
		return err_set(e, "the stream has no metrics 'bdm.bits' to draw");
	if (plot_page_start(&p, g, o, shape.width, top + shape.height + 4, e) < 0)
		return -1;
	if (plot_stack(&p, d, o,
		       (struct plot_box){ 74, top, p.width - 74 - 22, p.height - top - 4 }, rows,
		       ROWS, "train.test_acc", "step", e) < 0)
		return -1;
	plot_footer(&p, d, d->series.nruns == 1 ? 0 : -1);
	return 0;
}

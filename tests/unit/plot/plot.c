/* plot: where steps stand on the axis, how they are written, which checkpoints are picked. */
#include "plot/panel.h"
#include "check.h"

static struct err e;

static void test_axis(void)
{
	struct plot_axis a;
	char text[32];

	plot_axis_fit(&a, 10, 1e4, 1);
	check_near(plot_axis_at(&a, 100), 2, 1e-12);
	check(plot_axis_at(&a, 0) < plot_axis_at(&a, 10));
	check(plot_axis_at(&a, 0) > a.low && plot_axis_at(&a, 1e4) < a.high);
	plot_axis_fit(&a, 5, 5, 0);
	check(a.low < a.high && isnan(plot_axis_at(&a, 0)));
	plot_step_text(text, sizeof(text), 950);
	check(!strcmp(text, "950"));
	plot_step_text(text, sizeof(text), 1500);
	check(!strcmp(text, "1.5k"));
	plot_step_text(text, sizeof(text), 1501);
	check(!strcmp(text, "1501"));
	plot_step_text(text, sizeof(text), 2000000);
	check(!strcmp(text, "2M"));
}

static void test_pick(void)
{
	struct series_run runs[] = { { .name = "r" } };
	struct plot_array arrays[10];
	struct plot_data d = { .series = { .runs = runs, .nruns = 1 }, .arrays = arrays };
	struct plot_options o = { 0 };
	const struct plot_array **list;
	struct steps steps;
	int i;

	check(plot_pick(&d, "x", &o, 4, &list, &e) == -1);
	check_error(e, "no 'x'");
	for (i = 0; i < 10; i++)
		arrays[i] = (struct plot_array){ 0, 10 * i, i == 9 ? "y" : "x", { 0 } };
	d.narrays = 10;
	check(plot_pick(&d, "x", &o, 4, &list, &e) == 4);
	check(list[0]->step == 0 && list[3]->step == 80 && list[1]->step < list[2]->step);
	free(list);
	check(plot_pick(&d, "x", &o, 16, &list, &e) == 9);
	free(list);
	check(plot_pick(&d, "y", &o, 4, &list, &e) == 1 && list[0]->step == 90);
	free(list);
	o.steps = &steps;
	check(!steps_parse("40,10", &steps, &e) && plot_pick(&d, "x", &o, 4, &list, &e) == 2);
	check(list[0]->step == 10 && list[1]->step == 40);
	free(list);
	check(!steps_parse("20..40,last", &steps, &e) && plot_pick(&d, "x", &o, 4, &list, &e) == 4);
	check(list[0]->step == 20 && list[3]->step == 80);
	free(list);
	check(!steps_parse("81..89", &steps, &e) && plot_pick(&d, "x", &o, 4, &list, &e) == -1);
	check_error(e, "at the chosen steps");
	check(!steps_parse("40,7", &steps, &e) && plot_pick(&d, "x", &o, 4, &list, &e) == -1);
	check_error(e, "run 'r' has no 'x' at step 7");
}

/* A legend beside the title while it has room, then in as many lines as it takes. */
static void test_legend(void)
{
	struct plot_page p = {
		.text = 1
	}; /* nine pixels a character, 36 for a sample, 16 between */
	struct plot_line keys[] = { { .label = "train" }, { .label = NULL }, { .label = "test" } };

	check(plot_legend_rows(&p, 45 + 97 + 88, "title", keys, 3) == 0);
	check(plot_legend_rows(&p, 45 + 97 + 87, "title", keys, 3) == 1);
	check(plot_legend_rows(&p, 97 + 88 - 16, "title", keys, 3) == 1);
	check(plot_legend_rows(&p, 97 + 88 - 17, "title", keys, 3) == 2);
	check(plot_legend_rows(&p, 5, "title", keys, 3) == 2);
}

/* As many styles as colours and dashes allow are different. */
static void test_style(void)
{
	struct plot_line a = { 0 }, b = { 0 };
	int i, j;

	for (i = 0; i < 35; i++)
		for (j = 0; j < i; j++) {
			plot_style(&a, i);
			plot_style(&b, j);
			check(a.color != b.color || a.dash != b.dash);
		}
}

static void test_grid(void)
{
	struct plot_grid grid = { .gap = 10, .above = 5, .below = 15 };
	struct plot_box all = { 0, 0, 210, 200 }, b;

	plot_grid_fit(&grid, 4, 210, 100);
	check(grid.across == 2 && grid.down == 2);
	b = plot_grid_box(&grid, all, 3);
	check_near(b.x, 110, 1e-9);
	check_near(b.y, 105, 1e-9);
	check_near(b.w, 100, 1e-9);
	check_near(b.h, 80, 1e-9);
	plot_grid_fit(&grid, 3, 50, 100);
	check(grid.across == 1 && grid.down == 3);
	plot_grid_fit(&grid, 4, 320, 100); /* two and two, not three and one */
	check(grid.across == 2 && grid.down == 2);
}

int main(void)
{
	test_legend();
	test_style();
	test_grid();
	test_axis();
	test_pick();
	return 0;
}

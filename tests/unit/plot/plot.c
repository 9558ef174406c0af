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
	int64_t steps[] = { 40, 10, 7 };
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
	o.steps = steps;
	o.nsteps = 2;
	check(plot_pick(&d, "x", &o, 4, &list, &e) == 2);
	check(list[0]->step == 40 && list[1]->step == 10);
	free(list);
	o.nsteps = 3;
	check(plot_pick(&d, "x", &o, 4, &list, &e) == -1);
	check_error(e, "run 'r' has no 'x' at step 7");
}

int main(void)
{
	test_axis();
	test_pick();
	return 0;
}

/* quantity: each metric has one row, made by the tool that its name begins with. */
#include "check.h"
#include "sync/quantity.h"

static void check_row(const struct quantity *q)
{
	const char *dot = strchr(q->name, '.'), *program = q->command + strlen("grok-");
	size_t tool = (size_t)(dot - q->name);

	check(quantity_find(q->name) == q); /* not named twice */
	check(*q->title && *q->label && *q->family && q->unit);
	check(!strncmp(q->command, "grok-", 5) && !strncmp(program, q->name, tool));
	check(program[tool] == 0 || program[tool] == ' ');
	check(q->direction >= -1 && q->direction <= 1);
	check(strcmp(q->unit, "%") != 0 || q->scale == QUANTITY_SHARE);
}

int main(void)
{
	const struct quantity *q;
	struct err e;
	char axis[80], *list;

	for (q = quantity_rows; q->name; q++)
		check_row(q);
	check(q - quantity_rows > 100);
	check(!quantity_find("train.no_such") && !quantity_find("train"));
	check(!strcmp(quantity_label("train.test_acc"), "test"));
	check(!strcmp(quantity_label("my.own"), "my.own"));
	quantity_axis(quantity_find("bdm.bits"), axis, sizeof(axis));
	check(!strcmp(axis, "complexity K (bits)"));
	quantity_axis(quantity_find("train.test_acc"), axis, sizeof(axis));
	check(!strcmp(axis, "accuracy"));
	list = quantity_followed(&e);
	check(list && !strncmp(list, "train.train_acc,", 16));
	check(strstr(list, ",cma.acc skip *-* "));
	check(strstr(list, ",spectrum.restricted_loss*,") && !strstr(list, "train.lr"));
	free(list);
	return 0;
}

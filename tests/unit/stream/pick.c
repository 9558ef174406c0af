/* Which records a selection takes. */
#include "glob.h"
#include "check.h"
#include "stream/pick.h"

int main(void)
{
	const struct value values[] = { { "train.test_acc", 1 }, { "train.lr", 2 } };
	struct record w = { .kind = RECORD_TENSOR,
			    .kind_name = "tensor",
			    .run = "add-p97-s1-0",
			    .step = 100,
			    .name = "transformer.wte.weight",
			    .role = ROLE_PARAM };
	struct record m = { .kind = RECORD_METRICS,
			    .kind_name = "metrics",
			    .run = "add-p97-s2-0",
			    .step = 50,
			    .tool = "grok-train",
			    .values = values,
			    .nvalues = 2 };
	struct record head = { .kind = RECORD_HEAD, .kind_name = "head", .run = "x" };
	struct record other = { .kind = RECORD_OTHER, .kind_name = "note" };
	struct pick p = { 0 };
	struct err e;

	check(pick_has(&p, &w, 0) && pick_has(&p, &m, 0) && pick_has(&p, &other, 0));
	p = (struct pick){ .names = "*.wte.*,train.l*" };
	check(pick_has(&p, &w, 0) && pick_has(&p, &m, 0) && pick_has(&p, &head, 0));
	p.names = "spectrum.*";
	check(!pick_has(&p, &w, 0) && !pick_has(&p, &m, 0));
	p = (struct pick){ .runs = "*-s2-*" };
	check(!pick_has(&p, &w, 0) && pick_has(&p, &m, 0) && pick_has(&p, &other, 0));
	p = (struct pick){ .kinds = "tensor" };
	check(pick_has(&p, &w, 0) && !pick_has(&p, &m, 0) && !pick_has(&p, &other, 0));
	p = (struct pick){ .roles = "state,measure" };
	check(!pick_has(&p, &w, 0) && pick_has(&p, &m, 0));
	p.roles = "param";
	check(pick_has(&p, &w, 0));
	p = (struct pick){ 0 };
	check(!steps_parse("last,10", &p.steps, &e));
	check(pick_has(&p, &w, 100) && !pick_has(&p, &w, 200) && !pick_has(&p, &m, 100));
	check(pick_has(&p, &head, 7));
	w.name = "data.split";
	check(pick_has(&p, &w, 200));

	check(glob_matches("a\\*b", "a*b") && !glob_matches("a\\*b", "axb"));
	check(glob_matches("h[0-3].*", "h2.w") && !glob_matches("", "x") && glob_matches("x,", ""));
	check(!pick_check_roles("param,measure", &e) && pick_check_roles("params", &e) == -1);
	check_error(e, "'params' is not one of");
	check(pick_check_roles("", &e) == -1 && pick_check_roles("param,", &e) == -1);
	return 0;
}

/* Selecting records; see pick.h. */
#include "stream/pick.h"

#include <string.h>

#include "glob.h"
#include "list.h"

int pick_check_roles(const char *roles, struct err *e)
{
	const char *item;
	enum role role;
	size_t n;

	while (list_next(&roles, &item, &n))
		if (format_role(item, n, &role))
			return err_set(e, "'%.*s' is not one of param, state, measure",
				       (int)(n < 64 ? n : 64), item);
	return 0;
}

static int has_step(const struct pick *p, const struct record *r, int64_t last)
{
	if (!format_has_step(r->kind))
		return 1;
	if (r->kind == RECORD_TENSOR && !strncmp(r->name, "data.", 5))
		return 1;
	return steps_has(&p->steps, r->step, last);
}

static int has_name(const struct pick *p, const struct record *r)
{
	int i;

	if (r->kind == RECORD_TENSOR)
		return glob_matches(p->names, r->name);
	if (r->kind != RECORD_METRICS || !p->names)
		return 1;
	for (i = 0; i < r->nvalues; i++)
		if (glob_matches(p->names, r->values[i].name))
			return 1;
	return 0;
}

int pick_has(const struct pick *p, const struct record *r, int64_t last)
{
	if (p->runs && r->run && !glob_matches(p->runs, r->run))
		return 0;
	if (!glob_matches(p->kinds, r->kind_name) || !has_step(p, r, last))
		return 0;
	if (p->roles && r->kind == RECORD_TENSOR &&
	    !glob_matches(p->roles, format_role_name(r->role)))
		return 0;
	if (r->kind == RECORD_METRICS && !glob_matches(p->ofs, r->of ? r->of : ""))
		return 0;
	return has_name(p, r);
}

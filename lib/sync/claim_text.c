/* Verdicts and scales in words, for tables and reports. */
#include <stdio.h>
#include <string.h>

#include "sync/claim.h"

const char *claim_verdict_text(const struct claim_row *r, char text[CLAIM_TEXT])
{
	static const char *const verdicts[] = { "holds", "does not hold", "in part", "not asked" };
	int bounded = r->verdict != CLAIM_NOT_ASKED && !claim_paper_scale(r);

	snprintf(text, CLAIM_TEXT, "%s%s", verdicts[r->verdict], bounded ? " at this scale" : "");
	return text;
}

const char *claim_scale_text(const struct claim_row *r, char text[CLAIM_TEXT])
{
	char last[24] = "";

	if (r->last < r->steps)
		snprintf(last, sizeof(last), "%.0f of ", r->last);
	text[0] = '\0';
	if (r->asked && r->machine)
		snprintf(text, CLAIM_TEXT, "machine");
	else if (r->asked)
		snprintf(text, CLAIM_TEXT, "%d x %d, %s%.0f steps", r->layers, r->width, last,
			 r->steps);
	return text;
}

int claim_is_map(const char *name)
{
	static const char *const names[] = { "cma.cms", "cma.positions", "cma.context",
					     "cma.other_head" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i]))
			return 1;
	return 0;
}

/* Words that somebody may have meant. */
#include "check.h"
#include "nearest.h"

static const char *const words[] = { "steps", "step",         "seed", "save",
				     "state", "weight-decay", "width" };

static int suggests(const char *text, const char *word)
{
	struct nearest near = nearest_to(text);
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		nearest_offer(&near, words[i]);
	if (!word)
		return !nearest_word(&near);
	return nearest_word(&near) && !strcmp(nearest_word(&near), word);
}

int main(void)
{
	char longest[1000];

	check(suggests("steps", NULL)); /* it is right */
	check(suggests("stpes", "steps")); /* two swapped */
	check(suggests("sede", "seed"));
	check(suggests("weight_decay", "weight-decay"));
	check(suggests("weihgtdecay", "weight-decay"));
	check(suggests("weight", "weight-decay")); /* the beginning */
	check(suggests("xyzzy", NULL));
	check(suggests("", NULL));
	check(suggests("q", NULL));
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = 0;
	check(suggests(longest, NULL));
	return 0;
}

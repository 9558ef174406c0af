/* Running other programs: input, output, messages, failures. */
#include "check.h"
#include "command.h"

static struct err e;

int main(void)
{
	static char *const cat[] = { "cat", NULL }, *const fails[] = { "ls", "/absent", NULL };
	static char *const none[] = { "grok-no-such-program", NULL };
	struct command c = { .out = NULL };

	check(!command_run(cat, "coreutils", "a\0b", 3, &c, &e));
	check(!c.failed && c.bytes == 3 && !memcmp(c.out, "a\0b", 4) && !*c.said);
	command_free(&c);
	command_free(&c);
	check(!command_run(fails, "coreutils", "", 0, &c, &e));
	check(c.failed && !c.bytes && strstr(c.said, "/absent"));
	command_free(&c);
	check(command_run(none, "nowhere", "", 0, &c, &e) == -1);
	check_error(e, "cannot run 'grok-no-such-program' (Debian package nowhere)");
	return 0;
}

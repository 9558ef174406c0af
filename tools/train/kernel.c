/*
 * kernel - run with the BLAS kernel that an option names
 */
#include "train/kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli.h"
#include "gpt/linalg.h"

static const char *const variable = "OPENBLAS_CORETYPE";

/*
 * OpenBLAS takes the name's word: a kernel of instructions that the processor lacks would end in a
 * signal.
 */
static int is_supported(const char *name)
{
#ifdef __x86_64__
	static const char *const wide[] = { "SkylakeX", "Cooperlake", "SapphireRapids" };
	static const char *const fused[] = { "Haswell", "Zen", "Excavator" };
	size_t i;

	for (i = 0; i < sizeof(wide) / sizeof(*wide); i++)
		if (!strcasecmp(name, wide[i]))
			return __builtin_cpu_supports("avx512bw") &&
			       __builtin_cpu_supports("avx512vl");
	for (i = 0; i < sizeof(fused) / sizeof(*fused); i++)
		if (!strcasecmp(name, fused[i]))
			return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
	(void)name;
	return 1;
}

void kernel_use(const char *name, char **argv)
{
	const char *asked = getenv(variable);
	char here[LINALG_KERNEL];

	linalg_kernel(here);
	here[strcspn(here, "/")] = 0;
	if (!strcasecmp(here, name))
		return;
	if (!is_supported(name))
		cli_die("--kernel: this processor cannot run '%s'", name);
	if (asked && !strcmp(asked, name))
		cli_die("--kernel: OpenBLAS has no '%s' here, and would use '%s'", name, here);
	if (setenv(variable, name, 1))
		cli_die("--kernel: %s", strerror(errno));
	execvp(argv[0], argv);
	cli_die("--kernel: cannot start '%s' again: %s", argv[0], strerror(errno));
}

/*
 * Blocks of eight symbols and of sides above 4, against a plain implementation
 * (tests/ref/wide.py).
 */
#include "bdm/bdm.h"
#include "check.h"

enum { CELLS = 1024 };

static int find(const char *name, const char *const *names, int n)
{
	int i = 0;

	while (i < n && strcmp(name, names[i]) != 0)
		i++;
	check(i < n);
	return i;
}

/* Sums of some hundred doubles: 1e-9 of each. */
static void against_reference(void)
{
	static const char *const codes[] = { "planes", "gray" };
	static const char *const boundaries[] = { "ignore", "pad", "recursive" };
	static char line[CELLS + 100], cells[CELLS + 1];
	static uint8_t symbol[CELLS];
	FILE *f = fopen("tests/ref/wide.txt", "r");
	size_t rows = 0, cols = 0, unique, blocks;
	int levels = 0, side, compared = 0;
	char code[16], boundary[16];
	struct bdm_result r;
	struct bdm b;
	struct err e;
	double k;

	check(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "matrix %*s %d %zu %zu %1024s", &levels, &rows, &cols, cells) ==
		    4) {
			for (size_t i = 0; i < rows * cols; i++)
				symbol[i] = (uint8_t)(cells[i] - '0');
			continue;
		}
		check(sscanf(line, "K %d %15s %15s %lf %zu %zu", &side, code, boundary, &k, &unique,
			     &blocks) == 6);
		check(bdm_init(&b, (enum bdm_code)find(code, codes, 2), levels, side,
			       (enum bdm_boundary)find(boundary, boundaries, 3), &e) == 0);
		check(bdm_measure(&b, symbol, rows, cols, &r, &e) == 0);
		check_near(r.bits, k, 1e-9 * k);
		check(r.unique == unique && r.blocks == blocks);
		check(bdm_normalise(&b, &r, &e) == 0 && isnan(r.largest) && isnan(bdm_share(&r)));
		bdm_free(&b);
		compared++;
	}
	fclose(f);
	check(compared == 3 * 6 * (4 + 4 + 7));
}

static void refused(void)
{
	uint8_t symbol[64] = { 0 };
	double map[1];
	struct err e;
	struct bdm b;

	check(bdm_init(&b, BDM_PLANES, 3, 4, BDM_IGNORE, &e) == -1);
	check_error(e, "2, 4 or 8 symbols, not 3");
	check(bdm_init(&b, BDM_PLANES, 8, 9, BDM_IGNORE, &e) == -1);
	check_error(e, "sides of 2 to 8, not 9");
	check(bdm_init(&b, BDM_NATIVE, 8, 3, BDM_IGNORE, &e) == -1);
	check_error(e, "4 symbols, not for 8");
	check(bdm_init(&b, BDM_PLANES, 8, 4, BDM_IGNORE, &e) == 0);
	check(bdm_map(&b, symbol, 8, 8, map, &e) == -1);
	check_error(e, "a map is for up to 4 symbols");
	bdm_free(&b);
}

int main(void)
{
	against_reference();
	refused();
	return 0;
}

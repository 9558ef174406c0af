/* CTM of one block with a key of up to 32 bits, by each code; see bdm.h and internal.h. */
#include "bdm/internal.h"

int bdm_symbols(const struct bdm *b)
{
	return b->code == BDM_NATIVE ? 4 : 2;
}

double bdm_value(const struct bdm *b, int side, uint32_t key, int *found)
{
	const double *bits = b->table.bits[side][side];
	double missing = b->table.missing[side][side];
	int cells = side * side;
	uint32_t mask = (1u << cells) - 1, hi = key >> cells & mask, lo = key & mask;

	if (b->code == BDM_NATIVE || b->levels == 2) {
		*found = bits[key] < missing;
		return bits[key];
	}
	if (b->code == BDM_GZIP_MIX) {
		*found = !hi && bits[lo] < missing;
		return hi ? bdm_gzip_bytes(key, cells) : bits[lo];
	}
	*found = bits[hi] < missing && bits[hi ^ lo] < missing;
	if (b->code == BDM_GRAY)
		return bits[hi] + bits[hi ^ lo];
	*found = *found && bits[lo] < missing;
	return (bits[hi] + bits[lo] + bits[hi ^ lo]) * (2 / 3.0);
}

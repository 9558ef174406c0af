/* A hash of bytes; see hash.h. */
#include "hash.h"

uint64_t hash_bytes(uint64_t h, const void *p, size_t n)
{
	const unsigned char *q = p;

	while (n--)
		h = (h ^ *q++) * UINT64_C(0x100000001b3);
	return h;
}

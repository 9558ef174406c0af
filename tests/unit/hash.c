/* hash: values published with FNV-1a, and bytes in parts */
#include "check.h"
#include "hash.h"

int main(void)
{
	/* "a" and "foobar" of the reference's test suite */
	check(hash_bytes(HASH_START, "", 0) == HASH_START);
	check(hash_bytes(HASH_START, "a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
	check(hash_bytes(HASH_START, "foobar", 6) == UINT64_C(0x85944171f73967e8));
	check(hash_bytes(hash_bytes(HASH_START, "foo", 3), "bar", 3) ==
	      hash_bytes(HASH_START, "foobar", 6));
	return 0;
}

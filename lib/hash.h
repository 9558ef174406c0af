/*
 * hash - FNV-1a of 64 bits (Fowler, Noll and Vo): for tables, ids and checks, not against malice
 */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START UINT64_C(0xcbf29ce484222325) /* the hash of no bytes */

/* hash_bytes - @h, the hash of what came before, with @n more bytes */
uint64_t hash_bytes(uint64_t h, const void *p, size_t n);

#endif

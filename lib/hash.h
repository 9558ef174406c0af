/*
 * hash - 64-bit FNV-1a (Fowler, Noll and Vo), for hash tables, ids and checks
 *
 * It is not cryptographic: it does not protect against data that was made to collide.
 */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START UINT64_C(0xcbf29ce484222325) /* the hash of no bytes */

/* hash_bytes - extend @h, the hash of the bytes so far, by @n bytes at @p; returns the new hash */
uint64_t hash_bytes(uint64_t h, const void *p, size_t n);

#endif

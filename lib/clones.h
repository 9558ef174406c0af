/*
 * clones - compile a function for several instruction sets; the loader picks the best one
 *
 * CLONES before a definition compiles it for x86-64, x86-64-v3 (AVX2) and x86-64-v4 (AVX-512).
 * CLONES_PICKED names the set that this processor gets: "v1", "v3" or "v4"; or it is "one" where
 * there is a single version, compiled as CFLAGS say.  That is so with clang, because other files
 * cannot call the clones that clang 14 and 15 make, and with the thread sanitiser, whose runtime is
 * not ready when the loader picks.
 */
#ifndef CLONES_H
#define CLONES_H

#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && !defined(__clang__) &&      \
	!defined(__SANITIZE_THREAD__)
#define CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#define CLONES_PICKED                                                                              \
	(__builtin_cpu_supports("avx512bw") ? "v4" : __builtin_cpu_supports("avx2") ? "v3" : "v1")
#else
#define CLONES
#define CLONES_PICKED "one"
#endif

#endif

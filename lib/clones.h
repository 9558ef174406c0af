/*
 * clones - a function compiled for several instruction sets; the loader picks the best one
 *
 * Not with clang, whose clones other files cannot call (14, 15): there CFLAGS decides.  Not with
 * the thread sanitiser, which is not ready when the loader picks.  CLONES_PICKED names the set.
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

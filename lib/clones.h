/*
 * clones - a function compiled for several instruction sets; the loader picks the best one
 *
 * Not with clang, whose clones other files cannot call (14, 15): there CFLAGS decides.  Not with the thread
 * sanitiser, which is not ready when the loader picks.
 */
#ifndef CLONES_H
#define CLONES_H

#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && !defined(__clang__) &&      \
	!defined(__SANITIZE_THREAD__)
#define CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CLONES
#endif

#endif

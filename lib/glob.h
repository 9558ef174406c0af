/*
 * glob - comma-separated lists of shell patterns, the same in every tool:
 * "transformer.h.*,lm_head.*"
 *
 * Patterns are those of POSIX fnmatch() without flags: * also matches dots and slashes.
 */
#ifndef GLOB_H
#define GLOB_H

/* glob_matches - does @text match one of the patterns of @list?  A NULL list matches everything. */
int glob_matches(const char *list, const char *text);

#endif

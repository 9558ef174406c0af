/*
 * glob - comma-separated lists of shell patterns, the same in every tool:
 * "transformer.h.*,lm_head.*"
 */
#ifndef GLOB_H
#define GLOB_H

/* glob_matches - does @text match one of the patterns of @list?  A NULL list matches everything. */
int glob_matches(const char *list, const char *text);

#endif

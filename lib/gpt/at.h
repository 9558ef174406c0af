/*
 * at - where a row of a row-major matrix begins
 */
#ifndef GPT_AT_H
#define GPT_AT_H

#include <stddef.h>

static inline size_t at(int row, int width)
{
	return (size_t)row * (size_t)width;
}

#endif

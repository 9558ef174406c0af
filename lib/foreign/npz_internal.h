/*
 * npz_internal - what npz_read.c and npz_write.c share (private to them)
 */
#ifndef FOREIGN_NPZ_INTERNAL_H
#define FOREIGN_NPZ_INTERNAL_H

#include <locale.h>

/* libarchive converts names to the charset of the locale, so it is called in a UTF-8 locale. */
locale_t npz_utf8(void); /* a new UTF-8 locale, freed by the caller; 0 when there is none */
locale_t npz_enter(locale_t utf8); /* switch to it; returns the old locale, for npz_leave */
void npz_leave(locale_t old);

/* npz_is_safe - may an archive have an entry of this name? */
int npz_is_safe(const char *name);

#endif

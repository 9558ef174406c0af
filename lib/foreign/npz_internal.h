/*
 * npz_internal - what npz_read.c and npz_write.c share
 */
#ifndef FOREIGN_NPZ_INTERNAL_H
#define FOREIGN_NPZ_INTERNAL_H

#include <locale.h>

/* libarchive converts names to the charset of the locale, so its calls are made in a UTF-8 one. */
locale_t npz_utf8(void); /* to be freed; 0 when there is none */
locale_t npz_enter(locale_t utf8); /* returns what npz_leave goes back to */
void npz_leave(locale_t old);

/* npz_is_safe - may an archive have an entry of this name? */
int npz_is_safe(const char *name);

#endif

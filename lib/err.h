/*
 * err - how every function of lib reports what went wrong
 *
 * A function that can fail returns 0 (readers: 1 for a record, 0 for the end), or -1 after it has
 * filled the struct err that the caller passed as last argument; its outputs are then untouched.
 * A message is one lower-case sentence without full stop or newline, with the subject in quotes:
 * "cannot read 'a.gts': record 7: shape 113x128 needs 57856 bytes, found 412".
 */
#ifndef ERR_H
#define ERR_H

/* What kind of error it is, for callers that must do more than print the message. */
enum err_kind {
	ERR_DATA, /* what was read is damaged or cannot be used */
	ERR_UNMATCHED, /* what was read is whole, but lacks what was asked for */
	ERR_FOREIGN, /* what was read is whole, but another program must read it first */
	ERR_MEMORY, /* memory ran out: nothing is known of the data */
	ERR_SYSTEM, /* reading or writing failed: nothing is known of the data */
};

struct err {
	char msg[512];
	enum err_kind kind;
};

/*
 * err_set - fill @e with a printf-style message; returns -1, so that callers can return it.
 * @e may be NULL.  Arguments may point into @e itself.
 */
int err_set(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* err_system - err_set, then ": " and the text of errno; ERR_SYSTEM, or ERR_MEMORY after ENOMEM */
int err_system(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* err_foreign, err_unmatched - err_set of these kinds; return -1. */
int err_foreign(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int err_unmatched(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* err_memory - "out of memory", ERR_MEMORY; returns -1. */
int err_memory(struct err *e);

/* err_prefix - put a printf-style prefix and ": " before the message of @e, whose kind stays */
int err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* err_copy - copy message and kind of @from to @e, which may be NULL; returns -1. */
int err_copy(struct err *e, const struct err *from);

#endif

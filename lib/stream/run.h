/*
 * run - write the records of a run: its head, with settings and an id made from them, metrics, end
 *
 *     struct run_settings s = { .n = 0 };
 *     char id[RUN_ID];
 *     struct record head;
 *
 *     run_set_text(&s, "op", "add");
 *     run_name(id, "add-s1", s.list, s.n, &e);
 *     head = run_head(id, 1, s.list, s.n, me);
 *     stream_put(out, &head, NULL, &e);
 *     tensor_put(out, id, ...);
 *     run_put_metrics(out, "grok-train", id, step, NULL, values, n, &e);
 *     run_put_end(out, id, 1, &e);
 */
#ifndef STREAM_RUN_H
#define STREAM_RUN_H

#include "stream/stream.h"

/* Bytes of an id; most settings; bytes of a word among choices */
enum { RUN_ID = 128, RUN_SETTINGS = 48, RUN_WORD = 24 };

struct run_settings {
	struct setting list[RUN_SETTINGS];
	char word[RUN_SETTINGS][RUN_WORD]; /* of run_set_choice; so this is not to be copied */
	int n;
};

/* Add a setting; keys and texts are kept, not copied, but for the word of a choice. */
void run_set_int(struct run_settings *s, const char *key, int64_t i);
void run_set_real(struct run_settings *s, const char *key, double x);
void run_set_text(struct run_settings *s, const char *key, const char *text);
void run_set_flag(struct run_settings *s, const char *key, int is_set);
/* run_set_choice - choice number @i of "a|b|c" (list.h) as a text */
void run_set_choice(struct run_settings *s, const char *key, const char *choices, int i);

/* run_name - the id: @stem, a dash, 8 hexadecimal digits of the settings' hash; 0, or -1 with @e */
int run_name(char id[RUN_ID], const char *stem, const struct setting *config, int n, struct err *e);

/* run_head - the head of a run that the program @me makes; it points to the arguments */
struct record run_head(const char *id, int64_t seed, const struct setting *config, int n,
		       const struct program *me);

/*
 * run_put_metrics - write values that @tool measured; @of: the part they describe, NULL: the whole
 */
int run_put_metrics(struct stream_out *out, const char *tool, const char *run, int64_t step,
		    const char *of, const struct value *values, int n, struct err *e);

/* run_put_end - write the end record; @complete: 1, or 0 if the run was interrupted */
int run_put_end(struct stream_out *out, const char *run, int complete, struct err *e);

#endif

/* Writing the head, the metrics and the end of a run; see run.h. */
#include "stream/run.h"

#include <assert.h>
#include <stdio.h>

#include "list.h"

static struct setting *add(struct run_settings *s, const char *key, enum setting_type type)
{
	assert(s->n < RUN_SETTINGS);
	s->list[s->n] = (struct setting){ .key = key, .type = type };
	return &s->list[s->n++];
}

void run_set_int(struct run_settings *s, const char *key, int64_t i)
{
	struct setting *added = add(s, key, SETTING_INT);

	added->i = i;
	added->x = (double)i;
}

void run_set_real(struct run_settings *s, const char *key, double x)
{
	add(s, key, SETTING_REAL)->x = x;
}

void run_set_text(struct run_settings *s, const char *key, const char *text)
{
	add(s, key, SETTING_TEXT)->text = text;
}

void run_set_flag(struct run_settings *s, const char *key, int is_set)
{
	add(s, key, SETTING_FLAG)->i = is_set;
}

void run_set_choice(struct run_settings *s, const char *key, const char *choices, int i)
{
	char *word = s->word[s->n];
	size_t n;

	choices = list_chosen(choices, i, &n);
	assert(n < RUN_WORD);
	snprintf(word, RUN_WORD, "%.*s", (int)n, choices);
	run_set_text(s, key, word);
}

int run_name(char id[RUN_ID], const char *stem, const struct setting *config, int n, struct err *e)
{
	uint64_t hash;

	if (format_hash(config, n, &hash, e))
		return -1;
	snprintf(id, RUN_ID, "%.100s-%08x", stem, (unsigned)(hash >> 32));
	return 0;
}

struct record run_head(const char *id, int64_t seed, const struct setting *config, int n,
		       const struct program *me)
{
	return (struct record){ .kind = RECORD_HEAD,
				.run = id,
				.version = FORMAT_VERSION,
				.seed = seed,
				.config = config,
				.nconfig = n,
				.chain = me,
				.nchain = 1 };
}

int run_put_metrics(struct stream_out *out, const char *tool, const char *run, int64_t step,
		    const char *of, const struct value *values, int n, struct err *e)
{
	const struct record r = { .kind = RECORD_METRICS,
				  .run = run,
				  .step = step,
				  .tool = tool,
				  .of = of,
				  .values = values,
				  .nvalues = n };

	return stream_put(out, &r, NULL, e);
}

int run_put_end(struct stream_out *out, const char *run, int complete, struct err *e)
{
	const struct record r = { .kind = RECORD_END, .run = run, .complete = complete };

	return stream_put(out, &r, NULL, e);
}

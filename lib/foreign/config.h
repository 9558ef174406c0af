/*
 * config - config.json: what the files of a model say of its run, both ways
 *
 *     { "model_type": "gpt2", "n_layer": 2, "n_head": 4, ...   keys of transformers' GPT2Config
 *       "grok": { "run": "sub-p97-s1-...", "seed": 1, "step": 400,
 *                 "config": { "op": "sub", "layers": 2, ... } } }   the settings of the head
 *
 * Both halves may state one fact, such as n_head and heads: if they differ, one of them is stale,
 * and the file is refused unless the user says which is right.  GPT2Config has settings that our
 * network has not.  If one of them changes the function, the run keeps GPT2Config's keys instead
 * of ours, so that it can be exported as it was, and no tool takes it for a network that it could
 * run.
 */
#ifndef FOREIGN_CONFIG_H
#define FOREIGN_CONFIG_H

#include "foreign/safetensors.h"

enum { CONFIG_BYTES = 1 << 24 }; /* longest config.json */

/* What is known of a run.  Zero-initialise; free with config_free. */
struct config {
	const char *run; /* NULL when nobody says */
	int64_t step, seed;
	struct setting *setting; /* (n), texts owned by json and given */
	int n, room;
	unsigned char *is_given; /* (n): by the user */
	int is_ours; /* it has an object "grok" */
	int is_gpt2; /* tensors are to have GPT-2's names */
	int is_tied;
	struct err why; /* why a GPT-2 is not a network of ours; empty: it is, or is none */
	void *json;
	char *given;
};

void config_free(struct config *c);

/* config_find - the setting of that key, or NULL */
const struct setting *config_find(const struct config *c, const char *key);

/*
 * config_read - settings from a config.json, and from the user, who is right when they differ
 *
 * @json:  @n bytes; NULL for a model without one
 * @given: "key=value,key=value", or NULL; a part without '=' belongs to the value before it
 *
 * Fills the empty @c.  Returns -1 with @e for malformed text, values out of range, and two
 * statements of one fact that differ, which it names.
 */
int config_read(const char *json, size_t n, const char *given, struct config *c, struct err *e);

/*
 * config_name - the name in a stream of a GPT-2's tensor, in @ours
 *
 * Takes off what torch.compile and DistributedDataParallel put before names (_orig_mod., module.),
 * and adds "transformer." to those of a model that was saved without its head.
 */
void config_name(const char *theirs, char *ours, size_t room);

/*
 * config_head - a head record as a JSON object: run, seed and configuration; to be freed, NULL with
 * @e
 */
char *config_head(const struct record *head, struct err *e);

/*
 * config_write - config.json of a model; to be freed, NULL with @e
 *
 * @head:  from config_head; kept in the object "grok", with @step
 * @model: its tensors.  When they are those of a GPT-2, the keys by which Hugging Face
 *         transformers and TransformerLens know one are added: sizes from the shapes, the rest from
 *         the settings.
 */
char *config_write(const char *head, int64_t step, const struct safetensors *model, struct err *e);

#endif

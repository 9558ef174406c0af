/*
 * config - config.json, which describes a model: reading the settings of a run from it, and writing
 * it
 *
 *     { "model_type": "gpt2", "n_layer": 2, "n_head": 4, ...   keys of transformers' GPT2Config
 *       "grok": { "run": "sub-p97-s1-...", "seed": 1, "step": 400,
 *                 "config": { "op": "sub", "layers": 2, ... } } }   the settings of the head
 *
 * Both halves may give the same setting, such as n_head and heads.  If the two differ, one of them
 * is out of date, and the file is refused unless the user says which is right.  GPT2Config has
 * settings that our network does not have.  If one of them has a value that changes the function,
 * the run gets GPT2Config's keys instead of ours: it can then be exported unchanged, and no tool
 * takes it for a network that it can run.
 */
#ifndef FOREIGN_CONFIG_H
#define FOREIGN_CONFIG_H

#include "foreign/safetensors.h"

enum { CONFIG_BYTES = 1 << 24 }; /* longest config.json */

/* The settings of a run.  Zero-initialise; free with config_free. */
struct config {
	const char *run; /* id; NULL if it is not given */
	int64_t step, seed;
	struct setting *setting; /* (n), texts owned by json and given */
	int n, room;
	unsigned char *is_given; /* (n) by the user */
	int is_ours; /* config.json has the object "grok" */
	int is_gpt2; /* tensors have GPT-2's names */
	int is_tied;
	struct err why; /* why this GPT-2 is not a network of ours; "": it is one, or is no GPT-2 */
	void *json;
	char *given;
};

void config_free(struct config *c);

/* config_find - the setting of that key, or NULL */
const struct setting *config_find(const struct config *c, const char *key);

/*
 * config_read - settings from a config.json and from the user, whose values take precedence
 *
 * @json:  @n bytes; NULL for a model without one
 * @given: the user's, "key=value,key=value", or NULL; a part without '=' belongs to the value
 *         before it
 *
 * Fills the empty @c.  Returns 0, or -1 with @e for malformed text, values out of range, and
 * settings that the user gives twice or the two halves give with different values, which @e names.
 */
int config_read(const char *json, size_t n, const char *given, struct config *c, struct err *e);

/*
 * config_name - the name in a stream of a GPT-2's tensor
 *
 * @ours: filled, @room bytes
 *
 * Removes the prefixes of torch.compile and DistributedDataParallel (_orig_mod., module.), and adds
 * "transformer." to names of a model that was saved without its head.
 */
void config_name(const char *theirs, char *ours, size_t room);

/*
 * config_head - a head record as a JSON object: run, seed and configuration
 *
 * The caller frees it.  NULL with @e when memory runs out.
 */
char *config_head(const struct record *head, struct err *e);

/*
 * config_write - the config.json of a model
 *
 * @head:  from config_head; becomes the object "grok", with @step
 * @model: its tensors.  If they are those of a GPT-2, the keys that Hugging Face transformers and
 *         TransformerLens need are added: sizes from the shapes, the rest from the settings.
 *
 * The caller frees it.  NULL with @e on failure.
 */
char *config_write(const char *head, int64_t step, const struct safetensors *model, struct err *e);

#endif

/*
 * GPT2Config of Hugging Face transformers: how its keys correspond to ours, and which of its models
 * are networks that this library can run.
 */
#include "foreign/config_internal.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gpt/gpt.h"

/* One fact under two names, and what GPT2Config takes when it is not said; NULL: nothing. */
static const struct fact {
	const char *theirs, *ours;
	enum setting_type type;
	const char *otherwise;
} facts[] = {
	{ "n_layer", "layers", SETTING_INT, NULL },
	{ "n_embd", "width", SETTING_INT, NULL },
	{ "n_head", "heads", SETTING_INT, NULL },
	{ "n_inner", "mlp", SETTING_INT, NULL }, /* absent or null: 4 n_embd */
	{ "activation_function", "activation", SETTING_TEXT, "gelu_new" },
	{ "tie_word_embeddings", "tie", SETTING_FLAG, "true" },
	{ "vocab_size", "vocab", SETTING_INT, NULL },
};
enum { FACTS = sizeof(facts) / sizeof(facts[0]) };

/* Settings that change the function, or its rounding, and the values that our network has. */
static const struct {
	const char *key;
	double value;
} fixed[] = {
	{ "layer_norm_epsilon", 1e-5 },
	{ "scale_attn_weights", 1 },
	{ "scale_attn_by_inverse_layer_idx", 0 },
	{ "add_cross_attention", 0 },
};
enum { FIXED = sizeof(fixed) / sizeof(fixed[0]) };

/* Names of one function; the first is ours. */
static const char *const activations[][4] = {
	{ "gelu", "gelu_python" },
	{ "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate" },
};

static const char *our_activation(const char *name)
{
	size_t i, j;

	for (i = 0; i < sizeof(activations) / sizeof(activations[0]); i++)
		for (j = 0; j < 4 && activations[i][j]; j++)
			if (!strcmp(activations[i][j], name))
				return activations[i][0];
	return NULL;
}

static void value_text(const struct setting *s, char text[48])
{
	if (s->type == SETTING_TEXT)
		snprintf(text, 48, "%.40s", s->text);
	else if (s->type == SETTING_FLAG)
		snprintf(text, 48, "%s", s->i ? "true" : "false");
	else
		snprintf(text, 48, "%.15g", s->x);
}

static int is_same(const struct setting *a, const struct setting *b)
{
	if ((a->type == SETTING_TEXT) != (b->type == SETTING_TEXT))
		return 0;
	return a->type == SETTING_TEXT ? !strcmp(a->text, b->text) : a->x == b->x;
}

/* What GPT2Config says of a fact, under our key: 1, 0 when it says nothing, -1 with @e. */
static int stated(const cJSON *root, const struct fact *f, struct setting *s, struct err *e)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, f->theirs);
	const cJSON *width = cJSON_GetObjectItemCaseSensitive(root, "n_embd");
	const char *known;

	if (!config_value(f->ours, item, s)) {
		*s = (struct setting){ .key = f->ours, .type = f->type, .text = f->otherwise };
		s->x = (double)(s->i = f->type == SETTING_FLAG);
		if (!strcmp(f->ours, "mlp") && config_value(f->ours, width, s)) {
			s->i *= 4;
			s->x *= 4;
		} else if (!f->otherwise) {
			return 0;
		}
	}
	if (s->type != f->type)
		return err_set(e, "'%s' has a value of another type", f->theirs);
	if (s->type == SETTING_INT && (s->i < 1 || s->i > INT_MAX / 4))
		return err_set(e, "'%s' is out of range", f->theirs);
	if (s->type == SETTING_TEXT) {
		known = our_activation(s->text);
		s->text = known ? known : s->text;
	}
	return 1;
}

static int differ(const char *theirs, const struct setting *there, const struct setting *here,
		  struct err *e)
{
	char a[48], b[48];

	value_text(there, a);
	value_text(here, b);
	return err_set(e,
		       "'%s' is %s, but '%s' of the object 'grok' is %s: "
		       "say which with --config %s=VALUE",
		       theirs, a, here->key, b, here->key);
}

/* Take a fact in, or compare it with what is known. */
static int state(struct config *c, const cJSON *root, const struct fact *f, struct err *e)
{
	const struct setting *known = config_find(c, f->ours), *kept = config_find(c, f->theirs);
	struct setting s;
	int got = stated(root, f, &s, e);

	if (got <= 0)
		return got;
	known = known ? known : kept;
	if (known && c->is_given[known - c->setting])
		s = *known;
	if (known && !strcmp(known->key, "mlp") && !known->i)
		return 0; /* as an option: 4 n_embd */
	if (known && !is_same(known, &s))
		return differ(f->theirs, &s, known, e);
	s.key = f->ours;
	return config_find(c, f->ours) ? 0 : config_add(c, &s, 0, e);
}

/*
 * A setting of GPT2Config that we have no name for: from @root, if it does not differ from what is
 * known.
 */
static int state_fixed(struct config *c, const cJSON *root, const char *key, struct err *e)
{
	const struct setting *known = config_find(c, key);
	struct setting s;

	if (!config_value(key, cJSON_GetObjectItemCaseSensitive(root, key), &s))
		return 0;
	if (!known)
		return config_add(c, &s, 0, e);
	return c->is_given[known - c->setting] || is_same(known, &s) ? 0
								     : differ(key, &s, known, e);
}

static int whole(const struct config *c, const char *key, int otherwise)
{
	const struct setting *s = config_find(c, key);

	return s && s->type == SETTING_INT && s->i > 0 && s->i < INT_MAX ? (int)s->i : otherwise;
}

/* Is it a network of ours?  If not, c->why says why. */
static void judge(struct config *c, const cJSON *root)
{
	const struct setting *activation = config_find(c, "activation"), *s;
	struct gpt_config g = { .layers = whole(c, "layers", 0),
				.width = whole(c, "width", 0),
				.heads = whole(c, "heads", 0),
				.mlp = whole(c, "mlp", 4 * whole(c, "width", 0)),
				.vocab = whole(c, "vocab", config_find(c, "op") ? 1 : 0) };
	struct gpt layout = { 0 };
	char text[48];
	int i;

	for (i = 0; i < FIXED; i++) {
		s = config_find(c, fixed[i].key);
		if (!s || (s->type != SETTING_TEXT && fabs(s->x - fixed[i].value) < 1e-12))
			continue;
		value_text(s, text);
		err_set(&c->why, "'%s' is %s", fixed[i].key, text);
		return;
	}
	if (cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(root, "quantization_config")))
		err_set(&c->why, "'quantization_config' says that its weights are packed");
	else if (activation && activation->type == SETTING_TEXT &&
		 !our_activation(activation->text))
		err_set(&c->why, "'activation_function' is %.40s", activation->text);
	else
		gpt_layout(&layout, &g, &c->why);
	gpt_free(&layout);
}

/* GPT2Config's keys in the place of ours. */
static int keep_theirs(struct config *c, struct err *e)
{
	const struct setting *known;
	struct setting s;
	int i;

	if (!config_find(c, "model_type") &&
	    config_add(
		    c,
		    &(struct setting){ .key = "model_type", .type = SETTING_TEXT, .text = "gpt2" },
		    0, e))
		return -1;
	for (i = 0; i < FACTS; i++) {
		known = config_find(c, facts[i].ours);
		if (!known)
			continue;
		s = *known;
		config_drop(c, facts[i].ours);
		s.key = facts[i].theirs;
		if (!config_find(c, s.key) && config_add(c, &s, 0, e))
			return -1;
	}
	return 0;
}

/* Nothing but what our network has need be said. */
static void drop_theirs(struct config *c)
{
	int i;

	for (i = 0; i < FACTS; i++)
		config_drop(c, facts[i].theirs);
	for (i = 0; i < FIXED; i++)
		config_drop(c, fixed[i].key);
	config_drop(c, "model_type");
}

static int is_gpt2(const cJSON *root)
{
	const cJSON *type = cJSON_GetObjectItemCaseSensitive(root, "model_type");

	if (type)
		return cJSON_IsString(type) && !strcmp(type->valuestring, "gpt2");
	return cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(root, "n_layer")) &&
	       cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(root, "n_embd"));
}

/* All that GPT2Config says, under our names if it is a network of ours, else under its own. */
static int merge_gpt2(struct config *c, const cJSON *root, struct err *e)
{
	const char *upcast = "reorder_and_upcast_attn"; /* changes the rounding alone */
	int i;

	c->is_gpt2 = 1;
	for (i = 0; i < FACTS; i++) /* a task tells its vocabulary */
		if ((strcmp(facts[i].ours, "vocab") || !config_find(c, "op")) &&
		    state(c, root, &facts[i], e))
			return -1;
	for (i = 0; i < FIXED; i++)
		if (state_fixed(c, root, fixed[i].key, e))
			return -1;
	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, upcast)) &&
	    state_fixed(c, root, upcast, e))
		return -1;
	c->is_tied = config_find(c, "tie")->i != 0;
	judge(c, root);
	if (c->why.kind == ERR_MEMORY)
		return err_copy(e, &c->why);
	if (c->why.msg[0])
		return keep_theirs(c, e);
	drop_theirs(c);
	return 0;
}

int config_merge(struct config *c, const cJSON *root, struct err *e)
{
	const struct setting *tie;

	if (root && is_gpt2(root))
		return merge_gpt2(c, root, e);
	tie = config_find(c, "tie");
	c->is_tied = tie && tie->i;
	c->is_gpt2 = config_find(c, "layers") != NULL;
	return root ? state_fixed(c, root, "model_type", e) : 0;
}

void config_name(const char *theirs, char *ours, size_t room)
{
	static const char *const wrappers[] = { "_orig_mod.", "module." };
	static const char *const bare[] = { "h.", "wte.", "wpe.", "ln_f." };
	const char *name = theirs, *from;
	int is_bare = 0;
	size_t i;

	do {
		from = name;
		for (i = 0; i < 2; i++)
			if (!strncmp(name, wrappers[i], strlen(wrappers[i])))
				name += strlen(wrappers[i]);
	} while (name != from);
	for (i = 0; i < 4; i++)
		is_bare |= !strncmp(name, bare[i], strlen(bare[i]));
	snprintf(ours, room, "%s%s", is_bare ? "transformer." : "", name);
}

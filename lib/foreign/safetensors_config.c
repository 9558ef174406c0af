/* config.json, both ways. */
#include "foreign/safetensors.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cJSON *setting_item(const struct setting *s)
{
	switch (s->type) {
	case SETTING_INT:
		return cJSON_CreateNumber((double)s->i);
	case SETTING_REAL:
		return isfinite(s->x) ? cJSON_CreateNumber(s->x) : cJSON_CreateNull();
	case SETTING_TEXT:
		return cJSON_CreateString(s->text);
	case SETTING_FLAG:
		return cJSON_CreateBool(s->i != 0);
	}
	return NULL;
}

char *safetensors_head(const struct record *head, struct err *e)
{
	cJSON *root = cJSON_CreateObject(), *config;
	char *text = NULL;
	int i, failed;

	failed = !cJSON_AddStringToObject(root, "run", head->run) ||
		 !cJSON_AddNumberToObject(root, "seed", (double)head->seed);
	config = cJSON_AddObjectToObject(root, "config");
	failed = failed || !config;
	for (i = 0; i < head->nconfig && !failed; i++)
		failed = !cJSON_AddItemToObject(config, head->config[i].key,
						setting_item(&head->config[i]));
	if (!failed)
		text = cJSON_PrintUnformatted(root);
	if (!text)
		err_memory(e);
	cJSON_Delete(root);
	return text;
}

static const struct foreign *find(const struct safetensors *model, const char *name)
{
	size_t number, i;

	if (names_find(&model->names, name, &number))
		return NULL;
	for (i = 0; i < model->n; i++)
		if (model->entry[i].name == number)
			return &model->entry[i].array;
	return NULL;
}

/* The number of blocks: transformer.h.0 up to the first that is missing. */
static int count_layers(const struct safetensors *model)
{
	char name[64];
	size_t number;
	int layers = 0;

	do
		snprintf(name, sizeof(name), "transformer.h.%d.ln_1.weight", layers);
	while (!names_find(&model->names, name, &number) && ++layers);
	return layers;
}

/* The keys of transformers' GPT2Config, its defaults changed where they would be wrong here. */
static int add_gpt2(cJSON *root, const struct safetensors *model, const cJSON *config)
{
	const struct foreign *wte = find(model, "transformer.wte.weight");
	const struct foreign *wpe = find(model, "transformer.wpe.weight");
	const struct foreign *fc = find(model, "transformer.h.0.mlp.c_fc.weight");
	const cJSON *heads = cJSON_GetObjectItemCaseSensitive(config, "heads");
	const cJSON *gelu = cJSON_GetObjectItemCaseSensitive(config, "activation");
	cJSON *names;
	double width;

	if (!wte || !wpe || !fc || wte->ndim != 2 || wpe->ndim != 2 || fc->ndim != 2 ||
	    wpe->shape[1] != wte->shape[1] || !cJSON_IsNumber(heads))
		return 0; /* not a GPT-2 that we know: weights, but no architecture */
	width = (double)wte->shape[1];
	names = cJSON_AddArrayToObject(root, "architectures");
	if (!names || !cJSON_AddItemToArray(names, cJSON_CreateString("GPT2LMHeadModel")))
		return -1;
	if (!cJSON_AddStringToObject(root, "model_type", "gpt2") ||
	    !cJSON_AddNumberToObject(root, "vocab_size", (double)wte->shape[0]) ||
	    !cJSON_AddNumberToObject(root, "n_positions", (double)wpe->shape[0]) ||
	    !cJSON_AddNumberToObject(root, "n_ctx", (double)wpe->shape[0]) || /* TransformerLens */
	    !cJSON_AddNumberToObject(root, "n_embd", width) ||
	    !cJSON_AddNumberToObject(root, "n_layer", count_layers(model)) ||
	    !cJSON_AddNumberToObject(root, "n_head", heads->valuedouble) ||
	    !cJSON_AddStringToObject(root, "activation_function",
				     cJSON_IsString(gelu) ? gelu->valuestring : "gelu") ||
	    !cJSON_AddNumberToObject(root, "layer_norm_epsilon", 1e-5) ||
	    !cJSON_AddBoolToObject(root, "scale_attn_weights", 1) ||
	    !cJSON_AddBoolToObject(root, "tie_word_embeddings", !find(model, "lm_head.weight")) ||
	    !cJSON_AddNumberToObject(root, "resid_pdrop", 0) ||
	    !cJSON_AddNumberToObject(root, "embd_pdrop", 0) ||
	    !cJSON_AddNumberToObject(root, "attn_pdrop", 0) ||
	    !cJSON_AddNullToObject(root, "bos_token_id") || /* the defaults exceed our vocabulary */
	    !cJSON_AddNullToObject(root, "eos_token_id") ||
	    !cJSON_AddStringToObject(root, "torch_dtype",
				     wte->size == 4   ? "float32"
				     : wte->size == 8 ? "float64"
						      : "float16"))
		return -1;
	if ((double)fc->shape[1] == 4 * width)
		return cJSON_AddNullToObject(root, "n_inner") ? 0 : -1;
	return cJSON_AddNumberToObject(root, "n_inner", (double)fc->shape[1]) ? 0 : -1;
}

char *safetensors_config(const char *head, int64_t step, const struct safetensors *model,
			 struct err *e)
{
	cJSON *root = cJSON_CreateObject(), *grok = cJSON_Parse(head);
	char *text = NULL;

	if (root && grok && cJSON_AddNumberToObject(grok, "step", (double)step) &&
	    !add_gpt2(root, model, cJSON_GetObjectItemCaseSensitive(grok, "config")) &&
	    cJSON_AddItemToObject(root, "grok", grok)) {
		grok = NULL;
		text = cJSON_Print(root);
	}
	if (!text)
		err_memory(e);
	cJSON_Delete(grok);
	cJSON_Delete(root);
	return text;
}

/* ---- reading ---- */

void safetensors_settings_free(struct safetensors_settings *c)
{
	free(c->config);
	cJSON_Delete(c->json);
	*c = (struct safetensors_settings){ 0 };
}

static void add_setting(struct safetensors_settings *c, const char *key, const cJSON *item)
{
	struct setting s = { .key = key };

	if (cJSON_IsNumber(item)) {
		s.x = item->valuedouble;
		s.type = s.x == rint(s.x) && fabs(s.x) <= 0x1p53 ? SETTING_INT : SETTING_REAL;
		s.i = s.type == SETTING_INT ? (int64_t)s.x : 0;
	} else if (cJSON_IsString(item)) {
		s.type = SETTING_TEXT;
		s.text = item->valuestring;
	} else if (cJSON_IsBool(item)) {
		s.type = SETTING_FLAG;
		s.x = (double)(s.i = cJSON_IsTrue(item));
	} else {
		return; /* null, lists, objects: nothing that an option could be */
	}
	c->config[c->nconfig++] = s;
}

/* A whole number 0..2^53 under @key, @otherwise when it is absent. */
static int get_whole(const cJSON *o, const char *key, int64_t otherwise, int64_t *x, struct err *e)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);

	*x = otherwise;
	if (!item || cJSON_IsNull(item))
		return 0;
	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) || item->valuedouble > 0x1p53 ||
	    item->valuedouble != rint(item->valuedouble))
		return err_set(e, "'%s' is not a whole number", key);
	*x = (int64_t)item->valuedouble;
	return 0;
}

static int from_grok(const cJSON *grok, struct safetensors_settings *c, struct err *e)
{
	const cJSON *config = cJSON_GetObjectItemCaseSensitive(grok, "config"), *item;
	const cJSON *run = cJSON_GetObjectItemCaseSensitive(grok, "run");

	if (get_whole(grok, "step", 0, &c->step, e) || get_whole(grok, "seed", 0, &c->seed, e))
		return -1;
	if (cJSON_IsString(run) && strlen(run->valuestring) &&
	    strlen(run->valuestring) <= FORMAT_NAME)
		c->run = run->valuestring;
	if (cJSON_IsObject(config)) /* an array's items have no names */
		cJSON_ArrayForEach(item, config) add_setting(c, item->string, item);
	return 0;
}

/* Names of GPT2Config and ours. */
static void from_gpt2(const cJSON *root, struct safetensors_settings *c)
{
	static const struct {
		const char *theirs, *ours;
	} names[] = { { "n_layer", "layers" },
		      { "n_embd", "width" },
		      { "n_head", "heads" },
		      { "n_inner", "mlp" },
		      { "activation_function", "activation" },
		      { "tie_word_embeddings", "tie" },
		      { "model_type", "model_type" } };
	const cJSON *item;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		item = cJSON_GetObjectItemCaseSensitive(root, names[i].theirs);
		if (item)
			add_setting(c, names[i].ours, item);
	}
}

/* Two settings of one name, or a name that a head cannot hold. */
static int check_keys(const struct safetensors_settings *c, struct err *e)
{
	struct names seen = { 0 };
	size_t number;
	int i, got = 1;

	for (i = 0; i < c->nconfig && got > 0; i++)
		got = strlen(c->config[i].key) > FORMAT_NAME ||
				      (c->config[i].type == SETTING_TEXT &&
				       strlen(c->config[i].text) > FORMAT_NAME)
			      ? 0
			      : names_add(&seen, c->config[i].key, &number, e);
	names_free(&seen);
	return got ? got < 0 ? -1 : 0 : err_set(e, "a setting is there twice or too long");
}

int safetensors_settings(const char *json, size_t n, struct safetensors_settings *c, struct err *e)
{
	struct safetensors_settings found = { 0 };
	const cJSON *grok, *item;
	cJSON *root = cJSON_ParseWithLength(json, n);
	size_t most = 16;

	if (!cJSON_IsObject(root) || memchr(json, 0, n)) {
		cJSON_Delete(root);
		return err_set(e, "it is not a JSON object");
	}
	found.json = root;
	grok = cJSON_GetObjectItemCaseSensitive(root, "grok");
	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(grok, "config")) most++;
	found.config = calloc(most, sizeof(*found.config));
	if (found.config && !cJSON_IsObject(grok))
		from_gpt2(root, &found);
	if ((!found.config && err_memory(e)) ||
	    (cJSON_IsObject(grok) && from_grok(grok, &found, e)) || check_keys(&found, e)) {
		safetensors_settings_free(&found);
		return -1;
	}
	*c = found;
	return 0;
}

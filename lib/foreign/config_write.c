/* Writing config.json from the head of a run and the tensors of a checkpoint; see config.h. */
#include "foreign/config.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>

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

char *config_head(const struct record *head, struct err *e)
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

/*
 * The setting that has GPT2Config's own name, or else @otherwise, which is freed if it is not
 * taken.
 */
static int add_key(cJSON *root, const cJSON *config, const char *key, cJSON *otherwise)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(config, key);
	cJSON *value = otherwise;

	if (item) {
		cJSON_Delete(otherwise);
		value = cJSON_Duplicate(item, 1);
	}
	if (value && cJSON_AddItemToObject(root, key, value))
		return 0;
	cJSON_Delete(value);
	return -1;
}

static const cJSON *either(const cJSON *config, const char *ours, const char *theirs)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(config, ours);

	return item ? item : cJSON_GetObjectItemCaseSensitive(config, theirs);
}

static int add_sizes(cJSON *root, const struct safetensors *model, const struct foreign *wte,
		     const struct foreign *wpe, double heads)
{
	if (!cJSON_AddStringToObject(root, "model_type", "gpt2") ||
	    !cJSON_AddNumberToObject(root, "vocab_size", (double)wte->shape[0]) ||
	    !cJSON_AddNumberToObject(root, "n_positions", (double)wpe->shape[0]) ||
	    !cJSON_AddNumberToObject(root, "n_ctx", (double)wpe->shape[0]) || /* TransformerLens */
	    !cJSON_AddNumberToObject(root, "n_embd", (double)wte->shape[1]) ||
	    !cJSON_AddNumberToObject(root, "n_layer", count_layers(model)) ||
	    !cJSON_AddNumberToObject(root, "n_head", heads))
		return -1;
	return 0;
}

/* The keys of transformers' GPT2Config, its defaults changed where they would be wrong here. */
static int add_gpt2(cJSON *root, const struct safetensors *model, const cJSON *config)
{
	const struct foreign *wte = find(model, "transformer.wte.weight");
	const struct foreign *wpe = find(model, "transformer.wpe.weight");
	const struct foreign *fc = find(model, "transformer.h.0.mlp.c_fc.weight");
	const cJSON *heads = either(config, "heads", "n_head");
	const cJSON *gelu = either(config, "activation", "activation_function");
	const cJSON *tie = either(config, "tie", "tie_word_embeddings");
	int tied = !find(model, "lm_head.weight") || cJSON_IsTrue(tie);
	cJSON *names;

	if (!wte || !wpe || !fc || wte->ndim != 2 || wpe->ndim != 2 || fc->ndim != 2 ||
	    wpe->shape[1] != wte->shape[1] || !cJSON_IsNumber(heads))
		return 0; /* not a GPT-2 that we know: weights, but no architecture */
	names = cJSON_AddArrayToObject(root, "architectures");
	if (!names || !cJSON_AddItemToArray(names, cJSON_CreateString("GPT2LMHeadModel")))
		return -1;
	if (add_sizes(root, model, wte, wpe, heads->valuedouble) ||
	    !cJSON_AddStringToObject(root, "activation_function",
				     cJSON_IsString(gelu) ? gelu->valuestring : "gelu") ||
	    add_key(root, config, "layer_norm_epsilon", cJSON_CreateNumber(1e-5)) ||
	    add_key(root, config, "scale_attn_weights", cJSON_CreateTrue()) ||
	    add_key(root, config, "scale_attn_by_inverse_layer_idx", cJSON_CreateFalse()) ||
	    add_key(root, config, "reorder_and_upcast_attn", cJSON_CreateFalse()) ||
	    add_key(root, config, "add_cross_attention", cJSON_CreateFalse()) ||
	    !cJSON_AddBoolToObject(root, "tie_word_embeddings", tied) ||
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
	if (fc->shape[1] == 4 * wte->shape[1])
		return cJSON_AddNullToObject(root, "n_inner") ? 0 : -1;
	return cJSON_AddNumberToObject(root, "n_inner", (double)fc->shape[1]) ? 0 : -1;
}

char *config_write(const char *head, int64_t step, const struct safetensors *model, struct err *e)
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

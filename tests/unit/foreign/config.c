/* Settings from both halves of config.json, from the user, and back. */
#include "check.h"
#include "foreign/config.h"

static struct err e;

static void read(struct config *c, const char *json, const char *given)
{
	if (config_read(json, json ? strlen(json) : 0, given, c, &e)) {
		fprintf(stderr, "%s: %s\n", json, e.msg);
		exit(1);
	}
}

static int64_t whole(const struct config *c, const char *key)
{
	const struct setting *s = config_find(c, key);

	return s && s->type == SETTING_INT ? s->i : -1;
}

static const char *text(const struct config *c, const char *key)
{
	const struct setting *s = config_find(c, key);

	return s && s->type == SETTING_TEXT ? s->text : "";
}

static void there_and_back(void)
{
	const struct setting config[] = {
		{ "op", SETTING_TEXT, 0, 0, "add" },
		{ "lr", SETTING_REAL, 0, 0.1, NULL },
		{ "heads", SETTING_INT, 4, 4, NULL },
		{ "tie", SETTING_FLAG, 1, 1, NULL },
	};
	const struct record head = {
		.kind = RECORD_HEAD, .run = "r\"\xc3\xa9", .seed = 7, .config = config, .nconfig = 4
	};
	const struct safetensors none = { 0 };
	struct config c = { 0 };
	char *json, *first;
	int i;

	first = config_head(&head, &e);
	json = config_write(first, 300, &none, &e);
	check(json && !strstr(json, "gpt2"));
	read(&c, json, NULL);
	check(!strcmp(c.run, head.run) && c.seed == 7 && c.step == 300 && c.n == 4);
	check(c.is_ours && !c.is_gpt2 && c.is_tied && !c.why.msg[0]);
	for (i = 0; i < 4; i++) {
		check(!strcmp(c.setting[i].key, config[i].key));
		check(c.setting[i].type == config[i].type && c.setting[i].x == config[i].x);
		check(c.setting[i].i == config[i].i);
	}
	check(!strcmp(c.setting[0].text, "add"));
	config_free(&c);
	free(first);
	free(json);
}

#define SIZES "\"model_type\":\"gpt2\",\"n_layer\":2,\"n_embd\":8,\"n_head\":2,\"vocab_size\":15"

/* What GPT2Config says, with its defaults, and what we have no name for */
static void theirs(void)
{
	struct config c = { 0 };

	read(&c, "{" SIZES ",\"n_inner\":null,\"list\":[1]}", NULL);
	check(!c.run && !c.is_ours && c.is_gpt2 && c.is_tied && !c.why.msg[0] && c.n == 7);
	check(whole(&c, "layers") == 2 && whole(&c, "width") == 8 && whole(&c, "heads") == 2);
	check(whole(&c, "mlp") == 32 && whole(&c, "vocab") == 15);
	check(!strcmp(text(&c, "activation"), "gelu_new") && config_find(&c, "tie")->i);
	config_free(&c);
	read(&c,
	     "{" SIZES ",\"n_inner\":20,\"tie_word_embeddings\":false,"
	     "\"activation_function\":\"gelu_python\",\"reorder_and_upcast_attn\":true}",
	     "op=add,sub,modulus=12");
	check(whole(&c, "mlp") == 20 && !config_find(&c, "vocab") && !config_find(&c, "tie")->i);
	check(!strcmp(text(&c, "op"), "add,sub") && whole(&c, "modulus") == 12);
	check(!strcmp(text(&c, "activation"), "gelu") && !c.is_tied);
	check(config_find(&c, "reorder_and_upcast_attn")->i && !c.why.msg[0]);
	config_free(&c);
	read(&c, "{\"model_type\":\"llama\",\"n_layer\":2}", NULL);
	check(c.n == 1 && !c.is_gpt2 && !strcmp(text(&c, "model_type"), "llama"));
	config_free(&c);
}

/* Networks that are not ours keep the keys of GPT2Config, through any number of journeys. */
static void not_ours(void)
{
	static const char *const whys[][2] = {
		{ "\"layer_norm_epsilon\":0.01", "'layer_norm_epsilon' is 0.01" },
		{ "\"scale_attn_weights\":false", "'scale_attn_weights' is false" },
		{ "\"scale_attn_by_inverse_layer_idx\":true", "idx' is true" },
		{ "\"add_cross_attention\":true", "'add_cross_attention' is true" },
		{ "\"activation_function\":\"relu\"", "'activation_function' is relu" },
		{ "\"quantization_config\":{}", "packed" },
		{ "\"n_inner\":99999999", "mlp 99999999 is not in" },
	};
	struct config c = { 0 };
	char json[512];
	size_t i;

	for (i = 0; i < sizeof(whys) / sizeof(whys[0]); i++) {
		snprintf(json, sizeof(json), "{" SIZES ",%s}", whys[i][0]);
		read(&c, json, NULL);
		check_error(c.why, whys[i][1]);
		check(c.is_gpt2 && !config_find(&c, "layers") && whole(&c, "n_layer") == 2);
		check(!strcmp(text(&c, "model_type"), "gpt2") && whole(&c, "n_head") == 2);
		config_free(&c);
	}
	read(&c,
	     "{" SIZES ",\"layer_norm_epsilon\":0.01,\"grok\":{\"config\":{" SIZES
	     ",\"layer_norm_epsilon\":0.01}}}",
	     NULL);
	check(c.why.msg[0] && whole(&c, "n_layer") == 2 && !config_find(&c, "layers"));
	config_free(&c);
}

/*
 * One fact, two values: refused by name, unless the user says which; a part is kept beside the
 * rest.
 */
static void stale(void)
{
	static const char json[] = "{" SIZES ",\"grok\":{\"config\":{\"op\":\"add\",\"heads\":4}}}";
	static const char eps[] = "{" SIZES ",\"layer_norm_epsilon\":1e-5,"
				  "\"grok\":{\"config\":{\"layer_norm_epsilon\":0.01}}}";
	struct config c = { 0 };

	check(config_read(json, strlen(json), NULL, &c, &e) == -1 && !c.setting);
	check_error(e, "'n_head' is 2, but 'heads' of the object 'grok' is 4");
	check(config_read(eps, strlen(eps), NULL, &c, &e) == -1);
	check_error(e, "'layer_norm_epsilon' is 1e-05, but");
	read(&c, json, "heads=2");
	check(whole(&c, "heads") == 2 && !strcmp(text(&c, "op"), "add") && c.n == 7);
	check(whole(&c, "layers") == 2);
	config_free(&c);
	read(&c, json, "heads=4");
	check(whole(&c, "heads") == 4);
	config_free(&c);
}

static void refused(void)
{
	static const char *const bad[] = { "",
					   "[]",
					   "{",
					   "{\"grok\":{\"step\":1.5}}",
					   "{\"grok\":{\"seed\":\"x\"}}",
					   "{\"grok\":{\"config\":{\"a\":1,\"a\":2}}}",
					   "{\"model_type\":\"gpt2\",\"n_layer\":\"2\"}",
					   "{\"model_type\":\"gpt2\",\"n_layer\":-2}",
					   "{\"model_type\":\"gpt2\",\"tie_word_embeddings\":1}" };
	static const char *const given[] = { "", "x", "=1", "a=1,b=" };
	struct config c = { 0 };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(config_read(bad[i], strlen(bad[i]), NULL, &c, &e) == -1 && !c.json);
	for (i = 0; i < 3; i++)
		check(config_read(NULL, 0, given[i], &c, &e) == -1 && !c.given);
	read(&c, "{\"grok\":{\"run\":1,\"config\":[2]}}", given[3]);
	check(!c.run && c.n == 2 && whole(&c, "a") == 1 && !strcmp(text(&c, "b"), ""));
	config_free(&c);
	read(&c, NULL, "layers=2,lr=1e-3,tie=true,name=a=b");
	check(c.is_gpt2 && c.is_tied && c.setting[1].x == 1e-3);
	config_free(&c);
}

static void names(void)
{
	static const char *const pairs[][2] = {
		{ "transformer.h.0.ln_1.bias", "transformer.h.0.ln_1.bias" },
		{ "h.0.ln_1.bias", "transformer.h.0.ln_1.bias" },
		{ "wte.weight", "transformer.wte.weight" },
		{ "ln_f.bias", "transformer.ln_f.bias" },
		{ "lm_head.weight", "lm_head.weight" },
		{ "_orig_mod.lm_head.weight", "lm_head.weight" },
		{ "module._orig_mod.wpe.weight", "transformer.wpe.weight" },
		{ "_orig_mod.module.transformer.h.11.x", "transformer.h.11.x" },
		{ "head.h.0", "head.h.0" },
	};
	char ours[64];
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		config_name(pairs[i][0], ours, sizeof(ours));
		check(!strcmp(ours, pairs[i][1]));
	}
}

int main(void)
{
	there_and_back();
	theirs();
	not_ours();
	stale();
	refused();
	names();
	return 0;
}

#include "check.h"
#include "foreign/safetensors.h"

static struct safetensors parse(const char *json, uint64_t data)
{
	struct safetensors s = { 0 };
	struct err e;

	if (safetensors_parse(json, strlen(json), data, &s, &e)) {
		fprintf(stderr, "%s: %s\n", json, e.msg);
		exit(1);
	}
	return s;
}

static void accepted(void)
{
	struct safetensors s;

	s = parse("{}", 0);
	check(s.n == 0);
	safetensors_free(&s);
	/* out of order, empty tensors, a scalar, padding, metadata */
	s = parse("{\"__metadata__\":{\"format\":\"pt\",\"x\":\"y\"},"
		  "\"b\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[8,14]},"
		  "\"none\":{\"data_offsets\":[8,8],\"shape\":[0,7],\"dtype\":\"F64\"},"
		  "\"a\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}    ",
		  14);
	check(s.n == 3);
	check(!strcmp(names_text(&s.names, s.entry[0].name), "a"));
	check(!strcmp(names_text(&s.names, s.entry[1].name), "none"));
	check(!strcmp(names_text(&s.names, s.entry[2].name), "b"));
	check(s.entry[0].array.ndim == 0 && s.entry[0].array.bytes == 8);
	check(s.entry[2].offset == 8 && foreign_dtype(&s.entry[2].array) == DTYPE_F4);
	safetensors_free(&s);
}

static void refused(void)
{
#define T(more) "{\"w\":{\"dtype\":\"F32\"," more "}}"
	static const struct {
		const char *json, *message;
	} bad[] = {
		{ "", "not a JSON object" },
		{ " {}", "not a JSON object" },
		{ "[]", "not a JSON object" },
		{ "{", "malformed JSON" },
		{ "{}{}", "malformed JSON at byte 2" },
		{ "{}\n", "malformed JSON" },
		{ "{\"w\":1}", "not described by an object" },
		{ T("\"shape\":[2]"), "data_offsets are malformed" },
		{ T("\"data_offsets\":[0,8]"), "no shape" },
		{ T("\"shape\":{},\"data_offsets\":[0,8]"), "no shape" },
		{ T("\"shape\":[2],\"data_offsets\":[0]"), "data_offsets are malformed" },
		{ T("\"shape\":[2],\"data_offsets\":[0,8,9]"), "data_offsets are malformed" },
		{ T("\"shape\":[2],\"data_offsets\":[\"0\",8]"), "data_offsets are malformed" },
		{ T("\"shape\":[2],\"data_offsets\":[0,1e300]"), "data_offsets are malformed" },
		{ T("\"shape\":[2],\"data_offsets\":[0,9007199254740992]"), "not within" },
		{ T("\"shape\":[2],\"data_offsets\":[-8,0]"), "data_offsets are malformed" },
		{ T("\"shape\":[2],\"shape\":[2],\"data_offsets\":[0,8]"), "'shape' twice" },
		{ T("\"shape\":[9007199254740993],\"data_offsets\":[0,8]"), "4 GiB" },
		{ T("\"shape\":[1e400],\"data_offsets\":[0,8]"), "shape is malformed" },
		{ T("\"shape\":[1],\"data_offsets\":[4,8]"), "follow a hole" },
		{ T("\"shape\":[1],\"data_offsets\":[0,4]"), "have 4 bytes, the file has 8" },
	};
	struct safetensors s = { 0 };
	struct err e;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (!safetensors_parse(bad[i].json, strlen(bad[i].json), 8, &s, &e)) {
			fprintf(stderr, "'%s' was taken\n", bad[i].json);
			exit(1);
		}
		check_error(e, bad[i].message);
		check(!s.n && !s.entry);
	}
	check(safetensors_parse("{\"a\0\":{}}", 10, 0, &s, &e) == -1);
	check_error(e, "NUL");
}

/* What is written has every tensor aligned, and is read as it was. */
static void written(void)
{
	const size_t three[] = { 3 }, two[] = { 2, 1 };
	struct safetensors s = { 0 }, back = { 0 };
	struct err e;
	size_t n, i, length = 0;
	char *p;

	check(!safetensors_add(&s, "bytes", DTYPE_U1, 1, three, &e));
	check(!safetensors_add(&s, "half \"\xc3\xa9\"", DTYPE_F2, 1, three, &e));
	check(!safetensors_add(&s, "double", DTYPE_F8, 2, two, &e));
	check(!safetensors_add(&s, "float", DTYPE_F4, 0, NULL, &e));
	check(!safetensors_add(&s, "complex", DTYPE_C8, 1, three, &e));
	check(s.entry[2].offset == 9);
	check(safetensors_add(&s, "float", DTYPE_F4, 0, NULL, &e) == -1);
	check_error(e, "two tensors 'float'");
	check(safetensors_add(&s, "c16", DTYPE_C16, 1, three, &e) == -1);
	check_error(e, "no type for <c16");
	p = safetensors_header(&s, &n, &e);
	check(p && n % 8 == 0);
	for (i = 8; i--;)
		length = length << 8 | (unsigned char)p[i];
	check(length == n - 8);
	check(!safetensors_parse(p + 8, n - 8, 16 + 24 + 4 + 6 + 3, &back, &e));
	check(back.n == 5);
	for (i = 0; i < back.n; i++) {
		check(back.entry[i].offset % back.entry[i].array.size == 0);
		check(!strcmp(names_text(&back.names, back.entry[i].name),
			      names_text(&s.names, s.entry[i].name)));
	}
	check(!strcmp(names_text(&back.names, back.entry[3].name), "half \"\xc3\xa9\""));
	free(p);
	safetensors_free(&s);
	safetensors_free(&back);
}

static void settings(void)
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
	const char *const theirs = "{\"model_type\":\"gpt2\",\"n_layer\":12,\"n_embd\":768,"
				   "\"n_inner\":null,\"tie_word_embeddings\":true,\"list\":[1]}";
	const char *const odd = "{\"grok\":{\"run\":1,\"config\":[2]}}";
	const char *const bad[] = { "",
				    "[]",
				    "{",
				    "{\"grok\":{\"step\":1.5}}",
				    "{\"grok\":{\"seed\":\"x\"}}",
				    "{\"grok\":{\"config\":{\"a\":1,\"a\":2}}}" };
	struct safetensors_settings c = { 0 };
	const struct safetensors none = { 0 };
	char *text, *json;
	struct err e;
	size_t i;

	text = safetensors_head(&head, &e);
	json = safetensors_config(text, 300, &none, &e);
	check(json && !strstr(json, "gpt2"));
	check(!safetensors_settings(json, strlen(json), &c, &e));
	check(!strcmp(c.run, head.run) && c.seed == 7 && c.step == 300 && c.nconfig == 4);
	for (i = 0; i < 4; i++) {
		check(!strcmp(c.config[i].key, config[i].key));
		check(c.config[i].type == config[i].type && c.config[i].x == config[i].x);
		check(c.config[i].i == config[i].i);
	}
	check(!strcmp(c.config[0].text, "add"));
	safetensors_settings_free(&c);
	free(text);
	free(json);

	check(!safetensors_settings(theirs, strlen(theirs), &c, &e));
	check(!c.run && c.nconfig == 4);
	check(!strcmp(c.config[0].key, "layers") && c.config[0].i == 12);
	check(!strcmp(c.config[2].key, "tie") && c.config[2].i == 1);
	safetensors_settings_free(&c);
	check(!safetensors_settings(odd, strlen(odd), &c, &e));
	check(!c.run && !c.nconfig);
	safetensors_settings_free(&c);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(safetensors_settings(bad[i], strlen(bad[i]), &c, &e) == -1 && !c.json);
}

int main(void)
{
	accepted();
	refused();
	written();
	settings();
	return 0;
}

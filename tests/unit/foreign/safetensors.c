/* Headers of safetensors files: accepted, refused, aliases, indices, written and read again. */
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

/* What save_model writes of tensors that share their memory; a type that nobody has. */
static void aliases(void)
{
	struct safetensors s =
		parse("{\"__metadata__\":{\"format\":\"pt\",\"head\":\"wte\",\"tail\":\"wte\","
		      "\"x\":\"b\","
		      "\"b\":\"wte\",\"y\":1},"
		      "\"wte\":{\"dtype\":\"F8_E4M3\",\"shape\":[3],\"data_offsets\":[8,11]},"
		      "\"b\":{\"dtype\":\"F4\",\"shape\":[16],\"data_offsets\":[0,8]}}",
		      11);
	const struct safetensors_entry *wte = &s.entry[1];

	check(s.n == 2 && s.aliases.n == 3);
	check(s.entry[0].array.kind == FOREIGN_OTHER && !strcmp(s.entry[0].type, "F4"));
	check(!strcmp(names_text(&s.aliases, s.entry[0].alias - 1), "x"));
	check(!strcmp(names_text(&s.aliases, wte->alias - 1), "tail"));
	check(!strcmp(names_text(&s.aliases, s.next[wte->alias - 1] - 1), "head"));
	check(!s.next[s.next[wte->alias - 1] - 1]);
	safetensors_free(&s);
}

static void indices(void)
{
	static const char good[] =
		"{\"metadata\":{},\"weight_map\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"1\"}}";
	static const char *const bad[] = { "",
					   "{}",
					   "{\"weight_map\":[]}",
					   "{\"weight_map\":{\"a\":1}}",
					   "{\"weight_map\":{\"a\":\"../x\"}}",
					   "{\"weight_map\":{\"a\":\"/x\"}}",
					   "{\"weight_map\":{\"a\":\"..\"}}",
					   "{\"weight_map\":{\"a\":\"1\",\"a\":\"2\"}}" };
	struct safetensors_index x = { 0 };
	struct err e;
	size_t i;

	check(!safetensors_index(good, strlen(good), &x, &e));
	check(x.tensors.n == 3 && x.files.n == 2);
	check(x.file[0] == 0 && x.file[1] == 1 && x.file[2] == 0);
	safetensors_index_free(&x);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(safetensors_index(bad[i], strlen(bad[i]), &x, &e) == -1 && !x.file);
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

int main(void)
{
	accepted();
	aliases();
	indices();
	refused();
	written();
	return 0;
}

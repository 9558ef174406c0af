/* Reading the settings of a run from config.json and from the user; see config.h. */
#include "foreign/config_internal.h"

#include <math.h>
#include <string.h>

#include "number.h"

/* A whole number 0..2^53 under @key, 0 when it is absent. */
static int get_whole(const cJSON *o, const char *key, int64_t *x, struct err *e)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);

	*x = 0;
	if (!item || cJSON_IsNull(item))
		return 0;
	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) || item->valuedouble > 0x1p53 ||
	    item->valuedouble != rint(item->valuedouble))
		return err_set(e, "'%s' is not a whole number", key);
	*x = (int64_t)item->valuedouble;
	return 0;
}

static int from_grok(const cJSON *grok, struct config *c, struct err *e)
{
	const cJSON *config = cJSON_GetObjectItemCaseSensitive(grok, "config"), *item;
	const cJSON *run = cJSON_GetObjectItemCaseSensitive(grok, "run");
	struct setting s;

	c->is_ours = 1;
	if (get_whole(grok, "step", &c->step, e) || get_whole(grok, "seed", &c->seed, e))
		return -1;
	if (cJSON_IsString(run) && strlen(run->valuestring) &&
	    strlen(run->valuestring) <= FORMAT_NAME)
		c->run = run->valuestring;
	if (!cJSON_IsObject(config)) /* an array's items have no names */
		return 0;
	cJSON_ArrayForEach(item, config)
	{
		if (config_value(item->string, item, &s) && config_add(c, &s, 0, e))
			return -1;
	}
	return 0;
}

/* A number, true or false, or else a text. */
static void parse_value(const char *text, struct setting *s)
{
	if (!number_parse(text, NUMBER_ALL, &s->x, NULL)) {
		s->type = s->x == rint(s->x) && fabs(s->x) <= 0x1p53 ? SETTING_INT : SETTING_REAL;
		s->i = s->type == SETTING_INT ? (int64_t)s->x : 0;
	} else if (!strcmp(text, "true") || !strcmp(text, "false")) {
		s->type = SETTING_FLAG;
		s->x = (double)(s->i = *text == 't');
	} else {
		s->type = SETTING_TEXT;
		s->text = text;
	}
}

/* The comma that ends a value: the last one before the next '='. */
static char *end_of_value(char *value)
{
	char *equals = strchr(value, '='), *comma = NULL, *p;

	for (p = value; equals && p < equals; p++)
		comma = *p == ',' ? p : comma;
	return comma;
}

static int from_user(const char *text, struct config *c, struct err *e)
{
	char *key, *value, *end;
	struct setting s;

	c->given = strdup(text);
	if (!c->given)
		return err_memory(e);
	for (key = c->given; key; key = end ? end + 1 : NULL) {
		value = strchr(key, '=');
		if (!value || value == key)
			return err_set(e, "'%.100s' is not a setting, key=value", key);
		*value++ = 0;
		end = end_of_value(value);
		if (end)
			*end = 0;
		s = (struct setting){ .key = key };
		parse_value(value, &s);
		if (config_add(c, &s, 1, e))
			return -1;
	}
	return 0;
}

static int read_all(const char *json, size_t n, const char *given, struct config *c, struct err *e)
{
	const cJSON *grok;

	if (json) {
		c->json = memchr(json, 0, n) ? NULL : cJSON_ParseWithLength(json, n);
		if (!cJSON_IsObject(c->json))
			return err_set(e, "it is not a JSON object");
		grok = cJSON_GetObjectItemCaseSensitive(c->json, "grok");
		if (cJSON_IsObject(grok) && from_grok(grok, c, e))
			return -1;
	}
	if (given && from_user(given, c, e))
		return -1;
	return config_merge(c, c->json, e);
}

int config_read(const char *json, size_t n, const char *given, struct config *c, struct err *e)
{
	struct config found = { 0 };

	if (read_all(json, n, given, &found, e)) {
		config_free(&found);
		return -1;
	}
	*c = found;
	return 0;
}

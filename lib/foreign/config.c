/* The settings of a run as a list with one entry for each key; see config.h. */
#include "foreign/config_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void config_free(struct config *c)
{
	free(c->setting);
	free(c->is_given);
	free(c->given);
	cJSON_Delete(c->json);
	*c = (struct config){ 0 };
}

static int find(const struct config *c, const char *key)
{
	int i;

	for (i = 0; i < c->n; i++)
		if (!strcmp(c->setting[i].key, key))
			return i;
	return -1;
}

const struct setting *config_find(const struct config *c, const char *key)
{
	int i = find(c, key);

	return i < 0 ? NULL : &c->setting[i];
}

int config_add(struct config *c, const struct setting *s, int is_given, struct err *e)
{
	int i = find(c, s->key), room = c->room ? 2 * c->room : 32;
	unsigned char *given;
	struct setting *list;

	if (strlen(s->key) > FORMAT_NAME ||
	    (s->type == SETTING_TEXT && strlen(s->text) > FORMAT_NAME))
		return err_set(e, "setting '%.60s' is too long", s->key);
	if (i >= 0 && (!is_given || c->is_given[i]))
		return err_set(e, "setting '%.60s' is there twice", s->key);
	if (i < 0 && c->n == c->room) {
		list = realloc(c->setting, (size_t)room * sizeof(*list));
		c->setting = list ? list : c->setting;
		given = realloc(c->is_given, (size_t)room);
		c->is_given = given ? given : c->is_given;
		if (!list || !given)
			return err_memory(e);
		c->room = room;
	}
	i = i < 0 ? c->n++ : i;
	c->setting[i] = *s;
	c->is_given[i] = (unsigned char)is_given;
	return 0;
}

void config_drop(struct config *c, const char *key)
{
	int i = find(c, key);

	if (i < 0)
		return;
	c->n--;
	memmove(c->setting + i, c->setting + i + 1, (size_t)(c->n - i) * sizeof(*c->setting));
	memmove(c->is_given + i, c->is_given + i + 1, (size_t)(c->n - i));
}

int config_value(const char *key, const cJSON *item, struct setting *s)
{
	*s = (struct setting){ .key = key };
	if (cJSON_IsNumber(item)) {
		s->x = item->valuedouble;
		s->type = s->x == rint(s->x) && fabs(s->x) <= 0x1p53 ? SETTING_INT : SETTING_REAL;
		s->i = s->type == SETTING_INT ? (int64_t)s->x : 0;
	} else if (cJSON_IsString(item)) {
		s->type = SETTING_TEXT;
		s->text = item->valuestring;
	} else if (cJSON_IsBool(item)) {
		s->type = SETTING_FLAG;
		s->x = (double)(s->i = cJSON_IsTrue(item));
	} else {
		return 0;
	}
	return 1;
}

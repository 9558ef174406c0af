/*
 * config_internal - what the files of config share (private to them)
 */
#ifndef FOREIGN_CONFIG_INTERNAL_H
#define FOREIGN_CONFIG_INTERNAL_H

#include <cjson/cJSON.h>

#include "foreign/config.h"

/* config_add - add a setting; @is_given: by the user, overriding a value from elsewhere */
int config_add(struct config *c, const struct setting *s, int is_given, struct err *e);
void config_drop(struct config *c, const char *key); /* remove a setting, if it is there */

/* config_value - set @s to a JSON number, text or truth value; 1, or 0 for other values */
int config_value(const char *key, const cJSON *item, struct setting *s);

/* config_merge - add what GPT2Config's keys in @root say to the settings known so far */
int config_merge(struct config *c, const cJSON *root, struct err *e);

#endif

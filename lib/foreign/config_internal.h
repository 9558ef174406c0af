/*
 * config_internal - what the files of config share
 */
#ifndef FOREIGN_CONFIG_INTERNAL_H
#define FOREIGN_CONFIG_INTERNAL_H

#include <cjson/cJSON.h>

#include "foreign/config.h"

/* config_add - one more setting; @is_given: in place of what others say */
int config_add(struct config *c, const struct setting *s, int is_given, struct err *e);
void config_drop(struct config *c, const char *key); /* if it is there */

/* config_value - a number, text or truth value as a setting: 1; 0 for null, lists and objects */
int config_value(const char *key, const cJSON *item, struct setting *s);

/* config_merge - what GPT2Config's keys in @root say, beside what is known already */
int config_merge(struct config *c, const cJSON *root, struct err *e);

#endif

/* The index of a model in several safetensors files; see safetensors.h. */
#include "foreign/safetensors.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

void safetensors_index_free(struct safetensors_index *x)
{
	names_free(&x->files);
	names_free(&x->tensors);
	free(x->file);
	*x = (struct safetensors_index){ 0 };
}

static int is_plain(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/') && strlen(name) < 256;
}

static int read_map(const cJSON *map, struct safetensors_index *x, struct err *e)
{
	size_t count = 0, i;
	const cJSON *item;
	int got;

	cJSON_ArrayForEach(item, map) count++;
	x->file = calloc(count + 1, sizeof(*x->file));
	if (!x->file)
		return err_memory(e);
	cJSON_ArrayForEach(item, map)
	{
		if (!cJSON_IsString(item) || !is_plain(item->valuestring))
			return err_set(e, "the file of tensor '%.100s' is not named", item->string);
		got = names_add(&x->tensors, item->string, &i, e);
		if (got < 0)
			return -1;
		if (!got)
			return err_set(e, "tensor '%.100s' is there twice", item->string);
		if (names_add(&x->files, item->valuestring, &x->file[i], e) < 0)
			return -1;
	}
	return 0;
}

int safetensors_index(const char *json, size_t n, struct safetensors_index *x, struct err *e)
{
	struct safetensors_index found = { 0 };
	cJSON *root = memchr(json, 0, n) ? NULL : cJSON_ParseWithLength(json, n);
	const cJSON *map = cJSON_GetObjectItemCaseSensitive(root, "weight_map");
	int result;

	if (cJSON_IsObject(map))
		result = read_map(map, &found, e);
	else
		result = err_set(e, "it has no object 'weight_map'");
	cJSON_Delete(root);
	if (result)
		safetensors_index_free(&found);
	else
		*x = found;
	return result;
}

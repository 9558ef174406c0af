/* Finding where a record's payload begins and where it ends; see format.h. */
#include "stream/format_walk.h"

#include <string.h>

/* Where the data bytes of a tensor begin and how many they are. */
static int scan_array(const uint8_t *p, size_t n, size_t *data, size_t *size, struct err *e)
{
	const uint8_t *value;
	struct format_entries w;
	struct format_item it;
	size_t length;
	int got;

	got = format_entries(&w, p, n, e);
	if (got < 0)
		return err_prefix(e, "tensor: array");
	while (got > 0 && w.left) {
		got = format_key(&w, e);
		if (got > 0 && format_key_is(&w, "data")) {
			got = format_item(p + w.at, n - w.at, &it);
			if (got > 0 && (it.type != ITEM_BIN || w.left))
				return err_set(e, "tensor: data is not bin, or not last in array");
			if (got > 0) {
				*data = w.at + it.tag;
				*size = it.body;
				return 1;
			}
		}
		if (got > 0)
			got = format_value(&w, &value, &length, e);
	}
	return got > 0 ? err_set(e, "tensor: array has no data") : got;
}

static int scan_tensor(struct format_entries *w, size_t *header, size_t *payload, struct err *e)
{
	const uint8_t *value;
	size_t length, data = 0;
	int got = 1;

	while (got > 0 && w->left) {
		got = format_key(w, e);
		if (got > 0 && format_key_is(w, "array")) {
			if (w->left)
				return err_set(e, "tensor: array is not the last entry");
			got = scan_array(w->p + w->at, w->n - w->at, &data, payload, e);
			if (got > 0)
				*header = w->at + data;
			return got;
		}
		if (got > 0)
			got = format_value(w, &value, &length, e);
	}
	return got > 0 ? err_set(e, "tensor: no array") : got;
}

int format_scan(const uint8_t *p, size_t n, size_t *header, size_t *payload, struct err *e)
{
	size_t extent = 0, size = 0, limit = FORMAT_RECORD, length;
	const uint8_t *value;
	struct format_entries w;
	struct format_item it;
	int got;

	got = format_entries(&w, p, n, e);
	if (got < 0)
		return err_prefix(e, "not a record");
	if (got > 0 && !w.left)
		return err_set(e, "not a record: it has no entries");
	if (got > 0)
		got = format_key(&w, e);
	if (got > 0 && !format_key_is(&w, "kind"))
		return err_set(e, "not a record: its first entry is not 'kind'");
	if (got > 0)
		got = format_value(&w, &value, &length, e);
	if (got > 0) {
		if (format_item(value, length, &it) < 1 || it.type != ITEM_TEXT)
			return err_set(e, "kind is not a text");
		if (it.body == 6 && !memcmp(value + it.tag, "tensor", 6)) {
			limit = FORMAT_TENSOR_HEADER;
			got = scan_tensor(&w, &extent, &size, e);
		} else {
			got = format_skip(p, n, &extent, e);
		}
	}
	if ((got > 0 ? extent : n) > limit)
		return err_set(e, "record header longer than %zu bytes", limit);
	if (got > 0) {
		*header = extent;
		*payload = size;
	}
	return got;
}

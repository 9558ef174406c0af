/* A set of texts as a hash table; see names.h. */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"

static uint64_t hash(const char *text)
{
	uint64_t h = hash_bytes(HASH_START, text, strlen(text));

	return h ^ h >> 32;
}

/* The slot that holds @text, or the empty one where it belongs. */
static size_t find_slot(const struct names *s, const char *text)
{
	size_t i = (size_t)hash(text) & (s->slots_n - 1);

	while (s->slots[i] && strcmp(names_text(s, s->slots[i] - 1), text) != 0)
		i = (i + 1) & (s->slots_n - 1);
	return i;
}

/* Double the hash table. */
static int widen(struct names *s, struct err *e)
{
	struct names wide = *s;
	size_t i;

	wide.slots_n = s->slots_n ? 2 * s->slots_n : 64;
	wide.slots = calloc(wide.slots_n, sizeof(*wide.slots));
	if (!wide.slots)
		return err_memory(e);
	for (i = 0; i < s->n; i++)
		wide.slots[find_slot(&wide, names_text(s, i))] = (uint32_t)i + 1;
	free(s->slots);
	*s = wide;
	return 0;
}

void names_free(struct names *s)
{
	free(s->text);
	free(s->at);
	free(s->slots);
	*s = (struct names){ 0 };
}

const char *names_text(const struct names *s, size_t i)
{
	return s->text + s->at[i];
}

int names_find(const struct names *s, const char *text, size_t *i)
{
	size_t slot;

	if (!s->n)
		return -1;
	slot = find_slot(s, text);
	if (!s->slots[slot])
		return -1;
	*i = s->slots[slot] - 1;
	return 0;
}

int names_add(struct names *s, const char *text, size_t *i, struct err *e)
{
	size_t room, length = strlen(text) + 1;
	void *p;

	if (!names_find(s, text, i))
		return 0;
	if (s->n >= UINT32_MAX - 1)
		return err_set(e, "too many names");
	if (2 * (s->n + 1) > s->slots_n && widen(s, e))
		return -1;
	if (s->text_room - s->text_n < length) {
		room = 2 * s->text_room + length;
		p = realloc(s->text, room);
		if (!p)
			return err_memory(e);
		s->text = p;
		s->text_room = room;
	}
	if (s->n == s->at_room) {
		room = s->at_room ? 2 * s->at_room : 64;
		p = realloc(s->at, room * sizeof(*s->at));
		if (!p)
			return err_memory(e);
		s->at = p;
		s->at_room = room;
	}
	memcpy(s->text + s->text_n, text, length);
	s->at[s->n] = s->text_n;
	s->text_n += length;
	s->slots[find_slot(s, text)] = (uint32_t)s->n + 1;
	*i = s->n++;
	return 1;
}

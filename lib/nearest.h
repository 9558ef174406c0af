/*
 * nearest - the known word that is closest to a misspelt one: "did you mean '--steps'?"
 *
 *     struct nearest near = nearest_to("stpes");
 *
 *     for each known word: nearest_offer(&near, word);
 *     if (nearest_word(&near)) ...
 */
#ifndef NEAREST_H
#define NEAREST_H

enum { NEAREST_LONGEST = 128 }; /* longer words are never suggested */

struct nearest {
	const char *text;
	int distance; /* from text to word; one more than is allowed while there is no word */
	char word[NEAREST_LONGEST]; /* the nearest so far, or "" */
};

struct nearest nearest_to(const char *text); /* keeps @text, does not copy it */

/*
 * nearest_offer - a known word
 *
 * The distance is the number of letters omitted, inserted, changed or swapped with their neighbour;
 * a word that begins with @text has a distance of 1 at most.
 */
void nearest_offer(struct nearest *near, const char *word);

/*
 * nearest_word - the nearest word offered; of several equally near the first
 *
 * NULL when none is near enough, and when @text itself was offered: it is then not misspelt.
 */
const char *nearest_word(const struct nearest *near);

#endif

/*
 * nearest - the word that somebody may have meant: "did you mean '--steps'?"
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
	int distance; /* of the best so far; more than is allowed: none */
	char word[NEAREST_LONGEST];
};

struct nearest nearest_to(const char *text); /* which is kept, not copied */

/*
 * nearest_offer - a word that would have been right
 *
 * Words are compared by the number of letters left out, put in, changed or swapped with their
 * neighbour; a word that begins as @text does counts as one letter off.
 */
void nearest_offer(struct nearest *near, const char *word);

/*
 * nearest_word - the nearest word offered, the first of several
 *
 * NULL when none is near, and when @text itself was offered: then its letters are not what is wrong.
 */
const char *nearest_word(const struct nearest *near);

#endif

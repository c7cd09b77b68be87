/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/suggest.h"

#include <ctype.h>
#include <errno.h>
#include <strings.h>

#include "cli/session.h"

/* No name in daxbus is longer; longer words get no suggestion. */
#define WORD_MAX_LENGTH 48

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * The number of mistakes between two words: letters that are missing, superfluous, wrong, or
 * swapped; case is ignored. This is the restricted Damerau-Levenshtein distance, for which three
 * rows of the matrix suffice.
 */
static size_t distance_of(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX_LENGTH + 1];
	size_t length_a = strlen(a), length_b = strlen(b);

	if (length_a > WORD_MAX_LENGTH || length_b > WORD_MAX_LENGTH)
		return SIZE_MAX;
	for (size_t j = 0; j <= length_b; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= length_a; i++) {
		const size_t *before = rows[(i + 1) % 3], *above = rows[(i - 1) % 3];
		size_t *row = rows[i % 3];

		row[0] = i;
		for (size_t j = 1; j <= length_b; j++) {
			row[j] = min3(above[j] + 1, row[j - 1] + 1,
				      above[j - 1] + !same(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
			    same(a[i - 2], b[j - 1]) && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
	}
	return rows[length_a % 3][length_b];
}

/*
 * A third of the letters may be wrong; the beginning of a word (at least two letters) counts as one
 * mistake.
 */
void suggest_try(struct suggestion *s, const char *candidate)
{
	size_t length = strlen(s->word);
	size_t distance = distance_of(s->word, candidate);

	if (length >= 2 && strncasecmp(candidate, s->word, length) == 0)
		distance = 1;
	if (distance > (length + 2) / 3 || (s->best && distance >= s->distance))
		return;
	s->best = candidate;
	s->distance = distance;
}

int suggest_add(struct daxbus_error *error, const char *dashes, const char *word)
{
	_cleanup_free_ char *message = word ? TAKE_PTR(error->message) : NULL;

	if (message)
		session_fail(error, -EINVAL, "%s; did you mean '%s%s'?", message, dashes, word);
	return -EINVAL;
}

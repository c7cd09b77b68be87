/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_FUZZ_H
#define DAXBUS_FUZZ_H

#include <stdint.h>
#include <stdio.h>

#include "base/util.h"
#include "model/range-list.h"

/* What each target defines, run by libFuzzer (test/fuzz/run) or over the corpus (replay.c). */
_public_ int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A condition that must hold for every input. Not assert(), which NDEBUG would disable. */
#define fuzz_check(condition)                                                                      \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* Whether a range shares a byte with one of @list. */
static inline bool fuzz_overlaps(const struct range_list *list, const struct range *range)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].start <= range->end && range->start <= list->items[i].end)
			return true;
	return false;
}

/* The input as a string in memory of its own, so that reading behind its end is seen; to be freed.
 */
char *fuzz_string(const uint8_t *data, size_t size);

/* A directory that is empty at the first call, and is removed when the program ends. Borrowed. */
const char *fuzz_directory(void);

#endif

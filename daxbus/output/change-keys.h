/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_CHANGE_KEYS_H
#define DAXBUS_OUTPUT_CHANGE_KEYS_H

/*
 * The keys of a result and of a step in the documents of changing commands: from these rows follow
 * the document, its schema and the manual page. Rows are added, never changed.
 */

#include "output/json.h"

/* Which member of struct daxbus_result, struct daxbus_step or another a key is, and how. */
enum change_key_type {
	KEY_TEXT,    /* const char *, NULL is null */
	KEY_TEXTS,   /* array, with the count @count */
	KEY_VERDICT, /* enum daxbus_verdict, as its word */
	KEY_STEPS,   /* the steps; null unless they are asked for */
	KEY_BOOL,    /* bool */
	KEY_NUMBER,  /* unsigned int, 0 is null where that may be */
	KEY_COUNT,   /* uint64_t */
};

/*
 * struct change_key - a key
 * @key: its name
 * @type: see above
 * @nullable: it may be null
 * @offset: of the member
 * @count: of the member that counts, for KEY_TEXTS
 * @help: what it is, one line, not a sentence
 */
struct change_key {
	const char *key;
	enum change_key_type type;
	bool nullable;
	size_t offset;
	size_t count;
	const char *help;
};

extern const struct change_key result_keys[];
extern const size_t n_result_keys;
extern const struct change_key step_keys[];
extern const size_t n_step_keys;

/* The keys of @from, a struct of the library, put into an object; without KEY_STEPS. */
void keys_fill(struct json *j, struct json_object *object, const void *from,
	       const struct change_key *keys, size_t n);
#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_CHANGE_KEYS_H
#define DAXBUS_OUTPUT_CHANGE_KEYS_H

/*
 * The keys of results and steps in the documents of changing commands. The document, its schema and
 * the manual page follow from these rows. Add rows; never change them.
 */

#include "output/json.h"

/* The type of the struct member whose value a key has. */
enum change_key_type {
	KEY_TEXT,   /* const char *, NULL is null */
	KEY_TEXTS,  /* array of strings; @count is the offset of their number */
	KEY_STATUS, /* enum daxbus_status, printed as a word */
	KEY_STEPS,  /* the steps; null without --dry-run */
	KEY_BOOL,   /* bool */
	KEY_NUMBER, /* unsigned int; 0 is null if @nullable */
	KEY_COUNT,  /* the same as uint64_t */
};

/*
 * struct change_key - a key; a row without one ends a table
 * @key: its name
 * @type: see above
 * @nullable: it may be null
 * @offset: offset of the member
 * @count: offset of the number of strings, for KEY_TEXTS
 * @help: its description, one line, not a sentence
 */
struct change_key {
	const char *key;
	enum change_key_type type;
	bool nullable;
	size_t offset;
	size_t count;
	const char *help;
};

extern const struct change_key change_json_result_keys[];
extern const struct change_key change_json_step_keys[];

/* Put the keys of @from, a struct of the library, into an object, except KEY_STEPS. */
void change_json_fill(struct json *j, struct json_object *object, const void *from,
		      const struct change_key *keys);
/* Put an array of @n objects, each of a struct of @size bytes, into an object. */
void change_json_set_array(struct json *j, struct json_object *object, const char *key,
			   const void *from, size_t n, size_t size, const struct change_key *keys);

#endif

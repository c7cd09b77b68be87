/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CHANGE_KEYS_H
#define DAXBUS_CHANGE_KEYS_H

/*
 * The keys of a result and of a step in the documents of changing commands: from these rows follow
 * the document, its schema and the manual page. Rows are added, never changed.
 */

#include "daxbus.h"

/* Which member of struct daxbus_result or struct daxbus_step a key is, and how. */
enum change_key_type {
	KEY_TEXT,    /* const char *, NULL is null */
	KEY_TEXTS,   /* array, with the count @count */
	KEY_VERDICT, /* enum daxbus_verdict, as its word */
	KEY_STEPS,   /* the steps; null unless they are asked for */
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

#endif

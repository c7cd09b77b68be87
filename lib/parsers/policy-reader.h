/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PARSERS_POLICY_READER_H
#define DAXBUS_PARSERS_POLICY_READER_H

#include "model/policy.h"

/*
 * Makes a policy of the sections and keys of an INI file. Problems are added to the set: an unknown
 * section or key is ignored; anything else that is wrong breaks the file.
 */
struct policy_reader {
	struct policy_set *set;
	struct policy_file *file;
	struct policy_section *section; /* NULL: one that is ignored */
	bool has_section;
	bool has_match;
};

/* Return of all: 0, also if there is a problem; -ENOMEM. */
int policy_reader_section(struct policy_reader *reader, unsigned int line,
			  const char *name) _must_check_;
int policy_reader_key(struct policy_reader *reader, unsigned int line, const char *name,
		      const char *value) _must_check_;
int policy_reader_malformed(struct policy_reader *reader, unsigned int line,
			    const char *what) _must_check_;
/* Check the file as a whole, after its last line. */
int policy_reader_end(struct policy_reader *reader) _must_check_;

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_LIBINIH_H
#define DAXBUS_IO_LIBINIH_H

#include "base/error.h"
#include "base/log.h"

/*
 * struct libinih_reader - receives what an INI file has, in order
 * @section: a section begins; its name is borrowed during the call
 * @key: a key of the last section; strings are borrowed during the call
 * @malformed: a line that is none of both, nor a comment; the last call
 * @data: for these functions
 *
 * The functions return 0, or a negative errno value, which ends the reading. Lines are counted
 * from 1.
 */
struct libinih_reader {
	int (*section)(void *data, unsigned int line, const char *name);
	int (*key)(void *data, unsigned int line, const char *name, const char *value);
	int (*malformed)(void *data, unsigned int line, const char *what);
	void *data;
};

/*
 * libinih_read() - read an INI file with libinih
 * @text: the file
 * @log: receives debug messages
 * @reader: receives sections and keys
 * @err: receives the reason of a failure
 *
 * Return: 0, also after a malformed line; -ELIBACC libinih is not installed; the error of @reader.
 */
int libinih_read(const char *text, const struct log *log, const struct libinih_reader *reader,
		 struct daxbus_error *err) _must_check_;

#endif

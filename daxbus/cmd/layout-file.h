/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CMD_LAYOUT_FILE_H
#define DAXBUS_CMD_LAYOUT_FILE_H

#include <stddef.h>

#include "daxbus.h"

/*
 * layout_file_read() - read a layout from a file into a request
 * @name: the file, printed by `daxbus list --json`; "-" is standard input
 * @request: a request of DAXBUS_CREATE; receives the layout
 * @error: receives the reason and the key, in the notation of jq(1)
 *
 * Return: 0; -EINVAL not a valid layout; -ENOENT no such file; other errno values of open(2) and
 * read(2); -ENOMEM; -ELIBACC json-c is missing.
 */
int layout_file_read(const char *name, struct daxbus_request *request, struct daxbus_error *error);

/*
 * layout_file_load() - read a file with a document of any kind
 * @name: the file; "-" is standard input
 * @ret: receives its text, owned by the caller
 * @ret_n: receives the length of the text
 * @error: receives the reason of a failure
 *
 * Return: as layout_file_read().
 */
int layout_file_load(const char *name, char **ret, size_t *ret_n, struct daxbus_error *error);

/* layout_file_read() for @n bytes of text; @name is for messages. */
int layout_file_parse(const char *name, const char *text, size_t n, struct daxbus_request *request,
		      struct daxbus_error *error);

#endif

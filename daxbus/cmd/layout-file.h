/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CMD_LAYOUT_FILE_H
#define DAXBUS_CMD_LAYOUT_FILE_H

#include <stddef.h>

#include "daxbus.h"

/*
 * layout_file_read() - have the devices created that a file describes
 * @name: the file, which `daxbus list --json` printed; "-" is standard input
 * @request: of DAXBUS_CREATE; receives the layout
 * @error: receives what is wrong, and where: the key, as jq(1) has it
 *
 * Return: 0; -EINVAL it is no such document; -ENOENT there is no such file; other errno values of
 * reading it; -ENOMEM; -ELIBACC json-c is missing.
 */
int layout_file_read(const char *name, struct daxbus_request *request, struct daxbus_error *error);

/* The same of @n bytes of text; @name is what errors call it. */
int layout_file_parse(const char *name, const char *text, size_t n, struct daxbus_request *request,
		      struct daxbus_error *error);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_ERROR_H
#define DAXBUS_BASE_ERROR_H

#include "base/util.h"
#include "daxbus.h"

/*
 * error_set() - say what failed, and return its code
 * @err: the object, or NULL; what it held is replaced
 * @code: a negative errno value
 * @format: a complete sentence without newline and without a program's name in front. Where the
 *          kernel said why, end it in ": %s" with strerror(-code) yourself: only the caller knows
 *          whether errno adds anything.
 *
 * Return: @code.
 */
int error_set(struct daxbus_error *err, int code, const char *format, ...) _format_(3, 4);

/* -ENOMEM with the sentence for it. */
int error_oom(struct daxbus_error *err);

#endif

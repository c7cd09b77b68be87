/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXPLAIN_EXPLAIN_H
#define DAXBUS_EXPLAIN_EXPLAIN_H

#include "explain/check.h"

/*
 * explain_run() - find out why there is no device, or a device is not as it is wanted
 *
 * Pure: what it is given decides. @ret: the causes, the weightiest first; release them with
 * causes_done(). Return: 0; -ENOMEM.
 */
int explain_run(const struct explain_input *in, struct causes *ret) _must_check_;

#endif

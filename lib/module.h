/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODULE_H
#define DAXBUS_MODULE_H

#include "error.h"
#include "log.h"

/*
 * module_state() - what the running kernel has of a module, from libkmod
 * @name: the module, with _ or - between its words
 *
 * Return: 0; -ELIBACC when libkmod is not installed; -ENOMEM.
 */
int module_state(const struct log *log, const char *name, enum daxbus_module *ret,
		 struct daxbus_error *err) _must_check_;

#endif

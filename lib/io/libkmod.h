/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_LIBKMOD_H
#define DAXBUS_IO_LIBKMOD_H

#include "base/error.h"
#include "base/log.h"

/*
 * libkmod_state() - what the running kernel has of a module, from libkmod
 * @name: the module, with _ or - between its words
 *
 * Return: 0; -ELIBACC when libkmod is not installed; -ENOMEM.
 */
int libkmod_state(const struct log *log, const char *name, enum daxbus_module *ret,
		  struct daxbus_error *err) _must_check_;

/*
 * libkmod_load() - load a module and what it needs
 *
 * A blacklist of modprobe.d is not looked at: it is about loading by alias, and a caller that asks
 * for a driver by name has looked at libkmod_state(). Being loaded already is success.
 *
 * Return: 0; -ENOENT when there is none; -ELIBACC; -ENOMEM; errno of init_module(2).
 */
int libkmod_load(const struct log *log, const char *name, struct daxbus_error *err) _must_check_;

#endif

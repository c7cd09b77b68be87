/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_LIBNDCTL_H
#define DAXBUS_IO_LIBNDCTL_H

#include "base/log.h"
#include "model/namespace-spec.h"
#include "model/snapshot.h"

/*
 * libndctl_describe() - namespace and UUID behind a dax region of persistent memory, from libndctl
 * @name: the nd device that it stands below: "dax0.1"
 * @id: the region; libdaxctl says whether that is the one
 * @pmem: receives them
 *
 * Return: 0; -ENOENT when the libraries are not installed or do not know the region; -ENOMEM.
 */
int libndctl_describe(const struct log *log, const char *name, uint64_t id,
		      struct pmem *pmem) _must_check_;

/* Whether the libraries are installed. Return: 0; -ELIBACC. */
int libndctl_check(const struct log *log) _must_check_;

/*
 * Changes of a namespace, @name. @what: receives a constant that names what failed: "set the size".
 * Return: 0; -ELIBACC; -ENOENT when there is no such namespace; what libndctl says, which is mostly
 * the errno of a write.
 */

/* Give it UUID, name and size. */
int libndctl_label(const struct log *log, const char *name, const struct namespace_spec *spec,
		   const char **what) _must_check_;
/* Delete it: its size becomes 0. */
int libndctl_delete(const struct log *log, const char *name, const char **what) _must_check_;
/* Make it a devdax one, and enable that. @ret_device: its device, owned by the caller. */
int libndctl_devdax(const struct log *log, const char *name, const struct namespace_spec *spec,
		    char **ret_device, const char **what) _must_check_;
/* Take everything away that claims it, or was to, with the UUID @info; its info block stays. */
int libndctl_release(const struct log *log, const char *name, const char *info,
		     const char **what) _must_check_;
/* Overwrite its info block, if that has the UUID @info. Enable it afterwards, when @bind. */
int libndctl_wipe(const struct log *log, const char *name, const char *info, bool bind,
		  const char **what) _must_check_;
/* Enable it, as what its info block says. */
int libndctl_enable(const struct log *log, const char *name, const char **what) _must_check_;

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_ND_H
#define DAXBUS_ND_H

#include "log.h"
#include "model.h"

/*
 * nd_describe() - namespace and UUID behind a dax region of persistent memory, from libndctl
 * @id: the region; libdaxctl says which nd device stands behind it
 * @pmem: receives them
 *
 * Return: 0; -ENOENT when the libraries are not installed or do not know the region; -ENOMEM.
 */
int nd_describe(const struct log *log, uint64_t id, struct pmem *pmem) _must_check_;

#endif

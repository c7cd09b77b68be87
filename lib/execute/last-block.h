/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_LAST_BLOCK_H
#define DAXBUS_EXECUTE_LAST_BLOCK_H

#include "execute/executor.h"

/*
 * last_block_check() - check that a node can lose its last memory block
 *
 * Look once more for processes that are bound to the node: the plan has found none, or the request
 * has force. Where the node keeps memory after one more block, this does not matter.
 *
 * Return: 0; a negative errno.
 */
int last_block_check(struct executor *p, struct failure *failure) _must_check_;

#endif

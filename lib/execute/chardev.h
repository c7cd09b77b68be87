/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_CHARDEV_H
#define DAXBUS_EXECUTE_CHARDEV_H

#include "execute/executor.h"

/*
 * Character devices: who may open them, and the links to them. STEP_NODE has the path of one, and
 * as value its owner, group and access mode: "0:12:660". STEP_LINK has the path of a link, and what
 * it is to hold: "../dax0.0".
 */

#define CHARDEV_LINKS "/dev/dax"

/* Print such a value. Return: 0; -ENOMEM. */
int chardev_print(uint64_t uid, uint64_t gid, uint64_t mode, char **ret) _must_check_;

int chardev_prepare(struct executor *p, struct step *step, struct failure *failure) _must_check_;
int chardev_set(struct executor *p, const struct step *step, struct failure *failure) _must_check_;
int chardev_undo_set(struct executor *p, const struct step *step,
		     struct failure *failure) _must_check_;

int chardev_prepare_link(struct executor *p, struct step *step,
			 struct failure *failure) _must_check_;
int chardev_link(struct executor *p, const struct step *step, struct failure *failure) _must_check_;
int chardev_undo_link(struct executor *p, const struct step *step,
		      struct failure *failure) _must_check_;

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_RESIZE_H
#define DAXBUS_EXECUTE_RESIZE_H

#include "execute/executor.h"

/*
 * Devices and the memory of their region. The kernel takes ranges for a device that is bound, and
 * crashes later; it takes some that it then leaves out, and says that all is well; and it leaves
 * half of a change behind when it fails. So each write is for a device that was seen without
 * driver right before, and is read back.
 */

/* No device has the name that is to be created: one that is there is not ours, to undo either. */
int execute_resize_prepare_create(struct executor *p, struct failure *failure) _must_check_;
/* Create the device, which must get the name that it was planned with. */
int execute_resize_create(struct executor *p, const struct step *step,
			  struct failure *failure) _must_check_;
/* Delete it, if it is there and empty. */
int execute_resize_undo_create(struct executor *p, const struct step *step,
			       struct failure *failure) _must_check_;

/* Give the device the ranges of @step->value, from whatever it has. */
int execute_resize_ranges(struct executor *p, const struct step *step,
			  struct failure *failure) _must_check_;
/* And those of @step->before. */
int execute_resize_undo_ranges(struct executor *p, const struct step *step,
			       struct failure *failure) _must_check_;

/* Delete the device, which is empty. */
int execute_resize_delete(struct executor *p, const struct step *step,
			  struct failure *failure) _must_check_;

#endif

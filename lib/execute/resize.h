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
int shaping_prepare_create(struct performer *p, struct failure *failure) _must_check_;
/* Create the device, which must get the name that it was planned with. */
int shaping_create(struct performer *p, const struct step *step,
		   struct failure *failure) _must_check_;
/* Delete it, if it is there and empty. */
int shaping_undo_create(struct performer *p, const struct step *step,
			struct failure *failure) _must_check_;

/* Give the device the ranges of @step->value, from whatever it has. */
int shaping_layout(struct performer *p, const struct step *step,
		   struct failure *failure) _must_check_;
/* And those of @step->before. */
int shaping_undo_layout(struct performer *p, const struct step *step,
			struct failure *failure) _must_check_;

/* Delete the device, which is empty. */
int shaping_delete(struct performer *p, const struct step *step,
		   struct failure *failure) _must_check_;

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_CXL_H
#define DAXBUS_EXECUTE_CXL_H

#include "execute/executor.h"

/*
 * Steps on the CXL bus. The kernel takes a region away whatever is done with its memory: the device
 * in it must have no driver, and must be the only one, before anything is written.
 */

/* Write create_ram_region of a root decoder: the region exists, and is empty. */
int execute_cxl_prepare_create(struct executor *p, struct step *step,
			       struct failure *failure) _must_check_;
int execute_cxl_create(struct executor *p, const struct step *step,
		       struct failure *failure) _must_check_;
/* Delete it, unless another program has begun to use it. */
int execute_cxl_undo_create(struct executor *p, const struct step *step,
			    struct failure *failure) _must_check_;

/* Write an attribute that holds what the plan expects; the step keeps what it holds. */
int execute_cxl_prepare_set(struct executor *p, struct step *step,
			    struct failure *failure) _must_check_;
int execute_cxl_set(struct executor *p, const struct step *step,
		    struct failure *failure) _must_check_;
/* Nothing for attributes that are gone with their region. */
int execute_cxl_undo_set(struct executor *p, const struct step *step,
			 struct failure *failure) _must_check_;

/* Attach decoders to the region, or detach them, all or none. */
int execute_cxl_prepare_targets(struct executor *p, struct step *step,
				struct failure *failure) _must_check_;
int execute_cxl_targets(struct executor *p, const struct step *step,
			struct failure *failure) _must_check_;
int execute_cxl_undo_targets(struct executor *p, const struct step *step,
			     struct failure *failure) _must_check_;

/* Bind the region to its driver: the device is there then. */
int execute_cxl_bind(struct executor *p, const struct step *step,
		     struct failure *failure) _must_check_;
/* Unbind it: the device has gone then. */
int execute_cxl_unbind(struct executor *p, const struct step *step,
		       struct failure *failure) _must_check_;

/* Set what a new device has from the kernel to what it was. */
int execute_cxl_undo_keep(struct executor *p, const struct step *step,
			  struct failure *failure) _must_check_;

/* Delete the region, which is empty. */
int execute_cxl_delete(struct executor *p, const struct step *step,
		       struct failure *failure) _must_check_;
/* Return: 0 if it has not been deleted; -ENODEV. */
int execute_cxl_undo_delete(struct executor *p, const struct step *step,
			    struct failure *failure) _must_check_;

#endif

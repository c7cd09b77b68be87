/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_NAMESPACE_H
#define DAXBUS_EXECUTE_NAMESPACE_H

#include "execute/executor.h"

/*
 * Namespaces made and deleted, by libndctl; what came of it is read back from the nd bus. A
 * namespace is only touched when it has the UUID that the step gave it, or found it with: names are
 * used again.
 */

/* It is what the plan found, nothing uses it, and libndctl is there. */
int execute_namespace_prepare(struct executor *p, struct step *step,
			      struct failure *failure) _must_check_;

/* Give an empty namespace its label: UUID, size, name. */
int execute_namespace_label(struct executor *p, const struct step *step,
			    struct failure *failure) _must_check_;
/* Delete it, if it has that UUID. */
int execute_namespace_undo_label(struct executor *p, const struct step *step,
				 struct failure *failure) _must_check_;

/* Make it a devdax one: the device is there then. */
int execute_namespace_info(struct executor *p, const struct step *step,
			   struct failure *failure) _must_check_;
/* Not any more, if its info block has that UUID. What was in its place before is not brought back.
 */
int execute_namespace_undo_info(struct executor *p, const struct step *step,
				struct failure *failure) _must_check_;

/* Take the device away, and delete what it was made from; without labels only its info block. */
int execute_namespace_unmake(struct executor *p, const struct step *step,
			     struct failure *failure) _must_check_;
/* If it is not deleted yet, make it a device again. */
int execute_namespace_undo_unmake(struct executor *p, const struct step *step,
				  struct failure *failure) _must_check_;

#endif

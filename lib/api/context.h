/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_CONTEXT_H
#define DAXBUS_API_CONTEXT_H

#include "base/context.h"
#include "execute/apply.h"
#include "model/selector.h"

struct daxbus_query {
	struct selectors selection;
	unsigned int needs;
};

#endif

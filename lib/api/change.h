/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_CHANGE_H
#define DAXBUS_API_CHANGE_H

/* The public functions that change devices, or say how they would be changed; see daxbus.h. */
#include "api/context.h"
#include "execute/results.h"

/* daxbus_plan() and daxbus_apply(), with the results added to others. */
int api_change_plan(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		    const struct daxbus_request *request, struct daxbus_results *results,
		    struct daxbus_error *error) _must_check_;
int api_change_apply(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		     const struct daxbus_request *request, struct daxbus_results *results,
		     struct daxbus_error *error) _must_check_;

/* That no run was killed. @directory: of the journal. Return: 0; -EUCLEAN. */
int api_change_check_journal(int directory, struct daxbus_error *error) _must_check_;

#endif

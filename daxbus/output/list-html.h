/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_LIST_HTML_H
#define DAXBUS_OUTPUT_LIST_HTML_H

#include "base/string.h"
#include "model/cause.h"
#include "output/list.h"

/* Add the fields that the page shows to a query. */
void list_html_query(struct daxbus_query *query);

/* Append the page. @causes: what is wrong. Return: 0; -ENOMEM. */
int list_html_add(struct string *t, const struct daxbus_snapshot *snapshot,
		  const struct causes *causes) _must_check_;

#endif

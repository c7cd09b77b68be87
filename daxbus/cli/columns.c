/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/columns.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>

#include "base/array.h"
#include "cli/session.h"
#include "cli/suggest.h"
#include "model/public-max.h"

/* clang-format off */
static const char *const kind_names[] = {
	[DAXBUS_BUS] = "bus",
	[DAXBUS_REGION] = "region",
	[DAXBUS_DEVICE] = "device",
	[DAXBUS_MAPPING] = "mapping",
	[DAXBUS_BLOCK] = "block",
	[DAXBUS_EXTENT] = "extent",
	[DAXBUS_ORPHAN] = "orphan",
};
/* clang-format on */
static_assert(ARRAY_SIZE(kind_names) == _DAXBUS_KIND_MAX, "kind_names has a row for each kind");

const char *columns_kind_name(enum daxbus_kind kind)
{
	return kind_names[kind];
}

enum daxbus_kind columns_find_kind(const char *name)
{
	enum daxbus_kind kind = 0;

	while (kind < _DAXBUS_KIND_MAX && !streq(name, kind_names[kind]))
		kind++;
	return kind;
}

char *columns_header(const struct daxbus_field *field)
{
	char *header = strdup(field->name);

	for (char *c = header; c && *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return header;
}

int columns_add(struct columns *c, const struct daxbus_field *field)
{
	return ARRAY_PUSH(c->fields, c->n, field);
}

/* The kind of the parents of @kind, whose fields it inherits; _DAXBUS_KIND_MAX if none. */
static enum daxbus_kind parent_kind(enum daxbus_kind kind)
{
	switch (kind) {
	case DAXBUS_MAPPING:
	case DAXBUS_BLOCK:
		return DAXBUS_DEVICE;
	case DAXBUS_DEVICE:
	case DAXBUS_EXTENT:
		return DAXBUS_REGION;
	default:
		return _DAXBUS_KIND_MAX;
	}
}

const struct daxbus_field *columns_next_field(enum daxbus_kind kind,
					      const struct daxbus_field *previous)
{
	enum daxbus_kind at = previous ? previous->kind : kind;

	for (;;) {
		previous = daxbus_field_next(at, previous);
		/* Skip fields of a parent that a field of the same name hides. */
		if (previous && daxbus_field_find(kind, previous->name) == previous)
			return previous;
		if (!previous)
			at = parent_kind(at);
		if (at == _DAXBUS_KIND_MAX)
			return NULL;
	}
}

static int fail_unknown(enum daxbus_kind kind, const char *name, struct daxbus_error *error)
{
	struct suggestion suggestion = { .word = name };
	const struct daxbus_field *field = NULL;
	_cleanup_free_ char *header = NULL;

	while ((field = columns_next_field(kind, field)))
		suggest_try(&suggestion, field->name);
	if (suggestion.best)
		header = columns_header(daxbus_field_find(kind, suggestion.best));
	session_fail(error, -EINVAL, "unknown column '%s' for %ss", name, columns_kind_name(kind));
	return suggest_add(error, "", header);
}

static int add_named_column(struct columns *c, enum daxbus_kind kind, const char *name,
			    size_t length, struct daxbus_error *error)
{
	_cleanup_free_ char *s = strndup(name, length);
	const struct daxbus_field *field;

	if (!s)
		return session_fail_memory(error);
	if (!length)
		return session_fail(error, -EINVAL, "empty name in the list of columns");
	field = daxbus_field_find(kind, s);
	if (!field)
		return fail_unknown(kind, s, error);
	if (columns_add(c, field) < 0)
		return session_fail_memory(error);
	return 0;
}

int columns_add_list(struct columns *c, enum daxbus_kind kind, const char *list,
		     struct daxbus_error *error)
{
	for (;;) {
		size_t length = strcspn(list, ",");
		int r = add_named_column(c, kind, list, length, error);

		if (r < 0 || !list[length])
			return r;
		list += length + 1;
	}
}

int columns_add_kind(struct columns *c, enum daxbus_kind kind)
{
	const struct daxbus_field *field = NULL;

	while ((field = daxbus_field_next(kind, field)))
		if (columns_add(c, field) < 0)
			return -ENOMEM;
	return 0;
}

void columns_done(struct columns *c)
{
	free(c->fields);
	*c = (struct columns){ 0 };
}

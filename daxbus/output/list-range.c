/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/list-range.h"

#include <errno.h>

#include "output/cell.h"

/*
 * enum span - what a line shows of the values of its blocks
 * @SPAN_COMMON: their common value; blocks with different values are different lines
 * @SPAN_FIRST: the first block's
 * @SPAN_LAST: the last block's
 * @SPAN_BOTH: the first block's and the last block's
 * @SPAN_SUM: their sum; blocks with different values are different lines
 */
enum span {
	SPAN_COMMON,
	SPAN_FIRST,
	SPAN_LAST,
	SPAN_BOTH,
	SPAN_SUM,
};

/* The fields of blocks that differ between neighbours. All others, their devices' too, are common.
 */
static const struct {
	const char *field;
	enum span span;
} spans[] = {
	{ "block", SPAN_BOTH }, { "start", SPAN_FIRST }, { "end", SPAN_LAST },
	{ "size", SPAN_SUM },	{ "count", SPAN_SUM },
};

static enum span span_of(const struct daxbus_field *field)
{
	for (size_t i = 0; field->kind == DAXBUS_BLOCK && i < ARRAY_SIZE(spans); i++)
		if (streq(field->name, spans[i].field))
			return spans[i].span;
	return SPAN_COMMON;
}

int list_range_init(struct list_ranges *ranges, const struct listing *listing)
{
	const struct columns *columns = &listing->columns;

	*ranges = (struct list_ranges){ .listing = listing };
	if (listing->kind != DAXBUS_BLOCK || listing->options->split)
		return 0;
	ranges->number = daxbus_field_find(DAXBUS_BLOCK, "block");
	ranges->values = calloc(columns->n, sizeof(*ranges->values));
	if (!ranges->values)
		return -ENOMEM;
	for (size_t i = 0; i < columns->n; i++) {
		enum span span = span_of(columns->fields[i]);

		if ((span == SPAN_COMMON || span == SPAN_SUM) &&
		    columns_add(&ranges->common, columns->fields[i]) < 0)
			return -ENOMEM;
	}
	return 0;
}

void list_range_done(struct list_ranges *ranges)
{
	columns_done(&ranges->common);
	free(ranges->values);
}

void list_range_rewind(struct list_ranges *ranges)
{
	ranges->last = NULL;
}

static bool have_same_strings(const struct daxbus_value *a, const struct daxbus_value *b)
{
	if (a->strings == b->strings)
		return true;
	if (a->n_strings != b->n_strings)
		return false;
	for (size_t i = 0; i < a->n_strings; i++)
		if (!streq(a->strings[i], b->strings[i]))
			return false;
	return true;
}

static bool is_same(const struct daxbus_value *a, const struct daxbus_value *b)
{
	if (a->presence != b->presence)
		return false;
	if (a->presence != DAXBUS_KNOWN)
		return true;
	if (a->type == DAXBUS_STRING)
		return a->string == b->string || streq(a->string, b->string);
	if (a->type == DAXBUS_STRINGS)
		return have_same_strings(a, b);
	return a->number == b->number;
}

static void start_range(struct list_ranges *ranges, const struct daxbus_object *first)
{
	ranges->first = ranges->last = first;
	ranges->count = 1;
	if (!ranges->number)
		return;
	ranges->first_number = cell_value(first, ranges->number).number;
	for (size_t i = 0; i < ranges->common.n; i++)
		ranges->values[i] = cell_value(first, ranges->common.fields[i]);
}

static bool continues(const struct list_ranges *ranges, const struct daxbus_object *next)
{
	if (!ranges->number ||
	    cell_value(next, ranges->number).number != ranges->first_number + ranges->count)
		return false;
	for (size_t i = 0; i < ranges->common.n; i++) {
		struct daxbus_value value = cell_value(next, ranges->common.fields[i]);

		if (!is_same(&ranges->values[i], &value))
			return false;
	}
	return true;
}

bool list_range_next(struct list_ranges *ranges)
{
	const struct daxbus_snapshot *snapshot = ranges->listing->snapshot;
	enum daxbus_kind kind = ranges->listing->kind;
	const struct daxbus_object *next;

	/* The search for the end of a range has found the first object of the next one. */
	next = ranges->last ? ranges->next : daxbus_snapshot_next(snapshot, kind, NULL);
	if (!next)
		return false;
	start_range(ranges, next);
	while ((next = daxbus_snapshot_next(snapshot, kind, next)) && continues(ranges, next)) {
		ranges->last = next;
		ranges->count++;
	}
	ranges->next = next;
	return true;
}

void list_range_add_cell(const struct list_ranges *ranges, struct string *text,
			 const struct daxbus_field *field)
{
	bool bytes = ranges->listing->options->bytes;
	enum span span = ranges->count > 1 ? span_of(field) : SPAN_COMMON;

	if (span == SPAN_SUM) {
		cell_add_times(text, ranges->first, field, ranges->count, bytes);
		return;
	}
	cell_add(text, span == SPAN_LAST ? ranges->last : ranges->first, field, bytes);
	if (span == SPAN_BOTH) {
		string_add(text, "-");
		cell_add(text, ranges->last, field, bytes);
	}
}

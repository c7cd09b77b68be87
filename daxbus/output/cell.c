/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/cell.h"

struct daxbus_value cell_value(const struct daxbus_object *object, const struct daxbus_field *field)
{
	struct daxbus_value value;

	if (daxbus_get(object, field, &value) < 0)
		return (struct daxbus_value){ .presence = DAXBUS_NONE };
	return value;
}

void cell_add_size(struct string *text, uint64_t bytes)
{
	static const char suffixes[] = "KMGTPE";

	for (int i = (int)sizeof(suffixes) - 2; i >= 0; i--) {
		uint64_t unit = UINT64_C(1) << 10 * (i + 1);
		uint64_t tenths = bytes % unit * 10;

		if (bytes < unit || tenths % unit)
			continue;
		if (tenths)
			string_add(text, "%" PRIu64 ".%" PRIu64 "%c", bytes / unit, tenths / unit,
				   suffixes[i]);
		else
			string_add(text, "%" PRIu64 "%c", bytes / unit, suffixes[i]);
		return;
	}
	string_add(text, "%" PRIu64, bytes);
}

static void add_strings(struct string *text, const struct daxbus_value *value)
{
	for (size_t i = 0; i < value->n_strings; i++)
		string_add(text, "%s%s", i ? "," : "", value->strings[i]);
	if (!value->n_strings)
		string_add(text, "-");
}

static void add_known(struct string *text, const struct daxbus_value *value, bool bytes)
{
	switch (value->type) {
	case DAXBUS_BOOL:
		string_add(text, "%s", value->number ? "yes" : "no");
		break;
	case DAXBUS_SIZE:
		if (bytes)
			string_add(text, "%" PRIu64, value->number);
		else
			cell_add_size(text, value->number);
		break;
	case DAXBUS_NUMBER:
		string_add(text, "%" PRIu64, value->number);
		break;
	case DAXBUS_ADDRESS:
		string_add(text, "0x%" PRIx64, value->number);
		break;
	case DAXBUS_STRING:
		string_add(text, "%s", value->string);
		break;
	case DAXBUS_STRINGS:
		add_strings(text, value);
		break;
	}
}

void cell_add_times(struct string *text, const struct daxbus_object *object,
		    const struct daxbus_field *field, uint64_t times, bool bytes)
{
	struct daxbus_value value = cell_value(object, field);

	if (value.presence == DAXBUS_NONE) {
		string_add(text, "-");
	} else if (value.presence != DAXBUS_KNOWN) {
		string_add(text, "?");
	} else {
		value.number *= times;
		add_known(text, &value, bytes);
	}
}

void cell_add(struct string *text, const struct daxbus_object *object,
	      const struct daxbus_field *field, bool bytes)
{
	cell_add_times(text, object, field, 1, bytes);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daxctl/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/string.h"
#include "cli/session.h"
#include "cmd/layout-file.h"
#include "output/json.h"

/* A range of the saved device. */
struct saved_range {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
};

/* The document, and its ranges. */
struct saved {
	const char *name;
	struct json *j;
	struct saved_range *ranges;
	size_t n;
	struct daxbus_error *error;
};

static int get_saved_number(const struct saved *saved, struct json_object *object, const char *key,
			    uint64_t *ret)
{
	struct json_object *value = NULL;

	if (!json_find(saved->j, object, key, &value) ||
	    json_kind_of(saved->j, value) != JSON_IS_NUMBER)
		return session_fail(saved->error, -EINVAL, "%s: '%s' is missing or not a number",
				    saved->name, key);
	*ret = json_get_number(saved->j, value);
	return 0;
}

static int read_range(struct saved *saved, struct json_object *object)
{
	struct saved_range range;
	int r;

	if (json_kind_of(saved->j, object) != JSON_IS_OBJECT)
		return session_fail(saved->error, -EINVAL, "%s: a mapping is not an object",
				    saved->name);
	r = get_saved_number(saved, object, "start", &range.start)
		    ?: get_saved_number(saved, object, "end", &range.end)
		    ?: get_saved_number(saved, object, "page_offset", &range.offset);
	if (r == 0 && range.end < range.start)
		return session_fail(saved->error, -EINVAL, "%s: a mapping ends before it starts",
				    saved->name);
	if (r == 0 && ARRAY_PUSH(saved->ranges, saved->n, range) < 0)
		return session_fail_memory(saved->error);
	return r;
}

static int read_saved_ranges(struct saved *saved, struct json_object *root)
{
	struct json_object *array = NULL;
	int r = 0;

	if (!json_find(saved->j, root, "mappings", &array) ||
	    json_kind_of(saved->j, array) != JSON_IS_ARRAY || !json_length(saved->j, array))
		return session_fail(saved->error, -EINVAL,
				    "%s: 'mappings' is missing; use 'daxctl list -M'", saved->name);
	for (size_t i = 0; r == 0 && i < json_length(saved->j, array); i++)
		r = read_range(saved, json_at(saved->j, array, i));
	return r;
}

static int compare_offsets(const void *a, const void *b)
{
	const struct saved_range *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* daxctl prints a message if the sum is not the size, and then continues. */
static int check_sum(const struct saved *saved, uint64_t size)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < saved->n; i++)
		if (__builtin_add_overflow(sum, saved->ranges[i].end - saved->ranges[i].start + 1,
					   &sum))
			sum = UINT64_MAX;
	return sum == size
		       ? 0
		       : session_fail(saved->error, -EINVAL,
				      "%s: the mappings have %" PRIu64 " bytes, 'size' is %" PRIu64,
				      saved->name, sum, size);
}

static int take_ranges(struct saved *saved, struct daxctl_input *ret)
{
	int r = 0;

	qsort(saved->ranges, saved->n, sizeof(*saved->ranges), compare_offsets);
	for (size_t i = 0; r == 0 && i < saved->n; i++) {
		char text[48];

		snprintf(text, sizeof(text), "0x%" PRIx64 "-0x%" PRIx64, saved->ranges[i].start,
			 saved->ranges[i].end);
		r = strv_push(&ret->mappings, text);
	}
	return r < 0 ? session_fail_memory(saved->error) : 0;
}

static int take_region(const struct saved *saved, struct json_object *root,
		       struct daxctl_input *ret)
{
	struct json_object *value = NULL;
	uint32_t region, instance;

	if (!json_find(saved->j, root, "chardev", &value) ||
	    json_kind_of(saved->j, value) != JSON_IS_STRING ||
	    parse_device_name(json_get_string(saved->j, value), &region, &instance) < 0)
		return session_fail(saved->error, -EINVAL,
				    "%s: 'chardev' is missing or not the name of a device",
				    saved->name);
	snprintf(ret->region, sizeof(ret->region), "%" PRIu32, region);
	return 0;
}

static int read_saved(struct saved *saved, struct daxctl_input *ret)
{
	struct json_object *root = json_root(saved->j);
	uint64_t size, align;
	int r;

	if (json_kind_of(saved->j, root) != JSON_IS_OBJECT)
		return session_fail(saved->error, -EINVAL, "%s: not an object", saved->name);
	r = get_saved_number(saved, root, "size", &size)
		    ?: get_saved_number(saved, root, "align", &align)
		    ?: take_region(saved, root, ret)
		    ?: read_saved_ranges(saved, root)
		    ?: check_sum(saved, size);
	if (r < 0)
		return r;
	snprintf(ret->align, sizeof(ret->align), "%" PRIu64, align);
	return take_ranges(saved, ret);
}

int daxctl_input_parse(const char *name, const char *text, size_t n, struct daxctl_input *ret,
		       struct daxbus_error *error)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct saved saved = { .name = name, .error = error };
	int r = json_parse(text, n, &j, error);

	if (r < 0)
		return r;
	saved.j = j;
	r = read_saved(&saved, ret);
	free(saved.ranges);
	return r;
}

int daxctl_input_read(const char *name, struct daxctl_input *ret, struct daxbus_error *error)
{
	_cleanup_free_ char *text = NULL;
	size_t n = 0;
	int r = layout_file_load(name, &text, &n, error);

	return r < 0 ? r : daxctl_input_parse(name, text, n, ret, error);
}

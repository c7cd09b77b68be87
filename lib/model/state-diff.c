/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/state-diff.h"

#include <errno.h>
#include <inttypes.h>

#include "base/array.h"

void state_diff_done(struct state_differences *differences)
{
	for (size_t i = 0; i < differences->n; i++) {
		struct state_difference *difference = &differences->items[i];

		free(difference->device);
		free(difference->region);
		free(difference->a);
		free(difference->b);
		free(difference->message);
	}
	free(differences->items);
	*differences = (struct state_differences){ 0 };
}

static int add_to(struct state_differences *ret, const struct state_region *region,
		  const struct state_device *d, enum state_diff_kind kind,
		  struct state_difference **ret_new)
{
	static const char *const codes[] = {
		[STATE_DIFF_VALUE] = "differs",
		[STATE_DIFF_REMOVED] = "removed",
		[STATE_DIFF_ADDED] = "added",
	};
	const struct state_difference row = { .kind = kind, .code = codes[kind] };

	if (ARRAY_PUSH(ret->items, ret->n, row) < 0)
		return -ENOMEM;
	*ret_new = &ret->items[ret->n - 1];
	return string_copy(&(*ret_new)->device, d->name ?: "a device")
		       ?: string_copy(&(*ret_new)->region, region->identity ?: region->path);
}

/* --- values ----------------------------------------------------------------------------------- */

/*
 * Functions that print a value. They return 1 and the text, NULL for none; 0 if it is unknown, or
 * of no interest in this state; -ENOMEM.
 */
static int print_ranges(const struct state_device *d, char **ret)
{
	if (!d->ranges_known)
		return 0;
	*ret = range_list_print(&d->ranges);
	return *ret ? 1 : -ENOMEM;
}

static int print_bytes(const struct state_device *d, char **ret)
{
	uint64_t size = d->ranges_known ? range_list_bytes(&d->ranges) : d->size;

	if (!d->ranges_known && !size)
		return 0;
	return string_format(ret, "%" PRIu64, size) ?: 1;
}

static int print_align(const struct state_device *d, char **ret)
{
	/* One without memory has an alignment that means nothing. */
	if (!d->align || (d->ranges_known && !d->ranges.n))
		return 0;
	return string_format(ret, "%" PRIu64, d->align) ?: 1;
}

static int print_mode(const struct state_device *d, char **ret)
{
	if (d->any_driver)
		return 0;
	return string_copy(ret, state_mode(d) ?: "none") ?: 1;
}

static int print_memmap(const struct state_device *d, char **ret)
{
	if (!d->memmap_on_memory)
		return 0;
	return string_copy(ret, *d->memmap_on_memory == '1' ? "yes" : "no") ?: 1;
}

static int print_online(const struct state_device *d, char **ret)
{
	const char *word = state_online(d);

	return word ? string_copy(ret, word) ?: 1 : 0;
}

static const struct {
	const char *key;
	int (*print)(const struct state_device *d, char **ret);
} values[] = {
	{ "ranges", print_ranges }, { "size", print_bytes },
	{ "align", print_align },   { "mode", print_mode },
	{ "online", print_online }, { "memmap_on_memory", print_memmap },
};

/* Both are in kmem, with their memory in several zones: then it counts which blocks. */
static int print_runs(const struct state_device *d, char **ret)
{
	struct string text = { 0 };

	free(*ret);
	block_runs_print(&d->runs, &text);
	*ret = string_take(&text);
	return *ret ? 0 : -ENOMEM;
}

static int name_difference(struct state_difference *row)
{
	return string_format(&row->message, "%s: %s is %s instead of %s", row->device, row->key,
			     row->b ?: "unknown", row->a ?: "unknown");
}

static int compare_value(size_t i, const struct state_region *region, const struct state_device *a,
			 const struct state_device *b, struct state_differences *ret)
{
	_cleanup_free_ char *x = NULL, *y = NULL;
	struct state_difference *row;
	int in_a = values[i].print(a, &x), in_b = in_a > 0 ? values[i].print(b, &y) : 0;
	bool both_mixed = in_a > 0 && in_b > 0 && streq(x, "mixed") && streq(y, "mixed") &&
			  a->runs_known && b->runs_known;

	if (in_a < 0 || in_b < 0)
		return -ENOMEM;
	if (both_mixed && (print_runs(a, &x) < 0 || print_runs(b, &y) < 0))
		return -ENOMEM;
	if (!in_a || !in_b || streq(x, y))
		return 0;
	/* Ranges say more than their size. */
	if (values[i].print == print_bytes && a->ranges_known && b->ranges_known)
		return 0;
	if (add_to(ret, region, b, STATE_DIFF_VALUE, &row) < 0)
		return -ENOMEM;
	row->key = values[i].key;
	row->a = TAKE_PTR(x);
	row->b = TAKE_PTR(y);
	return name_difference(row);
}

/* --- devices ---------------------------------------------------------------------------------- */

/* The passes of the search, from the surest sign that devices are the same. */
static bool has_same_ranges(const struct state_device *a, const struct state_device *b)
{
	return a->ranges_known && b->ranges_known && a->ranges.n &&
	       range_list_is_same(&a->ranges, &b->ranges);
}

static bool has_same_start(const struct state_device *a, const struct state_device *b)
{
	return a->ranges_known && b->ranges_known && a->ranges.n && b->ranges.n &&
	       a->ranges.items[0].start == b->ranges.items[0].start;
}

static bool has_same_name(const struct state_device *a, const struct state_device *b)
{
	return a->name && b->name && streq(a->name, b->name);
}

static bool (*const signs[])(const struct state_device *a, const struct state_device *b) = {
	has_same_ranges,
	has_same_start,
	has_same_name,
};

#define NOBODY SIZE_MAX

/* @of_a: for each device of @a the index of the one in @b, or NOBODY; @taken: the reverse. */
static void pair_devices(const struct state_region *a, const struct state_region *b, size_t *of_a,
			 bool *taken)
{
	for (size_t i = 0; i < a->n; i++)
		of_a[i] = NOBODY;
	for (size_t sign = 0; sign < ARRAY_SIZE(signs); sign++)
		for (size_t i = 0; i < a->n; i++)
			for (size_t k = 0; of_a[i] == NOBODY && k < b->n; k++)
				if (!taken[k] && signs[sign](&a->devices[i], &b->devices[k])) {
					of_a[i] = k;
					taken[k] = true;
				}
}

static int add_alone(const struct state_region *region, const struct state_device *d,
		     enum state_diff_kind kind, struct state_differences *ret)
{
	_cleanup_free_ char *ranges = NULL;
	struct state_difference *row;
	int r;

	if (state_is_empty(d))
		return 0;
	r = add_to(ret, region, d, kind, &row);
	if (r == 0 && print_ranges(d, &ranges) < 0)
		r = -ENOMEM;
	if (r == 0)
		r = string_format(&row->message, "%s: %s, with the ranges %s", row->device,
				  kind == STATE_DIFF_ADDED ? "was added" : "was removed",
				  ranges ?: "unknown");
	if (r == 0)
		*(kind == STATE_DIFF_ADDED ? &row->b : &row->a) = TAKE_PTR(ranges);
	return r;
}

static int diff_regions(const struct state_region *a, const struct state_region *b,
			struct state_differences *ret)
{
	_cleanup_free_ size_t *of_a = calloc(a->n + 1, sizeof(*of_a));
	_cleanup_free_ bool *taken = calloc(b->n + 1, sizeof(*taken));
	int r = of_a && taken ? 0 : -ENOMEM;

	if (r == 0)
		pair_devices(a, b, of_a, taken);
	for (size_t i = 0; r == 0 && i < a->n; i++) {
		if (of_a[i] == NOBODY)
			r = add_alone(a, &a->devices[i], STATE_DIFF_REMOVED, ret);
		for (size_t k = 0; r == 0 && of_a[i] != NOBODY && k < ARRAY_SIZE(values); k++)
			r = compare_value(k, b, &a->devices[i], &b->devices[of_a[i]], ret);
	}
	for (size_t i = 0; r == 0 && i < b->n; i++)
		if (!taken[i])
			r = add_alone(b, &b->devices[i], STATE_DIFF_ADDED, ret);
	return r;
}

int state_diff(const struct state *a, const struct state *b, struct state_differences *ret)
{
	struct state_differences all = { 0 };
	const struct state_region nothing = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < a->n; i++)
		r = diff_regions(&a->regions[i], state_find_region(b, &a->regions[i]) ?: &nothing,
				 &all);
	for (size_t i = 0; r == 0 && i < b->n; i++)
		if (!state_find_region(a, &b->regions[i]))
			r = diff_regions(&nothing, &b->regions[i], &all);
	if (r < 0) {
		state_diff_done(&all);
		return r;
	}
	*ret = all;
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/iomem.h"

#include <errno.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/utf8.h"

/* "  100000000-13fffffff : Soft Reserved" */
static bool parse_entry(char *line, struct iomem_entry *ret)
{
	char *colon;

	line += strspn(line, " ");
	colon = strstr(line, " : ");
	if (!colon)
		return false;
	*colon = '\0';
	ret->name = colon + strlen(" : ");
	return parse_range(line, &ret->start, &ret->end) == 0;
}

bool iomem_next(char **rest, struct iomem_entry *ret)
{
	char *line;

	while ((line = strsep(rest, "\n")))
		if (parse_entry(line, ret))
			return true;
	return false;
}

static int compare_devices(const void *a, const void *b)
{
	const struct iomem_device *x = a, *y = b;

	return compare_u64(x->region, y->region) ?: compare_u64(x->instance, y->instance);
}

int iomem_list_devices(char *text, struct iomem_device **ret, size_t *ret_n)
{
	_cleanup_free_ struct iomem_device *devices = NULL;
	struct iomem_device *last = NULL;
	struct iomem_entry entry;
	bool shown = false;
	size_t n = 0;

	while (iomem_next(&text, &entry)) {
		struct iomem_device d = { .range = { entry.start, entry.end } };

		shown = shown || entry.end;
		/* An entry is followed by those inside of it, or by one behind its end. */
		if (last && entry.start <= last->range.end)
			last->is_divided = true;
		last = NULL;
		if (parse_device_name(entry.name, &d.region, &d.instance) < 0)
			continue;
		if (ARRAY_PUSH(devices, n, d) < 0)
			return -ENOMEM;
		last = &devices[n - 1];
	}
	if (!shown)
		return -EACCES;
	if (n)
		qsort(devices, n, sizeof(*devices), compare_devices);
	*ret = TAKE_PTR(devices);
	*ret_n = n;
	return 0;
}

const struct iomem_device *iomem_find_device(const struct iomem_device *devices, size_t n,
					     uint32_t region, uint32_t instance)
{
	const struct iomem_device key = { .region = region, .instance = instance };
	const struct iomem_device *d, *end;

	if (!n)
		return NULL;
	end = devices + n;
	d = bsearch(&key, devices, n, sizeof(*devices), compare_devices);
	if (!d || d->is_divided || (d > devices && compare_devices(d - 1, d) == 0) ||
	    (d + 1 < end && compare_devices(d, d + 1) == 0))
		return NULL;
	return d;
}

static bool is_device(const struct iomem_entry *entry)
{
	uint32_t region, instance;

	return parse_device_name(entry->name, &region, &instance) == 0;
}

/* "daxX.Y", and inside of it "System RAM (kmem)". */
bool iomem_next_kmem(char **rest, struct iomem_entry *ret)
{
	struct iomem_entry entry;
	bool found = false;

	while (iomem_next(rest, &entry)) {
		if (found && starts_with(entry.name, "System RAM") && entry.start >= ret->start &&
		    entry.end <= ret->end)
			return true;
		if (is_device(&entry)) {
			*ret = entry;
			found = true;
		}
	}
	return false;
}

/* What providers have in /proc/iomem to stand around their devices. */
static bool is_provider(const char *name)
{
	static const char *const prefixes[] = { "Soft Reserved", "Persistent Memory", "CXL Window",
						"region",	 "dax_region",	      "namespace",
						"hmem" };

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (starts_with(name, prefixes[i]))
			return true;
	return false;
}

static bool holds(const struct iomem_entry *entry, uint64_t start, uint64_t end)
{
	if (entry->end < start || entry->start > end || is_provider(entry->name))
		return false;
	if (starts_with(entry->name, "System RAM") || is_device(entry))
		return true;
	return entry->start > start || entry->end < end;
}

int iomem_find_holder(const char *text, uint64_t start, uint64_t end, char **ret)
{
	_cleanup_free_ char *copy = strdup(text);
	struct iomem_entry entry;
	char *rest = copy;
	bool shown = false;

	if (!copy)
		return -ENOMEM;
	while (iomem_next(&rest, &entry)) {
		shown = shown || entry.end;
		if (shown && holds(&entry, start, end)) {
			*ret = utf8_hide_controls(strdup(entry.name));
			return *ret ? 0 : -ENOMEM;
		}
	}
	if (!shown)
		return -EACCES;
	*ret = NULL;
	return 0;
}

/* Each range is looked at alone: what holds a part of one may be what another lies in. */
static int subtract_entry(const struct iomem_entry *entry, const struct range_list *ranges,
			  struct range_list *free)
{
	const struct range range = { entry->start, entry->end };

	for (size_t i = 0; i < ranges->n; i++)
		if (holds(entry, ranges->items[i].start, ranges->items[i].end))
			return range_list_subtract(free, &range);
	return 0;
}

int iomem_subtract_held(const char *text, struct range_list *free)
{
	_cleanup_(range_list_done) struct range_list ranges = { 0 };
	_cleanup_free_ char *copy = strdup(text);
	struct iomem_entry entry;
	char *rest = copy;
	bool shown = false;
	int r = copy ? range_list_copy(free, &ranges) : -ENOMEM;

	while (r == 0 && iomem_next(&rest, &entry)) {
		shown = shown || entry.end;
		if (shown)
			r = subtract_entry(&entry, &ranges, free);
	}
	return r == 0 && !shown ? -EACCES : r;
}

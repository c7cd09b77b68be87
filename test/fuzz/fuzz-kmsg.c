/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as what the kernel says in lines that are not sysfs: records of /dev/kmsg, its release,
 * meminfo, numa_maps, iomem.
 */
#include <errno.h>
#include <inttypes.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "io/kmsg.h"
#include "parsers/iomem.h"
#include "scan/facts.h"
#include "parsers/numa.h"
#include "scan/node-usage.h"

#define UNTOUCHED UINT64_C(0x5555555555555555)

static bool is_harmless(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}

static void fuzz_kmsg(const char *s)
{
	_cleanup_free_ char *line = kmsg_parse(s), *other = NULL, *again = NULL;
	_cleanup_free_ char *shown = NULL;
	const char *text = strchr(s, ';');

	if (!line)
		return;
	fuzz_check(text && is_harmless(line));
	shown = strndup(text + 1, strcspn(text + 1, "\n"));
	fuzz_check(shown);
	utf8_hide_controls(shown);
	fuzz_check(streq(line, shown));
	/* The kernel's priorities have one digit, but for zeros in front. */
	s += strspn(s, "0");
	fuzz_check(strcspn(s, ",;") <= 1);
	/* The same text of a user's is nothing, and what is harmless stays as it is. */
	fuzz_check(asprintf(&other, "8,1,1,-;%s", line) >= 0);
	again = kmsg_parse(other);
	fuzz_check(!again);
	*other = '7';
	again = kmsg_parse(other);
	fuzz_check(again && streq(again, line));
}

static void fuzz_kernel(const char *s)
{
	uint64_t kernel = kernel_version_parse(s);
	uint64_t major = kernel >> 32, minor = kernel >> 16 & UINT16_MAX;
	char text[64];

	if (!kernel)
		return;
	fuzz_check(major <= UINT16_MAX && *s >= '0' && *s <= '9');
	snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64 ".%" PRIu64, major, minor,
		 kernel & UINT16_MAX);
	fuzz_check(kernel_version_parse(text) == kernel);
}

static void fuzz_meminfo(const char *s)
{
	uint64_t value = UNTOUCHED, all;
	int r = numa_meminfo_find(s, "MemFree", &value);
	_cleanup_free_ char *prefixed = NULL;

	fuzz_check(r == 0 || r == -ENOENT || r == -EBADMSG);
	fuzz_check(r == 0 || value == UNTOUCHED);
	fuzz_check(r == -ENOENT || strstr(s, "MemFree:"));
	/* The first line of the name is the one that counts. */
	fuzz_check(asprintf(&prefixed, "Node 3 MemFree:   7 kB\n%s", s) >= 0);
	fuzz_check(numa_meminfo_find(prefixed, "MemFree", &all) == 0 && all == 7 * 1024);
}

static void fuzz_numa_maps(const char *s)
{
	uint64_t bytes = numa_maps_bytes(s, 1), twice;
	_cleanup_free_ char *text = NULL;

	fuzz_check(!bytes || (strstr(s, "N1=") && strstr(s, "kernelpagesize_kB=")));
	fuzz_check(bytes == UINT64_MAX || bytes % 1024 == 0);
	fuzz_check(asprintf(&text, "%s\n%s", s, s) >= 0);
	twice = numa_maps_bytes(text, 1);
	fuzz_check(bytes > UINT64_MAX / 2 ? twice == UINT64_MAX : twice == 2 * bytes);
}

/* A policy needs the only one of its nodes that has memory, and no other. */
static void fuzz_policy(const char *s)
{
	const struct numa_nodes none = { 0 };
	_cleanup_free_ char *policy = NULL;
	struct numa_nodes all, nodes;
	const char *list;
	int r = numa_map_policy(s, &policy);

	fuzz_check(r == 0 || (r == -EBADMSG && !policy));
	fuzz_check(r < 0 || (strstr(s, policy) && !strpbrk(policy, " \n")));
	list = r == 0 ? numa_policy_bound(policy) : s;
	if (!list)
		return;
	memset(&all, true, sizeof(all));
	r = numa_parse_nodes(list, &nodes);
	fuzz_check(r == 0 || r == -EBADMSG);
	fuzz_check(numa_needs_node(list, 1, &none) == (r < 0 ? r : nodes.has[1]));
	if (r == 0 && numa_needs_node(list, 1, &all) == 1) {
		nodes.has[1] = false;
		fuzz_check(memcmp(&nodes, &none, sizeof(nodes)) == 0);
	}
}

/* What is held is no longer free, and nothing becomes free by it. */
static void fuzz_held(const char *s, int expected)
{
	const struct range all = { 0x1000, 0x1fff };
	_cleanup_(range_list_done) struct range_list free = { 0 };

	fuzz_check(range_list_add(&free, all.start, all.end) == 0);
	fuzz_check(iomem_subtract_held(s, &free) == expected);
	fuzz_check(range_list_bytes(&free) <= range_size(&all));
	for (size_t i = 0; i < free.n; i++)
		fuzz_check(free.items[i].start >= all.start && free.items[i].end <= all.end);
}

static void fuzz_iomem(const char *s)
{
	_cleanup_free_ char *holder = NULL, *whole = NULL;
	int r = iomem_find_holder(s, 0x1000, 0x1fff, &holder);
	int q = iomem_find_holder(s, 0, UINT64_MAX, &whole);

	fuzz_check((r == 0 || r == -EACCES) && q == r);
	fuzz_check(r == 0 || (!holder && !whole));
	fuzz_check(!holder || (is_harmless(holder) && strstr(s, " : ")));
	fuzz_held(s, r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);

	fuzz_kmsg(s);
	fuzz_kernel(s);
	fuzz_meminfo(s);
	fuzz_numa_maps(s);
	fuzz_policy(s);
	fuzz_iomem(s);
	free(s);
	return 0;
}

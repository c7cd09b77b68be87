/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/page-owners.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/array.h"
#include "base/string.h"
#include "parsers/numa.h"
#include "parsers/pagemap.h"
#include "scan/process-walk.h"

/* Entries that one system call reads. */
#define CHUNK	    8192
/* Of one process: 1 TiB in pages of 4 KiB. */
#define ENTRIES_MAX (UINT64_C(1) << 28)

/*
 * @page, @end: the frames of the memory block
 * @starts: addresses of the mappings of the current process that have memory on the node
 * @file: its page tables
 * @entries: room for a part of them
 * @left: so many of them are read at most
 * @found: frames of the block that it has mapped
 */
struct owner_search {
	struct process_walk walk;
	uint64_t node, block;
	uint64_t page, end;
	uint64_t *starts;
	size_t n_starts;
	int file;
	uint64_t *entries;
	uint64_t left;
	uint64_t found;
	struct strv *add_to;
};

/* --- mappings --------------------------------------------------------------------------------- */

static int note_start(void *data, const char *thread _unused_, char *line)
{
	struct owner_search *search = data;
	uint64_t start;

	if (!numa_maps_bytes(line, search->node) || pagemap_parse_start(line, &start) < 0)
		return 0;
	return ARRAY_PUSH(search->starts, search->n_starts, start);
}

static int compare_starts(const void *a, const void *b)
{
	return compare_u64(*(const uint64_t *)a, *(const uint64_t *)b);
}

/* Both files list mappings in the order of their addresses. */
static bool has_start(const struct owner_search *search, uint64_t start)
{
	return bsearch(&start, search->starts, search->n_starts, sizeof(start), compare_starts);
}

static void count_frames(struct owner_search *search, uint64_t index, uint64_t end)
{
	while (index < end && search->left) {
		size_t n = end - index < CHUNK ? end - index : CHUNK;
		ssize_t got = sysfs_read_numbers(search->file, index, search->entries, n);

		/* A mapping that has gone is no owner any more. */
		if (got <= 0)
			return;
		for (ssize_t i = 0; i < got; i++) {
			uint64_t frame = pagemap_frame(search->entries[i]);

			search->found += frame && frame >= search->page && frame < search->end;
		}
		index += (uint64_t)got;
		search->left -= search->left < (uint64_t)got ? search->left : (uint64_t)got;
	}
}

static int look_at_mapping(void *data, const char *thread _unused_, char *line)
{
	struct owner_search *search = data;
	uint64_t start, end, page = (uint64_t)sysconf(_SC_PAGESIZE);

	if (pagemap_parse_mapping(line, &start, &end) == 0 && has_start(search, start))
		count_frames(search, start / page, end / page);
	return 0;
}

/* --- a process -------------------------------------------------------------------------------- */

static int add_owner(struct owner_search *search)
{
	const struct process_walk *walk = &search->walk;
	_cleanup_free_ char *label = NULL, *unit = NULL, *container = NULL;
	struct string t = { 0 };
	int r = process_walk_label(&walk->proc, walk->pid, &label)
			?: process_walk_place(walk, &unit, &container);

	if (r < 0)
		return r;
	string_add(&t, "%s", label);
	if (container || unit)
		string_add(&t, ", %s %s,", container ? "container" : "unit", container ?: unit);
	string_add(&t, " has ");
	string_add_size(&t, search->found * (uint64_t)sysconf(_SC_PAGESIZE));
	string_add(&t, " of memory block %" PRIu64 " mapped", search->block);
	return strv_push_take(search->add_to, string_take(&t));
}

static int examine_owner(void *data)
{
	struct owner_search *search = data;
	char name[64];
	int r;

	search->n_starts = 0;
	free(TAKE_PTR(search->starts));
	search->found = 0;
	search->left = ENTRIES_MAX;
	r = process_walk_mappings(&search->walk, "numa_maps", note_start, search);
	if (r < 0 || !search->n_starts)
		return r;
	snprintf(name, sizeof(name), "%s/pagemap", search->walk.pid);
	if (sysfs_open_numbers(search->walk.proc.fs, &search->file, name) < 0)
		return 0;
	r = process_walk_mappings(&search->walk, "maps", look_at_mapping, search);
	close(search->file);
	search->file = -1;
	return r < 0 || !search->found ? r : add_owner(search);
}

int page_owners_explain(struct sysfs *fs, const struct progress_fn *progress_fn, uint64_t node,
			uint64_t block, uint64_t block_size, struct strv *add_to)
{
	struct owner_search search = { .walk = PROCESS_WALK_INIT,
				       .node = node,
				       .block = block,
				       .file = -1,
				       .add_to = add_to };
	uint64_t pages = block_size / (uint64_t)sysconf(_SC_PAGESIZE);
	int r = -ENOMEM;

	search.page = block * pages;
	search.end = search.page + pages;
	search.walk.progress_fn = progress_fn;
	search.entries = calloc(CHUNK, sizeof(*search.entries));
	if (search.entries)
		r = process_walk_run(&search.walk, fs, examine_owner, &search);
	process_walk_done(&search.walk);
	free(search.starts);
	free(search.entries);
	return error_keep_oom(r);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/forecast.h"
#include "output/json.h"

#define FORECAST(member)  offsetof(struct forecast, member)
#define BLOCK(member)	  offsetof(struct forecast_block, member)
#define BLOCK_BYTES(kind) (BLOCK(bytes) + (kind) * sizeof(uint64_t))
#define NODE(member)	  offsetof(struct forecast_node, member)

/* clang-format off */
const struct change_key forecast_json_keys[] = {
	{ "device", KEY_TEXT, false, FORECAST(device), 0, "name of the device" },
	{ "node", KEY_COUNT, false, FORECAST(node), 0, "its target node" },
	{ "fits", KEY_BOOL, false, FORECAST(fits), 0,
	  "whether what must move fits into the free memory of other nodes" },
	{ "to_move", KEY_COUNT, false, FORECAST(to_move), 0,
	  "bytes that must move to other nodes, without huge pages" },
	{ "huge", KEY_COUNT, false, FORECAST(huge), 0, "bytes of huge pages that are in use" },
	{ "droppable", KEY_COUNT, false, FORECAST(droppable), 0,
	  "bytes of clean pages of files, which can be dropped instead" },
	{ "stays", KEY_COUNT, false, FORECAST(stays), 0, "bytes that cannot move, or may not" },
	{ "room", KEY_COUNT, false, FORECAST(room), 0, "bytes that are free, or can be dropped, on other nodes" },
	{ "huge_room", KEY_COUNT, false, FORECAST(huge_room), 0, "bytes of free huge pages in pools of other nodes" },
	{ 0 },
};

const struct change_key forecast_json_block_keys[] = {
	{ "block", KEY_COUNT, false, BLOCK(id), 0, "number of the memory block" },
	{ "zone", KEY_TEXT, false, BLOCK(zone_word), 0, "movable, kernel or offline" },
	{ "forecast", KEY_TEXT, false, BLOCK(fate_word), 0,
	  "offline, free, moves (all that is in it can move), held (something may hold pages), stays (the kernel has pages in it)" },
	{ "free", KEY_COUNT, false, BLOCK_BYTES(PAGE_FREE), 0, "free bytes" },
	{ "clean", KEY_COUNT, false, BLOCK_BYTES(PAGE_CLEAN), 0, "bytes of clean pages of files" },
	{ "dirty", KEY_COUNT, false, BLOCK_BYTES(PAGE_DIRTY), 0, "bytes of dirty pages of files" },
	{ "anon", KEY_COUNT, false, BLOCK_BYTES(PAGE_ANON), 0, "bytes of anonymous memory of processes" },
	{ "shmem", KEY_COUNT, false, BLOCK_BYTES(PAGE_SHMEM), 0, "bytes of shared memory and tmpfs" },
	{ "hugetlb", KEY_COUNT, false, BLOCK_BYTES(PAGE_HUGE), 0, "bytes of huge pages of pools, used or not" },
	{ "held", KEY_COUNT, false, BLOCK_BYTES(PAGE_HELD), 0,
	  "bytes of anonymous memory that no process has mapped, and something holds, such as a pipe" },
	{ "kernel", KEY_COUNT, false, BLOCK_BYTES(PAGE_KERNEL), 0, "bytes of slabs and page tables" },
	{ "other", KEY_COUNT, false, BLOCK_BYTES(PAGE_OTHER), 0,
	  "bytes without flags: of the kernel, or free on the list of a processor" },
	{ "broken", KEY_COUNT, false, BLOCK_BYTES(PAGE_BROKEN), 0, "bytes with a hardware error" },
	{ "memmap", KEY_COUNT, false, BLOCK_BYTES(PAGE_MEMMAP), 0, "bytes of the memmap of the block itself" },
	{ 0 },
};

const struct change_key forecast_json_node_keys[] = {
	{ "node", KEY_COUNT, false, NODE(node), 0, "number of another node with memory" },
	{ "free", KEY_COUNT, false, NODE(free), 0, "bytes that are free, or can be dropped" },
	{ "huge_free", KEY_COUNT, false, NODE(huge_free), 0, "bytes of free huge pages in its pools" },
	{ 0 },
};
/* clang-format on */

static void set_forecast(struct json *j, struct json_object *object, const struct forecast *f)
{
	change_json_fill(j, object, f, forecast_json_keys);
	change_json_set_array(j, object, "blocks", f->blocks, f->n_blocks, sizeof(*f->blocks),
			      forecast_json_block_keys);
	change_json_set_array(j, object, "nodes", f->nodes, f->n_nodes, sizeof(*f->nodes),
			      forecast_json_node_keys);
}

void forecast_json_set(struct json *j, struct json_object *object, const struct forecasts *all)
{
	struct json_object *array;

	if (!all) {
		json_set(j, object, "forecasts", NULL);
		return;
	}
	array = json_set_array(j, object, "forecasts");
	for (size_t i = 0; i < all->n; i++)
		set_forecast(j, json_push_object(j, array), &all->items[i]);
}

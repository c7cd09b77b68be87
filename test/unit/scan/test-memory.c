/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>

#include "base/strv.h"
#include "model/fields.h"
#include "scan/memory.h"
#include "tree.h"
#include "unit.h"

/*
 * Which source answered is seen in the answer: a row below lets the files of the blocks say one
 * thing and /proc/zoneinfo another.
 */
#define MEMORY "/sys/devices/system/memory"
#define NODE   "/sys/devices/system/node"
#define BLOCK  UINT64_C(0x8000000)
#define PAGES  (BLOCK / 4096)
#define FIRST  32 /* number of the first block; 4 GiB */

static struct device *add_device(struct daxbus_snapshot *s, const char *mode, struct opt_u64 node,
				 uint64_t start, uint64_t size)
{
	struct device *d = snapshot_add_device(s, snapshot_add_region(s));
	struct mapping *m = snapshot_add_mapping(d);

	d->selected = true;
	d->ranges = DAXBUS_KNOWN;
	d->target_node = node;
	d->size = m->size = known(size);
	m->start = known(start);
	m->end = known(start + size - 1);
	if (mode)
		assert_int_equal(snapshot_str_set(&d->mode, mode), 0);
	return d;
}

/* Device of @n blocks in kmem, on node 1. */
static struct device *add_kmem(struct daxbus_snapshot *s, unsigned int first, unsigned int n)
{
	return add_device(s, "kmem", known(1), (FIRST + first) * BLOCK, n * BLOCK);
}

/*
 * One letter a block: m and n are online in Movable and Normal, o is offline, . is not there. What
 * valid_zones and state say of them is what the kernel says.
 */
static void make_block(const struct tree *t, unsigned int node, unsigned int id, char letter)
{
	static const struct {
		char letter;
		const char *zones;
		const char *state;
	} kinds[] = {
		{ 'm', "Movable", "online" },
		{ 'n', "Normal", "online" },
		{ 'o', "Normal Movable", "offline" },
	};

	if (letter == '.')
		return;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].letter != letter)
			continue;
		tree_write(t, kinds[i].zones, MEMORY "/memory%u/valid_zones", id);
		tree_write(t, kinds[i].state, MEMORY "/memory%u/state", id);
		tree_link(t, "../../memory", NODE "/node%u/memory%u", node, id);
		return;
	}
	fail_msg("what is a block '%c'?", letter);
}

static void make_blocks(const struct tree *t, unsigned int node, const char *letters)
{
	tree_write(t, "8000000", MEMORY "/block_size_bytes");
	tree_write(t, "4096", "/page_size");
	tree_folder(t, NODE "/node%u", node);
	for (unsigned int i = 0; letters[i]; i++)
		make_block(t, node, FIRST + i, letters[i]);
}

static void make_zoneinfo(const struct tree *t, unsigned int node, uint64_t movable,
			  uint64_t kernel)
{
	_cleanup_free_ char *text = NULL;

	assert_true(asprintf(&text,
			     "Node 0, zone   Normal\n  pages free     7\n        present  77\n"
			     "Node %u, zone   Normal\n        present  %" PRIu64 "\n"
			     "Node %u, zone  Movable\n        present  %" PRIu64,
			     node, kernel, node, movable) > 0);
	tree_write(t, text, "/proc/zoneinfo");
}

static void add_number(char *text, size_t size, const struct opt_u64 *o)
{
	size_t length = strlen(text);

	if (is_known(o))
		snprintf(text + length, size - length, " %" PRIu64, o->v);
	else
		snprintf(text + length, size - length, o->is == DAXBUS_NONE ? " -" : " ?");
}

/* blocks online movable kernel offline missing */
static void assert_counts(const char *row, const struct device *d, const char *expected)
{
	const struct memory *m = &d->memory;
	char text[80] = "";

	add_number(text, sizeof(text), &m->blocks);
	add_number(text, sizeof(text), &m->online);
	add_number(text, sizeof(text), &m->movable);
	add_number(text, sizeof(text), &m->kernel);
	add_number(text, sizeof(text), &m->offline);
	add_number(text, sizeof(text), &m->missing);
	if (!streq(text + 1, expected))
		fail_msg("%s: '%s', not '%s'", row, text + 1, expected);
}

/* --- which source answers --------------------------------------------------------------------- */

#define NOT_LISTED UINT64_MAX

static const struct {
	const char *what;
	const char *files; /* the blocks of node 1, and what their files say */
	uint64_t movable;  /* what /proc/zoneinfo says, in blocks */
	uint64_t kernel;
	unsigned int n[2]; /* blocks of the devices, one behind the other */
	const char *counts[2];
} rows[] = {
	/* zoneinfo: the files are not read */
	{ "one device", "oooooooo", 5, 2, { 8, 0 }, { "8 7 5 2 1 0" } },
	{ "one device, all online", "oooooooo", 8, 0, { 8, 0 }, { "8 8 8 0 0 0" } },
	{ "one device, nothing online", "mmmmmmmm", 0, 0, { 8, 0 }, { "8 0 0 0 8 0" } },
	{ "a node that is not listed", "mmmm", NOT_LISTED, 0, { 4, 0 }, { "4 0 0 0 4 0" } },
	{ "one device, blocks missing", "o.o.", 1, 0, { 4, 0 }, { "2 1 1 0 1 2" } },
	{ "several, all movable", "oooooo", 6, 0, { 4, 2 }, { "4 4 4 0 0 0", "2 2 2 0 0 0" } },
	{ "several, all kernel", "oooooo", 0, 6, { 4, 2 }, { "4 4 0 4 0 0", "2 2 0 2 0 0" } },
	{ "several, all offline", "mmmmmm", 0, 0, { 4, 2 }, { "4 0 0 0 4 0", "2 0 0 0 2 0" } },
	{ "one of them has no block", "oo..", 1, 0, { 2, 2 }, { "2 1 1 0 1 0", "0 0 0 0 0 2" } },
	{ "no block at all", "....", 0, 0, { 2, 2 }, { "0 0 0 0 0 2", "0 0 0 0 0 2" } },
	{ "other memory, nothing online", "mmmmo", 0, 0, { 4, 0 }, { "4 0 0 0 4 0" } },
	/* the files: zoneinfo cannot tell whose the blocks are */
	{ "several, some online", "mmmnoo", 2, 2, { 4, 2 }, { "4 4 3 1 0 0", "2 0 0 0 2 0" } },
	{ "several, two zones", "mmmmnn", 2, 4, { 4, 2 }, { "4 4 4 0 0 0", "2 2 0 2 0 0" } },
	{ "several, some offline", "moomoo", 2, 0, { 4, 2 }, { "4 2 2 0 2 0", "2 0 0 0 2 0" } },
	{ "other memory on the node", "mmmmn", 4, 1, { 4, 0 }, { "4 4 4 0 0 0" } },
	{ "other memory, one of its blocks", "mmooo", 1, 0, { 4, 0 }, { "4 2 2 0 2 0" } },
	/* more online than there is */
	{ "too much online", "mo", 2, 1, { 2, 0 }, { "2 1 1 0 1 0" } },
};

static void test_rows(void **state)
{
	struct tree *t = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
		struct device *d[2] = { NULL, NULL };

		make_blocks(t, 1, rows[i].files);
		if (rows[i].movable == NOT_LISTED)
			make_zoneinfo(t, 7, 0, 0);
		else
			make_zoneinfo(t, 1, rows[i].movable * PAGES, rows[i].kernel * PAGES);
		for (unsigned int k = 0; k < 2 && rows[i].n[k]; k++)
			d[k] = add_kmem(s, k ? rows[i].n[0] : 0, rows[i].n[k]);
		assert_int_equal(memory_read(t->fs, NULL, s, NEED_MEMORY), 0);
		for (unsigned int k = 0; k < 2 && d[k]; k++) {
			assert_counts(rows[i].what, d[k], rows[i].counts[k]);
			assert_int_equal(d[k]->n_blocks, 0);
		}
		tree_remove(t, "/sys");
	}
}

/* Nothing that makes zoneinfo doubtful changes the answer, or is taken for one. */
static void test_zoneinfo_is_no_use(void **state)
{
	static const struct {
		const char *path;
		const char *text; /* NULL: the file is not there */
	} doubts[] = {
		{ "/page_size", NULL },
		{ "/page_size", "0" },
		{ "/page_size", "3000" },
		{ "/page_size", "4K" },
		{ "/page_size", "0x1000" },
		{ "/page_size", "268435456" },
		{ "/proc/zoneinfo", NULL },
		{ "/proc/zoneinfo", "" },
		{ "/proc/zoneinfo", "Node 1, zone Movable\n present many" },
		{ "/proc/zoneinfo", "Node 1, zone Movable\n present 1" },
		{ "/proc/zoneinfo", "Node 1, zone Movable\n present 32769" },
		{ "/proc/zoneinfo", "Node 1, zone Normal\n present 32767" },
		{ "/proc/zoneinfo", "Node 1, zone Movable\n present 18446744073709551615" },
	};
	struct tree *t = *state;

	for (size_t i = 0; i < ARRAY_SIZE(doubts); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
		const struct device *d = add_kmem(s, 0, 4);

		make_blocks(t, 1, "mmno");
		make_zoneinfo(t, 1, 4 * PAGES, 0);
		if (doubts[i].text)
			tree_write(t, doubts[i].text, "%s", doubts[i].path);
		else
			tree_remove(t, "%s", doubts[i].path);
		assert_int_equal(memory_read(t->fs, NULL, s, NEED_MEMORY), 0);
		assert_counts(doubts[i].text ?: "none", d, "4 3 2 1 1 0");
		tree_remove(t, "/sys");
	}
}

/* Pages of another size than most machines have. */
static void test_page_size(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	const struct device *d = add_kmem(s, 0, 4);
	struct tree *t = *state;

	make_blocks(t, 1, "oooo");
	tree_write(t, "65536", "/page_size");
	make_zoneinfo(t, 1, 3 * BLOCK / 65536, 0);
	assert_int_equal(memory_read(t->fs, NULL, s, NEED_MEMORY), 0);
	assert_counts("64 KiB", d, "4 3 3 0 1 0");
}

/* Each node has an answer of its own. */
static void test_nodes(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	const struct device *a = add_kmem(s, 0, 2);
	const struct device *b = add_device(s, "kmem", known(2), (FIRST + 2) * BLOCK, 2 * BLOCK);
	const struct device *c = add_device(s, "kmem", known(3), (FIRST + 4) * BLOCK, 2 * BLOCK);
	struct tree *t = *state;

	make_blocks(t, 1, "oo");
	make_block(t, 2, FIRST + 2, 'm');
	make_block(t, 2, FIRST + 3, 'n');
	make_block(t, 2, FIRST + 9, 'n');
	tree_write(t,
		   "Node 1, zone  Movable\n        present  65536\n"
		   "Node 2, zone  Movable\n        present  32768\n",
		   "/proc/zoneinfo");
	assert_int_equal(memory_read(t->fs, NULL, s, NEED_MEMORY), 0);
	assert_counts("zoneinfo", a, "2 2 2 0 0 0");
	assert_counts("files", b, "2 2 1 1 0 0");
	/* A node without memory has no folder. */
	assert_counts("no node", c, "0 0 0 0 0 2");
}

/* --- what cannot be told ---------------------------------------------------------------------- */

static void test_without_zones(void **state)
{
	static const struct {
		const char *what;
		const char *zones; /* of the second block; NULL: none, as without HOTREMOVE */
		const char *state; /* NULL: none either */
		const char *counts;
	} strange[] = {
		{ "state, online", NULL, "online", "2 2 ? ? 0 0" },
		{ "state, offline", NULL, "offline", "2 1 1 0 1 0" },
		{ "state, going", NULL, "going-offline", "2 2 ? ? 0 0" },
		{ "neither", NULL, NULL, "2 ? ? ? ? 0" },
		{ "zones unreadable", "", "online", "2 ? ? ? ? 0" },
		{ "another zone", "DMA32", "online", "2 2 1 1 0 0" },
		{ "three zones", "DMA32 Normal Movable", "offline", "2 1 1 0 1 0" },
	};
	struct tree *t = *state;

	for (size_t i = 0; i < ARRAY_SIZE(strange); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
		const struct device *d = add_kmem(s, 0, 2);

		make_blocks(t, 1, "mm");
		tree_remove(t, MEMORY "/memory33/valid_zones");
		tree_remove(t, MEMORY "/memory33/state");
		if (strange[i].zones && *strange[i].zones)
			tree_write(t, strange[i].zones, MEMORY "/memory33/valid_zones");
		else if (strange[i].zones)
			tree_write_nothing(t, MEMORY "/memory33/valid_zones");
		if (strange[i].state)
			tree_write(t, strange[i].state, MEMORY "/memory33/state");
		assert_int_equal(memory_read(t->fs, NULL, s, NEED_MEMORY), 0);
		assert_counts(strange[i].what, d, strange[i].counts);
		tree_remove(t, "/sys");
	}
}

static void test_block_size(void **state)
{
	static const struct {
		const char *text; /* NULL: no file */
		struct opt_u64 size;
	} sizes[] = {
		{ "8000000", { DAXBUS_KNOWN, BLOCK } },
		{ "0x8000000", { DAXBUS_KNOWN, BLOCK } },
		{ "1", { DAXBUS_KNOWN, 1 } },
		{ "8000000000000000", { DAXBUS_KNOWN, UINT64_C(1) << 63 } },
		{ NULL, { DAXBUS_UNKNOWN, 0 } },
		{ "0", { DAXBUS_UNKNOWN, 0 } },
		{ "8000001", { DAXBUS_UNKNOWN, 0 } },
		{ "ffffffffffffffff", { DAXBUS_UNKNOWN, 0 } },
		{ "10000000000000000", { DAXBUS_UNKNOWN, 0 } },
		{ "128M", { DAXBUS_UNKNOWN, 0 } },
		{ "-1", { DAXBUS_UNKNOWN, 0 } },
		{ "", { DAXBUS_UNKNOWN, 0 } },
	};
	struct tree *t = *state;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
		const struct device *d = add_kmem(s, 0, 2);
		struct opt_u64 size;

		make_blocks(t, 1, "mm");
		make_zoneinfo(t, 1, 2 * PAGES, 0);
		tree_remove(t, MEMORY "/block_size_bytes");
		if (sizes[i].text)
			tree_write(t, sizes[i].text, MEMORY "/block_size_bytes");
		size = memory_block_size(t->fs);
		assert_row(i, size.is == sizes[i].size.is);
		assert_row(i, !is_known(&size) || size.v == sizes[i].size.v);
		assert_int_equal(memory_read(t->fs, NULL, s, NEED_MEMORY | NEED_BLOCKS), 0);
		if (!is_known(&size)) {
			assert_counts("no block size", d, "? ? ? ? ? ?");
			assert_row(i, d->memory.usable.is == DAXBUS_UNKNOWN);
			assert_row(i, d->memory.lost.is == DAXBUS_UNKNOWN);
			assert_row(i, d->n_blocks == 0);
		}
		tree_remove(t, "/sys");
	}
}

static void test_unknown(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	struct device *hidden = add_kmem(s, 0, 2);
	const struct device *open = add_kmem(s, 2, 2);
	const struct device *unbound = add_device(s, NULL, known(1), 0, BLOCK);
	const struct device *devdax = add_device(s, "devdax", known(1), BLOCK, BLOCK);
	struct tree *t = *state;

	make_blocks(t, 1, "mmno");
	make_zoneinfo(t, 1, 2 * PAGES, PAGES);
	hidden->ranges = DAXBUS_UNKNOWN;
	assert_int_equal(memory_read(t->fs, NULL, s, NEED_MEMORY), 0);
	assert_counts("hidden", hidden, "? ? ? ? ? ?");
	/* Its neighbour is counted without it. */
	assert_counts("open", open, "2 1 0 1 1 0");
	/* Counts are for what is in kmem. */
	assert_counts("unbound", unbound, "- - - - - -");
	assert_counts("devdax", devdax, "- - - - - -");
}

static void test_node_unknown(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	const struct device *lost = add_device(s, "kmem", unknown(), FIRST * BLOCK, 2 * BLOCK);
	const struct device *odd = add_device(s, "kmem", known(5), (FIRST + 2) * BLOCK, BLOCK);
	const struct device *far =
		add_device(s, "kmem", known(UINT64_MAX), (FIRST + 3) * BLOCK, BLOCK);
	struct tree *t = *state;

	make_blocks(t, 1, "mnmm");
	make_zoneinfo(t, 1, 2 * PAGES, 0);
	tree_write(t, "no folder", NODE "/node5");
	assert_int_equal(memory_read(t->fs, NULL, s, NEED_MEMORY), 0);
	assert_counts("unknown: those of the machine", lost, "2 2 1 1 0 0");
	assert_counts("not a folder", odd, "? ? ? ? ? ?");
	assert_true(odd->memory.usable.v == BLOCK);
	assert_counts("no such node", far, "0 0 0 0 0 1");
}

/* Two devices in kmem cannot have the same blocks: whose they are is not known. */
static void test_overlap(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	const struct device *wide = add_kmem(s, 0, 8), *inner = add_kmem(s, 1, 1);
	const struct device *behind = add_kmem(s, 7, 2), *apart = add_kmem(s, 9, 1);
	const struct device *unbound = add_device(s, NULL, known(1), (FIRST + 9) * BLOCK, BLOCK);
	struct tree *t = *state;

	make_blocks(t, 1, "mmmmmmmmmm");
	assert_int_equal(memory_read(t->fs, NULL, s, NEED_MEMORY), 0);
	assert_counts("wide", wide, "? ? ? ? ? ?");
	assert_counts("inner", inner, "? ? ? ? ? ?");
	assert_counts("behind", behind, "? ? ? ? ? ?");
	/* A duplicate that is not in kmem takes nothing from the one that is. */
	assert_counts("apart", apart, "1 1 1 0 0 0");
	assert_int_equal(unbound->ranges, DAXBUS_KNOWN);
}

/* --- bytes ------------------------------------------------------------------------------------ */

static void test_usable(void **state)
{
	static const struct {
		uint64_t start;
		uint64_t size;
		uint64_t usable;
		const char *counts;
	} ranges[] = {
		{ FIRST * BLOCK, 4 * BLOCK, 4 * BLOCK, "4 4 4 0 0 0" },
		{ FIRST * BLOCK + 4096, 4 * BLOCK, 3 * BLOCK, "3 3 3 0 0 0" },
		{ FIRST * BLOCK, 4 * BLOCK - 4096, 3 * BLOCK, "3 3 3 0 0 0" },
		{ FIRST * BLOCK + 4096, BLOCK, 0, "0 0 0 0 0 0" },
		{ FIRST * BLOCK, 6 * BLOCK, 6 * BLOCK, "5 5 5 0 0 1" },
		{ 0, UINT64_MAX, UINT64_MAX - BLOCK + 1, NULL },
	};
	struct tree *t = *state;

	make_blocks(t, 1, "mmmmm");
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
		const struct device *d =
			add_device(s, "kmem", known(1), ranges[i].start, ranges[i].size);

		assert_int_equal(memory_read(t->fs, NULL, s, NEED_MEMORY), 0);
		assert_row(i, is_known(&d->memory.usable));
		assert_row(i, d->memory.usable.v == ranges[i].usable);
		assert_row(i, is_known(&d->memory.lost));
		assert_row(i, d->memory.lost.v == ranges[i].size - ranges[i].usable);
		if (ranges[i].counts)
			assert_counts("usable", d, ranges[i].counts);
	}
}

/* --- blocks as objects ------------------------------------------------------------------------ */

static void assert_block(const struct device *d, size_t i, uint64_t id, const char *state,
			 const char *zones)
{
	const struct block *b = &d->blocks[i];

	assert_true(i < d->n_blocks);
	assert_true(is_known(&b->id) && b->id.v == id);
	assert_true(is_known(&b->start) && b->start.v == id * BLOCK);
	assert_true(is_known(&b->size) && b->size.v == BLOCK);
	assert_true(known_as(&b->state, state));
	assert_int_equal(b->zones.is, DAXBUS_KNOWN);
	assert_true(strv_has(&b->zones.v, zones));
	assert_ptr_equal(b->device, d);
}

static void test_blocks(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	const struct device *kmem = add_kmem(s, 0, 3), *next = add_kmem(s, 3, 1);
	/* memory that was left behind, and duplicates of both */
	const struct device *stuck = add_device(s, NULL, known(3), (FIRST + 5) * BLOCK, 2 * BLOCK);
	const struct device *again = add_device(s, NULL, known(3), (FIRST + 5) * BLOCK, 2 * BLOCK);
	const struct device *phantom = add_device(s, NULL, known(1), FIRST * BLOCK, 3 * BLOCK);
	struct tree *t = *state;

	make_blocks(t, 1, "mo.nnmm");
	/* Blocks are read when they are asked for, whatever zoneinfo says. */
	make_zoneinfo(t, 1, 0, 0);
	assert_int_equal(memory_read(t->fs, NULL, s, NEED_MEMORY | NEED_BLOCKS), 0);
	assert_counts("kmem", kmem, "2 1 1 0 1 1");
	assert_int_equal(kmem->n_blocks, 2);
	assert_block(kmem, 0, 32, "online", "Movable");
	assert_block(kmem, 1, 33, "offline", "Normal");
	assert_int_equal(kmem->blocks[1].zones.v.n, 2);
	assert_true(kmem->blocks[0].node.v == 1);
	assert_int_equal(next->n_blocks, 1);
	assert_block(next, 0, 35, "online", "Normal");
	assert_int_equal(stuck->n_blocks, 2);
	assert_block(stuck, 0, 37, "online", "Movable");
	assert_counts("stuck", stuck, "- - - - - -");
	/* No block is listed twice. */
	assert_int_equal(again->n_blocks, 0);
	assert_int_equal(phantom->n_blocks, 0);
}

static void test_no_folder(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	const struct device *d = add_kmem(s, 0, 1);
	struct tree *t = *state;

	assert_int_equal(memory_read(t->fs, NULL, s, NEED_MEMORY | NEED_BLOCKS), 0);
	assert_counts("no memory folder", d, "? ? ? ? ? ?");
	assert_int_equal(d->n_blocks, 0);
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, tree_set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_TREE(test_rows),	     IN_TREE(test_zoneinfo_is_no_use),
		IN_TREE(test_page_size),     IN_TREE(test_nodes),
		IN_TREE(test_without_zones), IN_TREE(test_block_size),
		IN_TREE(test_unknown),	     IN_TREE(test_node_unknown),
		IN_TREE(test_overlap),	     IN_TREE(test_usable),
		IN_TREE(test_blocks),	     IN_TREE(test_no_folder),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}

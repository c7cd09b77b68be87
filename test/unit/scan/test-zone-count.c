/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "scan/zone-count.h"
#include "tree.h"
#include "unit.h"

/*
 * Which source answered is seen in the answer: a block whose file is not to be read has none, and a
 * block whose page is not to be looked up lies behind the end of the flags.
 */
#define MEMORY "/sys/devices/system/memory"
#define FIRST  3 /* number of the first block */
#define PAGES  4 /* of a block */
#define DATA   0x400

static const struct row {
	const char *what;
	const char *zones; /* m for Movable, first block, the one behind the last, pages present */
	/*
	 * A letter for each block. Files: m and n are online in Movable and Normal, o is offline,
	 * - has no file. Flags: n is KPF_NOPAGE, f another flag, 0 none.
	 */
	const char *files;
	const char *flags; /* NULL: /proc/kpageflags cannot be opened */
	unsigned int n[2]; /* blocks of the devices; the others are no device's */
	int r;
	const char *counts[2]; /* online movable kernel offline */
} rows[] = {
	/* the zones alone */
	{ "outside of every zone", "", "----", "", { 4 }, 1, { "0 0 0 4" } },
	{ "in a zone without holes", "m0-4=16", "----", "", { 4 }, 1, { "4 4 0 0" } },
	{ "zone of one device", "m2-4=8", "----", "", { 2, 2 }, 1, { "0 0 0 2", "2 2 0 0" } },
	{ "two zones", "n0-1=4 m1-4=12", "----", "", { 2, 2 }, 1, { "2 1 1 0", "2 2 0 0" } },
	{ "other memory in a zone", "m0-4=16", "----", "", { 2 }, 1, { "2 2 0 0" } },
	{ "other memory with holes", "n2-4=5 m0-2=8", "----", "", { 2 }, 1, { "2 2 0 0" } },
	/* page flags */
	{ "nopage and flags", "m0-4=8", "----", "fnnf", { 4 }, 1, { "2 2 0 2" } },
	{ "two devices", "m0-6=12", "------", "fnnfnf", { 3, 3 }, 1, { "1 1 0 2", "2 2 0 1" } },
	{ "all found: rest offline", "m0-8=8", "--------", "fxxxxxxf", { 8 }, 1, { "2 2 0 6" } },
	{ "holes found: rest online", "m0-8=24", "--------", "fnxxxxxn", { 8 }, 1, { "6 6 0 2" } },
	{ "no flags, online", "m0-5=12", "-----", "0n0f0", { 4 }, 1, { "3 3 0 1" } },
	{ "no flags, offline", "m0-5=8", "-----", "f00f0", { 5 }, 1, { "2 2 0 3" } },
	{ "no flags: the file", "m0-5=12", "-mo-o", "f00f0", { 5 }, 1, { "3 3 0 2" } },
	{ "zones overlap: files", "n0-5=8 m1-6=8", "-n--m-", "fffnfn", { 6 }, 1, { "4 2 2 2" } },
	/* no page flags */
	{ "none", "m0-4=8", "moom", NULL, { 4 }, 1, { "2 2 0 2" } },
	{ "short", "m0-4=8", "moom", "f", { 4 }, 1, { "2 2 0 2" } },
	{ "empty", "n0-4=8", "noon", "", { 4 }, 1, { "2 0 2 2" } },
	/* what does not agree */
	{ "not whole blocks", "m0-4=9", "----", "nffn", { 4 }, 0, { NULL } },
	{ "the file says another zone", "m0-4=8", "nnoo", NULL, { 4 }, 0, { NULL } },
	{ "no file either", "m0-4=8", "----", NULL, { 4 }, 0, { NULL } },
	{ "other memory, not whole", "m0-4=9", "----", "nffx", { 3 }, 1, { "2 2 0 1" } },
};

static void make_zones(const char *text, struct node_zones *ret)
{
	uint64_t begin, end;
	int length;

	*ret = (struct node_zones){ 0 };
	for (; *text; text += length + (text[length] == ' ')) {
		struct zone_span *z = &ret->zones[ret->n++];
		char kind;

		assert_int_equal(sscanf(text, "%c%" SCNu64 "-%" SCNu64 "=%" SCNu64 "%n", &kind,
					&begin, &end, &z->present, &length),
				 4);
		z->start = (FIRST + begin) * PAGES;
		z->end = (FIRST + end) * PAGES;
		z->is_movable = kind == 'm';
	}
}

static void make_files(const struct tree *t, const struct row *row)
{
	tree_folder(t, MEMORY);
	for (unsigned int i = 0; row->files[i]; i++) {
		const char *zones = row->files[i] == 'm' ? "Movable" : "Normal";

		if (row->files[i] == 'o')
			zones = "Movable Normal";
		if (row->files[i] != '-')
			tree_write(t, zones, MEMORY "/memory%u/valid_zones", FIRST + i);
	}
}

/* The last page of each block says its state, the first ones nothing. */
static int make_flags(const char *letters)
{
	FILE *file = tmpfile();
	int fd;

	assert_non_null(file);
	for (unsigned int i = 0; letters[i]; i++) {
		uint64_t flags = letters[i] == 'n' ? 1 << 20 : letters[i] == 'f' ? DATA : 0;
		size_t page = (FIRST + i + 1) * PAGES - 1;

		assert_int_equal(fseek(file, (long)(page * sizeof(flags)), SEEK_SET), 0);
		assert_int_equal(fwrite(&flags, sizeof(flags), 1, file), 1);
	}
	assert_int_equal(fflush(file), 0);
	fd = dup(fileno(file));
	assert_true(fd >= 0);
	fclose(file);
	return fd;
}

static void assert_tally(const char *row, const struct tally *tally, const char *expected)
{
	char text[100];

	snprintf(text, sizeof(text), "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64, tally->online,
		 tally->movable, tally->kernel, tally->offline);
	if (!streq(text, expected))
		fail_msg("%s: '%s', not '%s'", row, text, expected);
}

static void run_row(const struct tree *t, const struct row *row)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir memory = SYSFS_DIR_INIT;
	_cleanup_(zone_count_done) struct zone_count c;
	struct tally tallies[2] = { 0 };
	struct node_zones zones;
	uint64_t ids[16];
	struct block_set blocks = { ids, strlen(row->files) };
	int r;

	for (size_t i = 0; i < blocks.n; i++)
		ids[i] = FIRST + i;
	make_zones(row->zones, &zones);
	make_files(t, row);
	assert_int_equal(sysfs_dir_open(t->fs, &memory, MEMORY), 0);
	zone_count_init(&c, &memory, &zones, &blocks, PAGES, NULL);
	if (row->flags) {
		c.is_opened = true;
		c.fd = make_flags(row->flags);
	}
	for (unsigned int i = 0; i < row->n[0] + row->n[1]; i++)
		assert_int_equal(zone_count_add(&c, &tallies[i >= row->n[0]], ids[i]), 0);
	r = zone_count_finish(&c);
	if (r != row->r)
		fail_msg("%s: %d, not %d", row->what, r, row->r);
	for (unsigned int i = 0; i < 2 && row->counts[i]; i++)
		assert_tally(row->what, &tallies[i], row->counts[i]);
}

static void test_rows(void **state)
{
	struct tree *t = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		run_row(t, &rows[i]);
		tree_remove(t, "/sys");
	}
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, tree_set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_TREE(test_rows),
	};

	return cmocka_run_group_tests_name("zone-count", tests, NULL, NULL);
}

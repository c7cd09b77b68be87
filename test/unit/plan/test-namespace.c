/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespaces that make devices on persistent memory; plan-world.h says what a row is. */
#include "plan-world.h"
#include "plan/namespace.h"

#define PMEM   "nd provider=pmem dynamic=0 "
#define LABEL  "label 1 uuid=" WORLD_LABEL
#define INFO   "info 1 uuid=" WORLD_LABEL ",info=" WORLD_INFO
#define LEGACY "info 0 info=" WORLD_INFO
#define FORCE  "create force=yes "
#define LOST   "the data in namespace0.0 would be overwritten, which cannot be undone; --force"

static void test_labels(void **state _unused_)
{
	static const struct row rows[] = {
		{ PMEM, "create", "labels",
		  LABEL ",size=1073741824; " INFO ",align=2097152,map=dev<free", NULL },
		{ PMEM, "create size=256M name=first map=mem align=4K", "labels",
		  LABEL ",size=268435456,name=first; " INFO ",align=4096,map=mem<free", NULL },
		/* what is left of the request is for later */
		{ PMEM, "create size=256M mode=kmem", "labels driver=0 module=0",
		  LABEL ",size=268435456; " INFO ",align=2097152,map=dev<free", NULL },
		/* nothing is overwritten */
		{ PMEM, "create force=yes", "labels",
		  LABEL ",size=1073741824; " INFO ",align=2097152,map=dev<free", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_sizes(void **state _unused_)
{
	static const struct row rows[] = {
		{ PMEM, "create size=200M", "labels", "!bad-size", NULL },
		{ PMEM, "create size=208M", "labels",
		  LABEL ",size=218103808; " INFO ",align=2097152,map=dev<free", NULL },
		/* three NVDIMMs, and 16 MiB: 48 MiB */
		{ PMEM, "create size=256M", "labels ways=3", "!bad-size", NULL },
		{ PMEM, "create size=240M", "labels ways=3",
		  LABEL ",size=251658240; " INFO ",align=2097152,map=dev<free", NULL },
		{ PMEM, "create", "labels ways=3",
		  LABEL ",size=1056964608; " INFO ",align=2097152,map=dev<free", NULL },
		{ PMEM, "create", "labels extent=1040M ways=1 busy=1",
		  LABEL ",size=1090519040; " INFO ",align=2097152,map=dev<free", NULL },
		{ PMEM, "create", "labels extent=15M", "!no-room", NULL },
		{ PMEM, "create", "labels extent=0", "!no-room", NULL },
		{ PMEM, "create size=2G", "labels", "!no-room", NULL },
		{ PMEM, "create", "labels extent=?", "!unknown-state", NULL },
		/* pages of 1 GiB: one is lost in front */
		{ PMEM, "create align=1G", "labels", "!bad-size", NULL },
		{ PMEM, "create align=1G", "labels extent=3G",
		  LABEL ",size=3221225472; " INFO ",align=1073741824,map=dev<free", NULL },
		{ PMEM, "create align=8M", "labels", "!bad-align", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_refusals(void **state _unused_)
{
	static const struct row rows[] = {
		{ PMEM, "create count=2", "labels", "!not-for-region", NULL },
		{ PMEM, "create mapping=100000000-1001fffff", "labels", "!not-for-region", NULL },
		{ "", "create map=mem", "", "!not-for-region", NULL },
		{ "", "create name=a", "", "!not-for-region", NULL },
		{ PMEM, "create force=yes", "labels readonly=1", "!read-only", NULL },
		{ PMEM, "create", "labels disabled", "!no-provider", NULL },
		{ PMEM, "create", "", "!unknown-state", NULL },
		{ PMEM, "create mode=kmem", "labels ndnode=none", "!no-target-node", NULL },
		{ PMEM, "create", "labels seedsize=16M", "!namespace-in-use", NULL },
		/* dax_pmem_compat: there, loaded; blacklisted it does no harm */
		{ PMEM, "create", "labels compat=1", "!class-device", NULL },
		{ PMEM, "create", "labels compat=3", "!class-device", NULL },
		{ PMEM, "create", "labels compat=2",
		  LABEL ",size=1073741824; " INFO ",align=2097152,map=dev<free", NULL },
		{ PMEM, "create", "labels compat=0",
		  LABEL ",size=1073741824; " INFO ",align=2097152,map=dev<free", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_legacy(void **state _unused_)
{
	static const struct row rows[] = {
		{ PMEM, "create", "legacy", "!data-loss", NULL },
		{ PMEM, FORCE, "legacy", LEGACY ",align=2097152,map=dev<bound", LOST },
		{ PMEM, FORCE "size=1G map=mem", "legacy", LEGACY ",align=2097152,map=mem<bound",
		  LOST },
		{ PMEM, FORCE "size=512M", "legacy", "!bad-size", NULL },
		{ PMEM, FORCE "name=a", "legacy", "!not-for-region", NULL },
		{ PMEM, FORCE "align=1G", "legacy", "!bad-size", NULL },
		/* the kernel's word for one that has a memmap, without anybody's doing */
		{ PMEM, FORCE, "legacy mode=memory", LEGACY ",align=2097152,map=dev<bound", LOST },
		{ PMEM, FORCE, "legacy mode=memory claim=pfn0.0", "!namespace-in-use", NULL },
		{ PMEM, FORCE, "legacy mode=safe claim=btt0.0", "!namespace-in-use", NULL },
		{ PMEM, FORCE, "legacy mode=dax claim=dax0.0", "!namespace-in-use", NULL },
		{ PMEM, FORCE, "legacy claim=?", "!unknown-state", NULL },
		{ PMEM, FORCE, "legacy busy=1", "!namespace-in-use", NULL },
		{ PMEM, FORCE, "legacy busy=?", "!unknown-state", NULL },
	};

	CHECK_ROWS(rows);
}

#define MADE	 "provider=pmem dynamic=0 "
#define UNMAKE_L "unmake 0 uuid=" WORLD_OLD ",info=" WORLD_OLD
#define UNMAKE	 "unmake 0 info=" WORLD_OLD

static void test_destroy(void **state _unused_)
{
	static const struct row rows[] = {
		{ MADE DEVDAX, "destroy", "labels", "!data-loss", NULL },
		{ MADE DEVDAX, "destroy force=yes", "labels",
		  "forget device_dax; unbind device_dax; " UNMAKE_L, "namespace0.0 is deleted" },
		{ MADE, "destroy force=yes", "labels", UNMAKE_L, "namespace0.0 is deleted" },
		{ MADE ALL_M, "destroy force=yes", "labels",
		  "offline 32-39M; forget kmem; unbind kmem; " UNMAKE_L,
		  "namespace0.0 is deleted" },
		{ MADE ALL_M, "destroy force=yes", "labels used=2G free=0 available=1M",
		  "!no-room-elsewhere", NULL },
		{ MADE DEVDAX, "destroy force=yes", "labels holder=me", "!memory-held", NULL },
		{ MADE, "destroy force=yes", "labels readonly=1", "!read-only", NULL },
		{ MADE, "destroy force=yes", "labels mode=memory", "!namespace-in-use", NULL },
		{ MADE, "destroy force=yes", "labels infouuid=?", "!unknown-state", NULL },
		{ MADE, "destroy force=yes", "labels infouuid=x", "!unknown-state", NULL },
		{ MADE, "destroy force=yes", "", "!unknown-state", NULL },
		{ MADE "class", "destroy force=yes", "labels", "!class-device", NULL },
		{ MADE, "destroy force=yes", "legacy mode=dax claim=dax0.0", UNMAKE,
		  "namespace0.0 stays, in raw mode" },
		/* of other static regions nothing is known */
		{ "instance=1 dynamic=0", "destroy force=yes", "", "!static-region", NULL },
		{ MADE, "resize size=512M", "labels", "!static-region", NULL },
	};

	CHECK_ROWS(rows);
}

/* --- words of a step --- */

static void test_words(void **state _unused_)
{
	static const char *const good[] = {
		"uuid=" WORLD_LABEL ",size=1073741824,name=a",
		"uuid=" WORLD_LABEL ",info=" WORLD_INFO ",align=4096,map=mem",
		"info=" WORLD_INFO ",align=4096,map=dev",
	};
	static const char *const bad[] = {
		"",
		"uuid",
		"uuid=",
		"uuid=1",
		"uuid=" WORLD_LABEL "0",
		"size=",
		"size=-1",
		"size=1x",
		"map=ram",
		"name=",
		"colour=red",
		"align=4096,",
		",size=4096",
		"size=1 2",
		"info=AAAAAAAA-1111-4111-8111-111111111111",
		"name=0123456789012345678901234567890123456789012345678901234567890123",
	};
	struct namespace_spec spec;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		_cleanup_free_ char *text = NULL;

		assert_row(i, namespace_spec_parse(good[i], &spec) == 0);
		text = namespace_spec_print(&spec);
		assert_non_null(text);
		assert_string_equal(text, good[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_row(i, namespace_spec_parse(bad[i], &spec) == -EINVAL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_labels),	 cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_refusals), cmocka_unit_test(test_legacy),
		cmocka_unit_test(test_destroy),	 cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

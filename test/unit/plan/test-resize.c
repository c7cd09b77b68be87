/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which memory a device gets, or gives back; plan-world.h says what a row is. */
#include "plan-world.h"

/* 128 MiB of a region of 1 GiB have been given to dax0.0. */
#define FIRST	"at=100000000-107ffffff size=128M "
#define ROOM	FIRST "region=108000000-13fffffff "
#define NONE	"create mode=none "
#define BIND	"; bind device_dax; forget device_dax"
#define ALL	"100000000-13fffffff"
#define LEAVE	"unbind device_dax; "
#define LEAVE_K "unbind kmem; "

static void test_create(void **state _unused_)
{
	static const struct row rows[] = {
		{ ROOM, "create", "", "create; layout 108000000-13fffffff<none" BIND, NULL },
		{ ROOM, NONE, "", "create; layout 108000000-13fffffff<none", NULL },
		{ ROOM, NONE "size=256M", "", "create; layout 108000000-117ffffff<none", NULL },
		{ ROOM, NONE "size=2M", "", "create; layout 108000000-1081fffff<none", NULL },
		{ ROOM, "create size=256M mode=kmem", "",
		  "create; layout 108000000-117ffffff<none; bind kmem; online_movable 33-34o",
		  NULL },
		{ ROOM, "create size=256M mode=kmem online=no", "",
		  "create; layout 108000000-117ffffff<none; bind kmem", NULL },
		/* in several ranges where it has to be */
		{ FIRST "region=108000000-10fffffff+118000000-11fffffff+128000000-13fffffff",
		  NONE "size=384M", "", "create; layout 128000000-13fffffff<none", NULL },
		{ FIRST "region=108000000-10fffffff+118000000-11fffffff+128000000-13fffffff",
		  NONE "size=512M", "",
		  "create; layout 108000000-10fffffff,118000000-11fffffff,128000000-137ffffff<none",
		  NULL },
		/* the driver is not there */
		{ ROOM, "create", "driver=0 module=0", "!no-driver", NULL },
		{ ROOM, NONE, "driver=0 module=0", "create; layout 108000000-13fffffff<none",
		  NULL },
		{ ROOM, "create size=64M mode=kmem", "", "!too-small", NULL },
		{ ROOM, "create mode=kmem", "available=1M", "!no-room-for-memmap", NULL },
	};

	CHECK_ROWS(rows);
}

/* The kernel itself would begin anywhere. */
static void test_alignment(void **state _unused_)
{
	static const struct row rows[] = {
		{ FIRST "region=108000000-17fffffff", NONE "align=1G size=1G", "",
		  "create; layout 140000000-17fffffff<none; align=1073741824<2097152",
		  "896 MiB of region 0 stays unused: it is not in multiples of 1 GiB" },
		{ FIRST "region=108000000-17fffffff", NONE "align=1G", "",
		  "create; layout 140000000-17fffffff<none; align=1073741824<2097152",
		  "896 MiB of region 0 stays unused" },
		{ FIRST "region=108000000-17ffffffe", NONE "align=1G", "", "!no-room", NULL },
		{ ROOM, NONE "align=1G", "", "!no-room", NULL },
		{ FIRST "region=108000000-1ffffffff", NONE "align=1G size=1536M", "", "!bad-size",
		  NULL },
		{ ROOM, NONE "align=4K size=2M", "",
		  "create; align=4096<2097152; layout 108000000-1081fffff<none", NULL },
		{ ROOM, NONE "align=4K size=4K", "", "!bad-size", NULL },
		/* a shifted mapping leaves shifted gaps */
		{ FIRST "region=108001000-13fffffff", NONE "size=128M", "",
		  "create; layout 108200000-1101fffff<none",
		  "of region 0 stays unused: it is not in multiples of 2 MiB" },
		/* memory blocks, where there is a range of whole ones */
		{ FIRST "region=104000000-13fffffff", "create size=128M mode=kmem", "",
		  "create; layout 108000000-10fffffff<none; bind kmem; online_movable 33-33o",
		  NULL },
		{ FIRST "region=104000000-10fffffff", "create size=192M mode=kmem", "",
		  "create; layout 104000000-10fffffff<none; bind kmem; online_movable 33-33o",
		  "dax0.1: 64 MiB of its 192 MiB cannot be used" },
	};

	CHECK_ROWS(rows);
}

static void test_mappings(void **state _unused_)
{
	static const struct row rows[] = {
		{ ROOM, NONE "mapping=110000000-117ffffff mapping=108000000-10fffffff", "",
		  "create; layout 110000000-117ffffff,108000000-10fffffff<none", NULL },
		{ ROOM, NONE "mapping=13fe00000-13fffffff", "",
		  "create; layout 13fe00000-13fffffff<none", NULL },
		/* in another device, behind the region, twice, on no multiple, of none */
		{ ROOM, NONE "mapping=107e00000-1081fffff", "", "!bad-mapping", NULL },
		{ ROOM, NONE "mapping=140000000-1401fffff", "", "!bad-mapping", NULL },
		{ ROOM, NONE "mapping=110000000-1103fffff mapping=110200000-1105fffff", "",
		  "!bad-mapping", NULL },
		{ ROOM, NONE "mapping=110001000-110200fff", "", "!bad-mapping", NULL },
		{ ROOM, NONE "mapping=110000000-1100fffff", "", "!bad-mapping", NULL },
		{ ROOM, NONE "align=1G mapping=110000000-1103fffff", "", "!bad-mapping", NULL },
	};

	CHECK_ROWS(rows);
}

/* A device that is there, and empty, gets its memory back. */
static void test_refill(void **state _unused_)
{
#define EMPTY  "size=0 region=" ALL " "
#define REFILL "create refill=yes mapping=108000000-10fffffff "
	static const struct row rows[] = {
		{ EMPTY, REFILL, "", "layout 108000000-10fffffff<none" BIND, NULL },
		{ EMPTY, REFILL "mode=none", "", "layout 108000000-10fffffff<none", NULL },
		{ EMPTY, REFILL "mode=none align=4K", "",
		  "align=4096<2097152; layout 108000000-10fffffff<none", NULL },
		{ EMPTY, REFILL "mode=none mapping=100000000-107ffffff", "",
		  "layout 108000000-10fffffff,100000000-107ffffff<none", NULL },
		/* taken, misaligned, not empty any more, bound, class, stuck */
		{ EMPTY, REFILL, "iomem=108000000-1081fffff", "!bad-mapping", NULL },
		{ EMPTY, REFILL "align=1G", "", "!bad-mapping", NULL },
		{ ROOM, REFILL, "", "!raced", NULL },
		{ EMPTY DEVDAX, REFILL, "", "!raced", NULL },
		{ EMPTY "class", REFILL, "", "!class-device", NULL },
		{ EMPTY "flags=stuck", REFILL, "", "!stuck-until-reboot", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_count(void **state _unused_)
{
	static const struct row rows[] = {
		{ ROOM, NONE "size=128M count=7", "", "create; layout 108000000-10fffffff<none",
		  NULL },
		{ ROOM, NONE "size=128M count=8", "", "!no-room", NULL },
		/* what is free is shared */
		{ ROOM, NONE "count=2", "", "create; layout 108000000-123ffffff<none", NULL },
		{ ROOM, NONE "count=3", "", "create; layout 108000000-11a9fffff<none", NULL },
		{ ROOM, NONE "count=449", "", "!no-room", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_room(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", NONE, "", "!no-room", NULL },
		{ ROOM, NONE "size=1G", "", "!no-room", NULL },
		{ ROOM, NONE "size=3M", "", "!bad-size", NULL },
		{ ROOM "dynamic=0", NONE, "", "!static-region", NULL },
		{ ROOM "dynamic=?", NONE, "", "!unknown-state", NULL },
		{ FIRST "region=?", NONE, "", "!unknown-state", NULL },
		{ ROOM, NONE, "provider=0", "!no-provider", NULL },
		{ ROOM, NONE, "provider=?", "create; layout 108000000-13fffffff<none", NULL },
		/* what kmem left behind looks free */
		{ ROOM, NONE, "iomem=108000000-10fffffff",
		  "create; layout 110000000-13fffffff<none", NULL },
		{ ROOM, NONE, "iomem=108000000-13fffffff", "!no-room", NULL },
		{ ROOM, NONE, "iomem=?", "!unknown-state", NULL },
		{ ROOM, NONE, "iomem=? user", "create; layout 108000000-13fffffff<none",
		  "what /proc/iomem shows in the free memory of its region" },
	};

	CHECK_ROWS(rows);
}

static void test_resize(void **state _unused_)
{
	static const struct row rows[] = {
		{ ROOM, "resize size=256M", "", "layout 100000000-10fffffff<100000000-107ffffff",
		  NULL },
		{ ROOM, "resize size=+128M", "", "layout 100000000-10fffffff<100000000-107ffffff",
		  NULL },
		{ ROOM, "resize size=max", "", "layout " ALL "<100000000-107ffffff", NULL },
		{ ROOM, "resize size=128M", "", "=", NULL },
		{ ROOM, "resize size=1G", "", "layout " ALL "<100000000-107ffffff", NULL },
		{ ROOM, "resize size=1026M", "", "!no-room", NULL },
		{ ROOM, "resize size=129M", "", "!bad-size", NULL },
		{ ROOM, "resize size=+17179869183G", "", "!no-room", NULL },
		{ "", "resize size=512M", "", "layout 100000000-11fffffff<" ALL,
		  "the last 512 MiB of dax0.0" },
		{ "", "resize size=-512M", "", "layout 100000000-11fffffff<" ALL,
		  "the last 512 MiB of dax0.0" },
		{ "", "resize size=-1G", "", "!bad-size", NULL },
		{ "", "resize size=none", "", "layout none<" ALL, "the last 1 GiB of dax0.0" },
		{ "at=? size=0 region=" ALL, "resize size=none", "", "=", NULL },
		{ "", "resize size=max", "", "=", NULL },
		/* whole ranges go first */
		{ "at=100000000-10fffffff+120000000-12fffffff size=512M", "resize size=128M", "",
		  "layout 100000000-107ffffff<100000000-10fffffff,120000000-12fffffff",
		  "the last 384 MiB of dax0.0" },
		/* what is not behind it comes as another range */
		{ FIRST "region=110000000-13fffffff", "resize size=+128M", "",
		  "layout 100000000-107ffffff,110000000-117ffffff<100000000-107ffffff", NULL },
		{ FIRST "region=108000000-109ffffff+120000000-13fffffff", "resize size=+128M", "",
		  "layout 100000000-109ffffff,120000000-125ffffff<100000000-107ffffff", NULL },
		/* an empty one */
		{ "at=? size=0 region=" ALL, "resize size=max", "", "layout " ALL "<none", NULL },
		{ "at=? region=" ALL, "resize size=max", "", "!unknown-state", NULL },
		{ "dynamic=0", "resize size=512M", "", "!static-region", NULL },
		{ "class", "resize size=512M", "", "!class-device", NULL },
		{ "flags=stuck", "resize size=512M", "", "!stuck-until-reboot", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_resize_bound(void **state _unused_)
{
	static const struct row rows[] = {
		{ DEVDAX, "resize size=512M", "", LEAVE "layout 100000000-11fffffff<" ALL BIND,
		  "the last 512 MiB" },
		{ DEVDAX, "resize size=none", "", "!bad-size", NULL },
		{ DEVDAX, "resize size=512M", "holder=me", "!memory-held", NULL },
		{ DEVDAX, "resize size=512M force=yes", "holder=me", "!memory-held", NULL },
		{ DEVDAX, "resize size=1G", "holder=me", "!memory-held", NULL },
		{ ALL_M, "resize size=512M", "",
		  "offline 32-39M; " LEAVE_K "layout 100000000-11fffffff<" ALL "; "
		  "bind kmem; online_movable 32-35o",
		  "the last 512 MiB" },
		{ ALL_K, "resize size=512M", "",
		  "offline 32-39K; " LEAVE_K "layout 100000000-11fffffff<" ALL
		  "; bind kmem; online_kernel 32-35o",
		  "the last 512 MiB" },
		{ ALL_O, "resize size=512M", "",
		  LEAVE_K "layout 100000000-11fffffff<" ALL "; bind kmem", "the last 512 MiB" },
		{ MIXED, "resize size=512M", "",
		  "offline 32-33M,34-35K; " LEAVE_K "layout 100000000-11fffffff<" ALL "; "
		  "bind kmem; online_movable 32-35o",
		  "256 MiB of dax0.0 is online in zone Normal and comes online in zone Movable" },
		{ ALL_M, "resize size=512M", "used=2G free=0 available=1M", "!no-room-elsewhere",
		  NULL },
		{ ALL_M, "resize size=64M", "", "!too-small", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_realign(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", "resize align=1G", "", "align=1073741824<2097152", NULL },
		{ "align=1G", "resize align=2M", "", "align=2097152<1073741824", NULL },
		{ "", "resize align=2M", "", "=", NULL },
		{ DEVDAX, "resize align=1G", "", LEAVE "align=1073741824<2097152" BIND, NULL },
		{ "at=108000000-147ffffff", "resize align=1G", "", "!bad-align", NULL },
		{ "at=100000000-11fffffff size=512M", "resize align=1G", "", "!bad-size", NULL },
		{ "align=1G", "resize align=2M size=512M", "",
		  "align=2097152<1073741824; layout 100000000-11fffffff<" ALL, "last 512 MiB" },
		{ "at=100000000-11fffffff size=512M region=120000000-13fffffff",
		  "resize align=1G size=max", "",
		  "layout " ALL "<100000000-11fffffff; align=1073741824<2097152", NULL },
		/* what stays behind because of it */
		/* max makes no device smaller */
		{ "at=100000000-107ffffff size=128M region=none", "resize align=1G size=max", "",
		  "!bad-align", NULL },
		{ "at=100000000-15fffffff size=1536M region=none", "resize align=1G size=max", "",
		  "!bad-align", NULL },
		{ "align=1G region=140000000-187ffffff", "resize size=max", "",
		  "layout 100000000-17fffffff<" ALL,
		  "128 MiB of region 0 stays unused: it is not in multiples of 1 GiB" },
		{ "align=1G region=148000000-1b7ffffff", "resize size=+1G", "", "!no-room", NULL },
		{ "align=1G region=148000000-1ffffffff", "resize size=+1G", "",
		  "layout 100000000-13fffffff,180000000-1bfffffff<" ALL,
		  "896 MiB of region 0 stays unused" },
		{ "align=1G region=140000000-17fffffff", "resize size=max", "",
		  "layout 100000000-17fffffff<" ALL, NULL },
	};

	CHECK_ROWS(rows);
}

static void test_destroy(void **state _unused_)
{
	static const struct row rows[] = {
		{ "instance=1", "destroy", "", "layout none<" ALL "; delete", NULL },
		{ "", "destroy", "", "layout none<" ALL, "dax0.0 without memory remains" },
		{ "instance=1 at=? size=0", "destroy", "", "delete", NULL },
		{ "at=? size=0", "destroy", "", "=", NULL },
		{ "instance=1 at=?", "destroy", "", "!unknown-state", NULL },
		{ DEVDAX "instance=1", "destroy", "",
		  "forget device_dax; " LEAVE "layout none<" ALL "; delete", NULL },
		{ DEVDAX "instance=1", "destroy", "holder=me", "!memory-held", NULL },
		{ DEVDAX "instance=1", "destroy force=yes", "holder=me", "!memory-held", NULL },
		{ ALL_M "instance=1", "destroy", "",
		  "offline 32-39M; forget kmem; " LEAVE_K "layout none<" ALL "; delete", NULL },
		{ ALL_M "instance=1", "destroy", "used=2G free=0 available=1M",
		  "!no-room-elsewhere", NULL },
		{ FOREIGN "instance=1", "destroy", "", "!foreign-driver", NULL },
		{ FOREIGN "instance=1", "destroy force=yes", "",
		  "forget foo; unbind foo; layout none<" ALL "; delete", "bound to foo" },
		{ "instance=1 flags=stuck", "destroy", "", "!stuck-until-reboot", NULL },
		{ "instance=1 flags=phantom", "destroy", "", "!phantom", NULL },
		{ "instance=1 flags=misaligned", "destroy", "", "layout none<" ALL "; delete",
		  NULL },
		{ "instance=1 dynamic=0", "destroy", "", "!static-region", NULL },
		{ "instance=1 class", "destroy", "", "!class-device", NULL },
	};

	CHECK_ROWS(rows);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create),	     cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_mappings),     cmocka_unit_test(test_count),
		cmocka_unit_test(test_room),	     cmocka_unit_test(test_resize),
		cmocka_unit_test(test_resize_bound), cmocka_unit_test(test_realign),
		cmocka_unit_test(test_destroy),	     cmocka_unit_test(test_refill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

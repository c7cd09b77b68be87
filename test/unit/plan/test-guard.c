/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Refusals, each beside a case that passes; plan-world.h says what a row is. */
#include "plan-world.h"

static void test_modules(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", TO_DEVDAX, "driver=0 module=1",
		  "autoprobe=0<1; load device_dax; autoprobe>1; bind device_dax; forget device_dax",
		  NULL },
		{ "", TO_DEVDAX, "driver=0 module=1 autoprobe=0",
		  "load device_dax; bind device_dax; forget device_dax", NULL },
		{ "", TO_DEVDAX, "driver=0 module=1 autoprobe=?",
		  "autoprobe=0<?; load device_dax; autoprobe>?; bind device_dax; "
		  "forget device_dax",
		  NULL },
		{ "", TO_DEVDAX, "driver=0 module=0", "!no-driver", NULL },
		{ "", TO_DEVDAX, "driver=0 module=3", "!no-driver", NULL },
		{ "", TO_DEVDAX, "driver=0 module=4", "!no-driver", NULL },
		{ "", TO_DEVDAX, "driver=0 module=2", "!module-blacklisted", NULL },
		{ "", TO_DEVDAX "force=yes", "driver=0 module=2",
		  "autoprobe=0<1; load device_dax; autoprobe>1; bind device_dax; forget device_dax",
		  "blacklists the module of the driver device_dax; --force" },
		{ "", TO_DEVDAX "force=yes", "driver=0 module=0", "!no-driver", NULL },
		{ "", TO_DEVDAX, "driver=0 module=?",
		  "autoprobe=0<1; load device_dax; autoprobe>1; bind device_dax; forget device_dax",
		  "whether the driver device_dax has a module" },
		{ "", TO_DEVDAX, "driver=?", "bind device_dax; forget device_dax",
		  "whether the kernel has the driver device_dax" },
		{ "", TO_FAMFS, "driver=0 module=0", "!no-driver", NULL },
		{ ALL_O, TO_DEVDAX, "driver=0 module=1",
		  "autoprobe=0<1; load device_dax; autoprobe>1; id device_dax; forget kmem; "
		  "unbind kmem; bind device_dax; forget device_dax",
		  NULL },
		/* what is there already needs no driver */
		{ DEVDAX, TO_DEVDAX, "driver=0 module=0", "=", NULL },
	};

	CHECK_ROWS(rows);
}

/* What a device is, whatever is asked. */
static void test_devices(void **state _unused_)
{
	static const struct row rows[] = {
		{ "class", "online", "", "!class-device", NULL },
		{ "class", "offline", "", "!class-device", NULL },
		{ "class", "bind", "", "!class-device", NULL },
		{ "class", "bind driver=kmem", "", "!class-device", NULL },
		{ "class", "unbind", "", "!class-device", NULL },
		{ "class", "reconfigure mode=compat", "", "=", NULL },
		{ "driver=?", TO_KMEM, "", "!unknown-state", NULL },
		{ "driver=?", "unbind", "user", "!unknown-state", NULL },
		{ "driver=?", "online", "user", "!unknown-state", NULL },
		{ "size=0", TO_DEVDAX, "", "!empty-device", NULL },
		{ "size=0", "bind", "", "!empty-device", NULL },
		{ "size=4K", "bind", "", "probe", NULL },
		{ "flags=phantom", TO_DEVDAX, "", "!phantom", NULL },
		{ "flags=phantom", "bind", "", "!phantom", NULL },
		{ "flags=stuck", TO_KMEM, "", "!stuck-until-reboot", NULL },
		{ "flags=stuck", TO_DEVDAX "force=yes", "", "!stuck-until-reboot", NULL },
		{ "flags=stuck", "bind", "", "!stuck-until-reboot", NULL },
		{ FOREIGN "flags=stuck", "unbind force=yes", "", "!stuck-until-reboot", NULL },
		{ "flags=misaligned align=1G at=108000000-147ffffff", TO_DEVDAX, "", "!misaligned",
		  NULL },
		{ "flags=misaligned", TO_FAMFS "force=yes", "", "!misaligned", NULL },
		{ "flags=misaligned", TO_KMEM, "", "!misaligned", NULL },
		{ "flags=misaligned", "bind", "", "!misaligned", NULL },
		{ ALL_O "flags=misaligned", TO_DEVDAX, "", "!misaligned", NULL },
		{ DEVDAX "flags=misaligned", "unbind", "", "forget device_dax; unbind device_dax",
		  NULL },
		{ ALL_M "flags=misaligned", TO_KMEM, "", "=", NULL },
		{ "flags=?", TO_DEVDAX, "", "!unknown-state", NULL },
		{ "flags=?", TO_DEVDAX, "user", "bind device_dax; forget device_dax",
		  "its flags (stuck, partial, misaligned)" },
		/* what is in its place */
		{ "", TO_DEVDAX, "range=x", "!range-held", NULL },
		{ "", "bind", "range=x", "!range-held", NULL },
		{ "", TO_KMEM, "range=x", "!range-held", NULL },
		{ "", TO_DEVDAX, "range=?", "!unknown-state", NULL },
		{ "", TO_DEVDAX, "range=? user", "bind device_dax; forget device_dax",
		  "/proc/iomem" },
		{ DEVDAX "provider=pmem", TO_KMEM, "range=x neighbours=0",
		  "id kmem; forget device_dax; unbind device_dax; bind kmem; " ONLINE_M
		  "; forget kmem",
		  NULL },
		{ "", TO_DEVDAX, "stale=1", "!stale-memmap", NULL },
		{ "", TO_FAMFS, "stale=1", "!stale-memmap", NULL },
		{ "", TO_DEVDAX, "stale=?", "bind device_dax; forget device_dax", NULL },
		{ "", "bind driver=kmem", "stale=1", "bind kmem", NULL },
		{ FAMFS "provider=pmem", TO_DEVDAX, "stale=1",
		  "forget fsdev_dax; unbind fsdev_dax; bind device_dax", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_kmem_guards(void **state _unused_)
{
	static const struct row rows[] = {
		{ "node=none", "bind driver=kmem", "", "!no-target-node", NULL },
		{ "node=none", TO_DEVDAX, "", "bind device_dax; forget device_dax", NULL },
		{ "node=?", "bind driver=kmem", "", "!unknown-state", NULL },
		{ "node=?", "bind driver=kmem", "user", "bind kmem", "its target node" },
		{ "node=0", "bind driver=kmem", "", "bind kmem", NULL },
		{ "at=?", "bind driver=kmem", "", "!unknown-state", NULL },
		{ "at=?", TO_KMEM, "user", "bind kmem; online_movable *",
		  "its ranges or the size of memory blocks" },
		{ "block_size=?", "bind driver=kmem", "", "!unknown-state", NULL },
		{ "block_size=96M", "bind driver=kmem", "", "!unknown-state", NULL },
		/* whole blocks */
		{ "at=100200000-10fdfffff size=252M", "bind driver=kmem", "", "!too-small", NULL },
		{ "at=100200000-10fdfffff size=252M", "bind driver=kmem force=yes", "",
		  "!too-small", NULL },
		{ "at=100200000-10fffffff size=254M", TO_KMEM, "",
		  "bind kmem; online_movable 33-33o", "126 MiB of its 254 MiB cannot be used" },
		{ "at=100200000-1101fffff size=256M", "bind driver=kmem", "", "bind kmem",
		  "128 MiB of its 256 MiB" },
		{ "at=100200000-1103fffff size=258M", "bind driver=kmem", "", "!alignment-loss",
		  NULL },
		{ "at=100200000-1103fffff size=258M", "bind driver=kmem force=yes", "", "bind kmem",
		  "130 MiB of its 258 MiB" },
		/* 64 bytes for each page of 4 KiB */
		{ "", "bind driver=kmem", "available=16M", "!no-room-for-memmap", NULL },
		{ "", "bind driver=kmem force=yes", "available=16M", "!no-room-for-memmap", NULL },
		{ "", "bind driver=kmem", "available=16385K", "bind kmem", NULL },
		{ "", "bind driver=kmem", "available=?", "bind kmem", "memmap of dax0.0 (16 MiB)" },
		{ "memmap=1 param=Y", "bind driver=kmem", "available=0", "bind kmem", NULL },
		{ "memmap=1 param=N", "bind driver=kmem", "available=0", "!no-room-for-memmap",
		  NULL },
		{ "memmap=0 param=Y", "bind driver=kmem", "available=0", "!no-room-for-memmap",
		  NULL },
		{ "memmap=0 param=Y", TO_POLICY "memmap-on-memory=yes", "available=0",
		  "memmap=1<0; bind kmem", NULL },
		{ "memmap=1 param=Y", TO_POLICY "memmap-on-memory=no", "available=0",
		  "!no-room-for-memmap", NULL },
	};

	CHECK_ROWS(rows);
}

#define COMPAT	 "reconfigure mode=compat "
#define PMEM	 "provider=pmem "
#define CLASS	 "provider=pmem class "
#define ND	 "kernel=5.10.0 ndhas=1 ndmodule=none ndautoprobe=1 infouuid=" WORLD_OLD " nddriver="
#define ON_BUS	 ND "dax_pmem "
#define IN_CLASS ND "dax_pmem_compat "

static void test_compat(void **state _unused_)
{
	static const struct row rows[] = {
		{ "provider=hmem", COMPAT, ON_BUS, "!no-compat-driver", NULL },
		{ "provider=cxl", COMPAT, ON_BUS, "!no-compat-driver", NULL },
		{ PMEM, COMPAT, ON_BUS, "move dax_pmem_compat<dax_pmem", NULL },
		{ PMEM DEVDAX, COMPAT, ON_BUS,
		  "forget device_dax; unbind device_dax; move dax_pmem_compat<dax_pmem", NULL },
		{ PMEM ALL_M, COMPAT, ON_BUS,
		  "offline 32-39M; forget kmem; unbind kmem; move dax_pmem_compat<dax_pmem", NULL },
		/* whether the kernel has it */
		{ PMEM, COMPAT, ON_BUS "kernel=5.17.0 ndhas=0 ndmodule=none", "!no-compat-driver",
		  NULL },
		{ PMEM, COMPAT, ON_BUS "kernel=6.1.0 ndhas=? ndmodule=?", "!no-compat-driver",
		  NULL },
		{ PMEM, COMPAT, ON_BUS "ndhas=0 ndmodule=0", "!no-compat-driver", NULL },
		{ PMEM, COMPAT, ON_BUS "ndhas=0 ndmodule=1",
		  "ndauto=0<1; load dax_pmem_compat; ndauto>1; move dax_pmem_compat<dax_pmem",
		  NULL },
		{ PMEM, COMPAT, ON_BUS "ndhas=0 ndmodule=1 ndautoprobe=0",
		  "load dax_pmem_compat; move dax_pmem_compat<dax_pmem", NULL },
		{ PMEM, COMPAT, ON_BUS "ndhas=0 ndmodule=2", "!module-blacklisted", NULL },
		{ PMEM, COMPAT "force=yes", ON_BUS "ndhas=0 ndmodule=2",
		  "ndauto=0<1; load dax_pmem_compat; ndauto>1; move dax_pmem_compat<dax_pmem",
		  "blacklists" },
		{ PMEM, COMPAT, ON_BUS "ndhas=0 ndmodule=4", "!no-driver", NULL },
		{ PMEM, COMPAT, ON_BUS "ndhas=?", "move dax_pmem_compat<dax_pmem",
		  "cannot determine" },
		/* what it is */
		{ PMEM, COMPAT, ON_BUS "nddriver=?", "!unknown-state", NULL },
		{ PMEM, COMPAT, ON_BUS "nddriver=none", "!wrong-nd-driver", NULL },
		{ PMEM, COMPAT, ON_BUS "nddriver=mine", "!wrong-nd-driver", NULL },
		{ PMEM, COMPAT "force=yes", ON_BUS "nddriver=mine", "!wrong-nd-driver", NULL },
		{ PMEM, COMPAT, ON_BUS "infouuid=?", "!unknown-state", NULL },
		{ PMEM DEVDAX, COMPAT, ON_BUS "holder=fio_(7):_mapped", "!device-held", NULL },
		{ PMEM "flags=stuck", COMPAT, ON_BUS, "!stuck-until-reboot", NULL },
		{ PMEM "size=0", COMPAT, ON_BUS, "!empty-device", NULL },
		{ PMEM ALL_M, COMPAT, ON_BUS "used=1G free=0 available=1M", "!no-room-elsewhere",
		  NULL },
	};

	CHECK_ROWS(rows);
}

static void test_class(void **state _unused_)
{
#define TO_BUS "move dax_pmem<dax_pmem_compat"
	static const struct row rows[] = {
		{ CLASS, COMPAT, IN_CLASS, "=", NULL },
		{ CLASS, TO_DEVDAX, IN_CLASS, TO_BUS, NULL },
		{ CLASS, TO_KMEM, IN_CLASS, TO_BUS, NULL },
		{ CLASS, TO_DEVDAX, IN_CLASS "ndhas=0 ndmodule=1",
		  "ndauto=0<1; load dax_pmem; ndauto>1; " TO_BUS, NULL },
		{ CLASS, TO_DEVDAX, IN_CLASS "ndhas=0 ndmodule=0", "!no-driver", NULL },
		{ CLASS, TO_DEVDAX, IN_CLASS "ndhas=0 ndmodule=2", "!module-blacklisted", NULL },
		{ CLASS, TO_DEVDAX, IN_CLASS "nddriver=dax_pmem", "!wrong-nd-driver", NULL },
		{ CLASS, TO_DEVDAX, IN_CLASS "holder=fio_(7):_mapped", "!device-held", NULL },
		{ CLASS, "reconfigure mode=devdax force=yes", IN_CLASS "holder=fio_(7):_mapped",
		  TO_BUS, "is in use: fio_(7):_mapped; --force overrides this" },
		{ CLASS, TO_DEVDAX, IN_CLASS "holder=?", "!holders-unknown", NULL },
		{ CLASS, TO_DEVDAX, IN_CLASS "user holder=?", TO_BUS,
		  "which processes have it open or mapped" },
		/* what is refused there anyway is refused before */
		{ CLASS "node=none", TO_KMEM, IN_CLASS, "!no-target-node", NULL },
		{ CLASS "at=100000000-1001fffff size=2M", TO_KMEM, IN_CLASS, "!too-small", NULL },
		{ CLASS, TO_KMEM, IN_CLASS "available=1M", "!no-room-for-memmap", NULL },
		{ CLASS, "reconfigure mode=famfs", IN_CLASS "driver=0 module=0", "!no-driver",
		  NULL },
		/* and all else is for the bus */
		{ CLASS, "bind driver=kmem", IN_CLASS, "!class-device", NULL },
		{ CLASS, "unbind", IN_CLASS, "!class-device", NULL },
		{ CLASS, "online", IN_CLASS, "!class-device", NULL },
		{ CLASS, "resize size=512M", IN_CLASS, "!class-device", NULL },
	};

	CHECK_ROWS(rows);
}

/* --- words and goals -------------------------------------------------------------------------- */

static const struct {
	const char *device;
	const char *request;
	const char *facts;
	const char *message;
} messages[] = {
	{ "node=none", TO_KMEM, "", "cannot bring dax0.0 into kmem: it has no target node" },
	{ "size=0", TO_DEVDAX, "", "cannot bring dax0.0 into devdax: it has no memory" },
	{ DEVDAX, "online", "",
	  "cannot bring the memory of dax0.0 online: it is bound to device_dax, not to kmem" },
	{ "", "online size=256M", "", "cannot bring 256 MiB of dax0.0 online: it is not in kmem" },
	{ ALL_M, "offline size=129M", "",
	  "cannot take 129 MiB of dax0.0 offline: "
	  "the size is not a multiple of the memory block size, 128 MiB" },
	{ ALL_M, "offline size=2G", "",
	  "cannot take 2 GiB of dax0.0 offline: it has only 1 GiB of memory" },
	{ ALL_M, "offline", "used=1G free=0 available=1000",
	  "cannot take the memory of dax0.0 offline: "
	  "1 GiB in use must move to other memory, with 1000 bytes available there" },
	{ ALL_M, "offline", "used=1G free=0 available=1",
	  "cannot take the memory of dax0.0 offline: "
	  "1 GiB in use must move to other memory, with 1 byte available there" },
	{ "at=100000000-107ffffff size=128M region=108000000-13fffffff ",
	  "create mode=none mapping=107e00000-1081fffff", "",
	  "cannot create dax0.1: 0x107e00000-0x1081fffff is not free in region 0" },
	{ "at=100000000-107ffffff size=128M region=108000000-13fffffff ",
	  "create mode=none mapping=110001000-110200fff", "",
	  "cannot create dax0.1: 0x110001000-0x110200fff does not start and end at multiples of "
	  "2 MiB" },
	{ ALL_M, "unbind", "", "cannot unbind dax0.0: 8 memory blocks of it are online" },
	{ KMEM "blocks=oooMoooo", "unbind", "",
	  "cannot unbind dax0.0: 1 memory block of it is online" },
	{ "flags=phantom", "bind", "", "cannot bind dax0.0: it duplicates another device" },
	{ "", "bind driver=bar", "driver=0 module=0",
	  "cannot bind dax0.0 to bar: the running kernel has no driver bar" },
	{ "", TO_FAMFS, "driver=0 module=0",
	  "cannot bring dax0.0 into famfs: the running kernel has no driver fsdev_dax; "
	  "Linux 7.1 and later have it" },
	{ "flags=misaligned align=1G at=108000000-147ffffff", TO_DEVDAX, "",
	  "cannot bring dax0.0 into devdax: its range at 0x108000000 does not start at a multiple "
	  "of its alignment, 1 GiB" },
	{ DEVDAX, "unbind", "holder=a(1) holder=b(2)",
	  "cannot unbind dax0.0: it is in use: a(1), b(2)" },
	{ "", TO_KMEM, "range=x", "cannot bring dax0.0 into kmem: 'x' holds its range" },
	{ "", TO_KMEM, "available=1M",
	  "cannot bring dax0.0 into kmem: its memmap requires 16 MiB of memory, "
	  "with 1 MiB available" },
	{ "at=?", TO_KMEM, "",
	  "cannot bring dax0.0 into kmem: cannot read its ranges or the size of memory blocks" },
	{ ALL_M, TO_KMEM, "", "dax0.0 is already in kmem, with 1 GiB online in zone Movable" },
	{ DEVDAX, TO_DEVDAX, "", "dax0.0 is already in devdax" },
	{ FOREIGN, "bind", "", "dax0.0 is already bound to foo" },
	{ "", "unbind", "", "dax0.0 has no driver" },
	{ MIXED, "offline size=128M", "", "512 MiB of dax0.0 is already offline" },
	{ "class", "reconfigure mode=compat", "", "dax0.0 is already in compat" },
};

static void test_messages(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
		_cleanup_(plan_done) struct plan plan = { 0 };
		_cleanup_(world_done) struct world w;

		make_world(&w, messages[i].device, messages[i].request, messages[i].facts);
		assert_int_equal(plan_make(w.s, w.d, &w.facts, w.request, &plan), 0);
		assert_row(i, plan.message);
		assert_string_equal(plan.message, messages[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modules),	    cmocka_unit_test(test_devices),
		cmocka_unit_test(test_kmem_guards), cmocka_unit_test(test_compat),
		cmocka_unit_test(test_class),	    cmocka_unit_test(test_messages),
	};

	return cmocka_run_group_tests_name("guards", tests, NULL, NULL);
}

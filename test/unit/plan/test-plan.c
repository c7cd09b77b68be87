/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps from one mode to another; plan-world.h says what a row is. */
#include "base/string.h"
#include "plan-world.h"

static void test_into_kmem(void **state _unused_)
{
	static const struct row rows[] = {
		/* without driver */
		{ "", TO_KMEM, "", "bind kmem; " ONLINE_M, NULL },
		{ "", TO_KERNEL, "", "bind kmem; online_kernel 32-39o", NULL },
		{ "", TO_NO, "", "bind kmem", NULL },
		{ "policy=online", TO_NO, "", "policy=offline<online; bind kmem; policy>online",
		  NULL },
		{ "", TO_POLICY, "", "bind kmem", NULL },
		{ "policy=online", TO_POLICY, "", "bind kmem", NULL },
		{ "", TO_KMEM "for=give-back", "", "bind kmem; " ONLINE_M, "zone Movable: " },
		{ "", TO_KMEM "for=pin", "", "bind kmem; online_kernel 32-39o",
		  "zone Normal: pages can be pinned" },
		{ ALL_K, TO_KMEM "for=give-back", "", "offline 32-39K; " ONLINE_M,
		  "zone Movable: " },
		{ ALL_K, TO_KMEM "for=pin", "", "=", "zone Normal: " },
		{ "policy=online_movable", TO_KMEM, "",
		  "policy=offline<online_movable; bind kmem; " ONLINE_M "; policy>online_movable",
		  NULL },
		{ "policy=online", TO_KERNEL, "",
		  "policy=offline<online; bind kmem; online_kernel 32-39o; policy>online", NULL },
		{ "policy=none", TO_KMEM, "", "bind kmem; " ONLINE_M, NULL },
		{ "policy=?", TO_KMEM, "", "policy=offline<?; bind kmem; " ONLINE_M "; policy>?",
		  NULL },
		/* under another driver, which kmem matches by itself */
		{ DEVDAX, TO_KMEM, "", "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M,
		  NULL },
		{ FAMFS, TO_KMEM, "", "forget fsdev_dax; unbind fsdev_dax; bind kmem; " ONLINE_M,
		  NULL },
		{ DEVDAX, TO_POLICY, "", "forget device_dax; unbind device_dax; bind kmem", NULL },
		{ DEVDAX "policy=online", TO_NO, "",
		  "policy=offline<online; forget device_dax; unbind device_dax; bind kmem; "
		  "policy>online",
		  NULL },
		/* by its name: while it is bound */
		{ DEVDAX, TO_KMEM, "kernel=6.1.176",
		  "id kmem; forget device_dax; unbind device_dax; bind kmem; " ONLINE_M
		  "; forget kmem",
		  NULL },
		{ DEVDAX "provider=pmem", TO_KMEM, "",
		  "id kmem; forget device_dax; unbind device_dax; bind kmem; " ONLINE_M
		  "; forget kmem",
		  NULL },
		{ DEVDAX "provider=cxl", TO_KMEM, "kernel=?",
		  "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M, NULL },
		{ DEVDAX, TO_KMEM, "kernel=6.3.0",
		  "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M, NULL },
		{ DEVDAX, TO_KMEM, "kernel=6.2.99",
		  "id kmem; forget device_dax; unbind device_dax; bind kmem; " ONLINE_M
		  "; forget kmem",
		  NULL },
		/* which others hear too: their memory stays offline */
		{ DEVDAX "provider=pmem policy=online", TO_KMEM, "neighbours=1",
		  "policy=offline<online; id kmem; "
		  "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M
		  "; forget kmem; policy>online",
		  NULL },
		{ DEVDAX "provider=pmem policy=online", TO_KMEM, "neighbours=?",
		  "policy=offline<online; id kmem; "
		  "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M
		  "; forget kmem; policy>online",
		  NULL },
		{ DEVDAX "provider=pmem policy=online", TO_KMEM, "neighbours=0",
		  "id kmem; policy=offline<online; "
		  "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M
		  "; forget kmem; policy>online",
		  NULL },
		{ DEVDAX "provider=pmem policy=online", TO_POLICY, "neighbours=2",
		  "policy=offline<online; id kmem; policy>online; "
		  "forget device_dax; unbind device_dax; bind kmem; forget kmem",
		  NULL },
		{ DEVDAX "provider=pmem policy=online", TO_NO, "neighbours=2",
		  "policy=offline<online; id kmem; "
		  "forget device_dax; unbind device_dax; bind kmem; forget kmem; policy>online",
		  NULL },
		/* without driver: the bind writes the name if it must */
		{ "provider=pmem policy=online", TO_KMEM, "neighbours=1",
		  "policy=offline<online; bind kmem; " ONLINE_M "; forget kmem; policy>online",
		  NULL },
		{ "provider=pmem policy=online", TO_KMEM, "neighbours=0",
		  "policy=offline<online; bind kmem; " ONLINE_M "; forget kmem; policy>online",
		  NULL },
		{ "provider=pmem policy=online", TO_POLICY, "neighbours=1",
		  "bind kmem; forget kmem", NULL },
		/* several ranges, in the order of the blocks */
		{ "at=130000000-137ffffff+100000000-10fffffff size=384M", TO_KMEM, "",
		  "bind kmem; online_movable 32-33o,38-38o", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_memmap(void **state _unused_)
{
	static const struct row rows[] = {
		{ "param=Y", TO_KMEM "memmap-on-memory=yes", "", "memmap=1<0; bind kmem; " ONLINE_M,
		  NULL },
		{ DEVDAX "param=force", TO_KMEM "memmap-on-memory=yes", "",
		  "memmap=1<0; forget device_dax; unbind device_dax; bind kmem; " ONLINE_M, NULL },
		{ "param=1 memmap=1", TO_KMEM "memmap-on-memory=yes", "", "bind kmem; " ONLINE_M,
		  NULL },
		{ "param=N", TO_KMEM "memmap-on-memory=yes", "", "!no-memmap-on-memory", NULL },
		{ "param=none", TO_KMEM "memmap-on-memory=yes", "", "!no-memmap-on-memory", NULL },
		{ "param=Y memmap=none", TO_KMEM "memmap-on-memory=yes", "", "!no-memmap-on-memory",
		  NULL },
		{ "param=N memmap=1", TO_KMEM "memmap-on-memory=no", "",
		  "memmap=0<1; "
		  "bind kmem; " ONLINE_M,
		  NULL },
		{ "memmap=none", TO_KMEM "memmap-on-memory=no", "", "bind kmem; " ONLINE_M, NULL },
		{ "memmap=?", TO_KMEM "memmap-on-memory=no", "", "memmap=0<?; bind kmem; " ONLINE_M,
		  NULL },
		/* in kmem: only by way out */
		{ ALL_M "param=Y", TO_KMEM "memmap-on-memory=yes", "",
		  "offline 32-39M; unbind kmem; memmap=1<0; bind kmem; " ONLINE_M, NULL },
		{ ALL_M "param=Y state=online policy=online_movable provider=pmem",
		  TO_KMEM "memmap-on-memory=yes", "",
		  "policy=offline<online_movable; "
		  "offline 32-39M; id kmem; unbind kmem; memmap=1<0; "
		  "bind kmem; " ONLINE_M "; forget kmem; policy>online_movable",
		  NULL },
		{ ALL_M "param=Y memmap=1", TO_KMEM "memmap-on-memory=yes", "", "=", NULL },
		{ ALL_M, TO_KMEM "memmap-on-memory=no", "", "=", NULL },
		{ ALL_M "param=N", TO_KMEM "memmap-on-memory=yes", "", "!no-memmap-on-memory",
		  NULL },
		{ ALL_M "memmap=?", TO_KMEM "memmap-on-memory=no", "", "!unknown-state", NULL },
		{ ALL_M "memmap=?", TO_KMEM "memmap-on-memory=no", "user", "=",
		  "memmap_on_memory" },
		{ ALL_M "param=Y", TO_KMEM "memmap-on-memory=yes", "used=1G free=0 available=1023M",
		  "!no-room-elsewhere", NULL },
		{ KMEM "blocks=MMMMMMM. flags=partial param=Y", TO_KMEM "memmap-on-memory=yes",
		  "kernel=6.12.106", "!partial", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_within_kmem(void **state _unused_)
{
	static const struct row rows[] = {
		{ ALL_M, TO_KMEM, "", "=", NULL },
		{ ALL_K, TO_KERNEL, "", "=", NULL },
		{ ALL_M, TO_POLICY, "", "=", NULL },
		{ ALL_O, TO_POLICY, "", "=", NULL },
		{ ALL_K, TO_NO, "", "=", NULL },
		{ ALL_O, TO_KMEM, "", ONLINE_M, NULL },
		{ ALL_K, TO_KMEM, "", "offline 32-39K; " ONLINE_M, NULL },
		{ ALL_M, TO_KERNEL, "", "offline 32-39M; online_kernel 32-39o", NULL },
		{ MIXED, TO_KMEM, "", "offline 34-35K; online_movable 34-39o", NULL },
		{ MIXED, TO_KERNEL, "", "offline 32-33M; online_kernel 32-33o,36-39o", NULL },
		{ KMEM "blocks=MMMMggMo", TO_KMEM, "", "online_movable 39-39o", NULL },
		{ KMEM "blocks=MMMMMM.. flags=partial", TO_KMEM, "kernel=6.1.0", "=",
		  "2 memory blocks of dax0.0 could not be added" },
		{ KMEM "blocks=~........ ", TO_KMEM, "", "=", "8 memory blocks" },
		/* blocks in no order, and one that is told twice */
		{ KMEM "blocks=ooM blocks=ooM", TO_KMEM, "", "online_movable 32-33o", NULL },
		/* moving needs room in between */
		{ ALL_K, TO_KMEM, "used=1G free=0 available=1023M", "!no-room-elsewhere", NULL },
		{ ALL_K, TO_KMEM, "used=1G free=0 available=1G", "offline 32-39K; " ONLINE_M,
		  NULL },
		/* as far as can be read */
		{ KMEM "blocks=MMM?oooo", TO_KMEM, "", "!unknown-state", NULL },
		{ KMEM "blocks=~MMoooooo", TO_KMEM, "", "!unknown-state", NULL },
		{ KMEM "at=?", TO_KMEM, "", "!unknown-state", NULL },
		{ KMEM "at=?", TO_KMEM, "user", "online_movable *", "which of its memory blocks" },
		{ KMEM "at=?", TO_POLICY, "", "=", NULL },
		/* unplugged */
		{ GONE, TO_KMEM, "", ADD_AGAIN ONLINE_M, NULL },
		{ GONE "policy=online", TO_KMEM, "",
		  "policy=offline<online; " ADD_AGAIN ONLINE_M "; policy>online", NULL },
		{ GONE, TO_KERNEL, "", ADD_AGAIN "online_kernel 32-39o", NULL },
		{ GONE "provider=pmem", TO_KMEM, "", "id kmem; " ADD_AGAIN ONLINE_M "; forget kmem",
		  NULL },
		{ GONE, TO_POLICY, "", "=", NULL },
		{ GONE, TO_NO, "", "=", NULL },
		{ GONE, TO_KMEM, "available=16M", "!no-room-for-memmap", NULL },
	};

	CHECK_ROWS(rows);
}

#define LEAVE "forget kmem; unbind kmem"

static void test_out_of_kmem(void **state _unused_)
{
	static const struct row rows[] = {
		{ ALL_M, TO_DEVDAX, "",
		  "offline 32-39M; id device_dax; " LEAVE "; bind device_dax; forget device_dax",
		  NULL },
		{ ALL_M, TO_DEVDAX, "kernel=6.1.176", "offline 32-39M; " LEAVE "; bind device_dax",
		  NULL },
		{ ALL_M "provider=pmem", TO_DEVDAX, "",
		  "offline 32-39M; " LEAVE "; bind device_dax", NULL },
		{ ALL_K, TO_FAMFS, "",
		  "offline 32-39K; id fsdev_dax; " LEAVE "; bind fsdev_dax; forget fsdev_dax",
		  NULL },
		{ ALL_O, TO_DEVDAX, "",
		  "id device_dax; " LEAVE "; bind device_dax; forget device_dax", NULL },
		{ MIXED "policy=online provider=pmem", TO_DEVDAX, "",
		  "policy=offline<online; offline 32-33M,34-35K; " LEAVE
		  "; bind device_dax; policy>online",
		  NULL },
		{ ALL_O "provider=pmem", TO_DEVDAX, "neighbours=3", LEAVE "; bind device_dax",
		  NULL },
		{ ALL_O, TO_DEVDAX, "neighbours=3",
		  "id device_dax; " LEAVE "; bind device_dax; forget device_dax", NULL },
		/* kernel 7.3: the state of kmem does not matter, unless it has no memory at all */
		{ ALL_M "state=online_movable provider=pmem", TO_DEVDAX, "kernel=7.3.0",
		  "offline 32-39M; " LEAVE "; bind device_dax", NULL },
		{ ALL_O "state=online_movable provider=pmem", TO_DEVDAX, "kernel=7.3.0",
		  LEAVE "; bind device_dax", NULL },
		{ MIXED "state=offline provider=pmem", TO_DEVDAX, "kernel=7.3.0",
		  "offline 32-33M,34-35K; " LEAVE "; bind device_dax", NULL },
		{ GONE "provider=pmem policy=online", TO_DEVDAX, "kernel=7.3.0",
		  "policy=offline<online; " LEAVE "<unplugged; bind device_dax; policy>online",
		  NULL },
		/* processes that may use no other node */
		{ ALL_M, "offline", "nodeonline=1G bound=db_(7):_bind:1", "!node-bound", NULL },
		{ ALL_M, "offline", "nodeonline=1G", "offline 32-39M", NULL },
		{ ALL_M, "offline", "nodeonline=? bound=db_(7):_bind:1", "!node-bound", NULL },
		{ ALL_M, "offline", "nodeonline=1152M bound=db_(7):_bind:1", "offline 32-39M",
		  NULL },
		{ ALL_M, "offline size=896M", "nodeonline=1G bound=db_(7):_bind:1",
		  "offline 33-39M", NULL },
		{ ALL_M, "offline force=yes", "nodeonline=1G bound=db_(7):_bind:1",
		  "offline 32-39M", "allocate memory meanwhile: db_(7):_bind:1; --force" },
		{ ALL_M, "offline", "nodeonline=1G bound=?", "!holders-unknown", NULL },
		{ ALL_M, "offline", "nodeonline=1152M bound=?", "offline 32-39M", NULL },
		{ ALL_M, "offline force=yes", "nodeonline=1G bound=?", "offline 32-39M",
		  "not all processes are visible here; --force" },
		{ ALL_M, "offline", "user nodeonline=1G bound=?", "offline 32-39M",
		  "which processes are bound to its node" },
		{ ALL_O, "offline", "nodeonline=1G bound=db_(7):_bind:1", "=", NULL },
		/* room for what is in it */
		{ ALL_M "provider=pmem", TO_DEVDAX, "used=512M free=512M available=512M",
		  "offline 32-39M; " LEAVE "; bind device_dax", NULL },
		{ ALL_M "provider=pmem", TO_DEVDAX, "used=512M free=512M available=511M",
		  "!no-room-elsewhere", NULL },
		{ ALL_M, TO_DEVDAX, "nodeonline=1G bound=db_(7):_bind:1", "!node-bound", NULL },
		{ ALL_M, TO_KERNEL, "nodeonline=1G bound=db_(7):_bind:1", "!node-bound", NULL },
		{ ALL_M, TO_KMEM, "nodeonline=1G bound=db_(7):_bind:1", "=", NULL },
		{ ALL_M, "resize size=512M", "nodeonline=1G bound=db_(7):_bind:1", "!node-bound",
		  NULL },
		{ ALL_M, "destroy", "nodeonline=1G bound=db_(7):_bind:1", "!node-bound", NULL },
		{ ALL_O, TO_DEVDAX, "kernel=6.1.0 nodeonline=1G bound=db_(7):_bind:1",
		  LEAVE "; bind device_dax", NULL },
		/* of a node with more memory, part goes onto what is left of it */
		{ ALL_M "provider=pmem", TO_DEVDAX, "used=3G free=1G available=0",
		  "offline 32-39M; " LEAVE "; bind device_dax", NULL },
		{ ALL_M "provider=pmem", TO_DEVDAX, "used=3G free=1023M available=0",
		  "!no-room-elsewhere", NULL },
		{ ALL_M "provider=pmem", TO_DEVDAX, "used=4M free=? available=4M",
		  "offline 32-39M; " LEAVE "; bind device_dax", NULL },
		{ ALL_M "provider=pmem", TO_DEVDAX, "used=4M free=? available=3M",
		  "!no-room-elsewhere", NULL },
		{ ALL_M "provider=pmem", TO_DEVDAX, "used=?",
		  "offline 32-39M; " LEAVE "; bind device_dax", "fits into other memory" },
		{ ALL_M "provider=pmem", TO_DEVDAX, "available=?",
		  "offline 32-39M; " LEAVE "; bind device_dax", "fits into other memory" },
		{ ALL_M, TO_DEVDAX "force=yes", "used=1G free=0 available=0", "!no-room-elsewhere",
		  NULL },
		{ ALL_O "provider=pmem", TO_DEVDAX, "used=1G free=0 available=0",
		  LEAVE "; bind device_dax", NULL },
		/* partial */
		{ KMEM "blocks=MMMMMM.. flags=partial provider=pmem", TO_DEVDAX, "kernel=6.12.106",
		  "!partial", NULL },
		{ KMEM "blocks=MMMMMM.. flags=partial provider=pmem", TO_DEVDAX, "kernel=6.12.107",
		  "offline 32-37M; " LEAVE "; bind device_dax", NULL },
		{ KMEM "blocks=MMMMMM.. flags=partial provider=pmem", TO_DEVDAX, "kernel=6.13.0",
		  "!partial", NULL },
		{ KMEM "blocks=MMMMMM.. flags=partial provider=pmem", TO_DEVDAX, "kernel=6.19.200",
		  "!partial", NULL },
		{ KMEM "blocks=MMMMMM.. flags=partial provider=pmem", TO_DEVDAX, "kernel=7.0.0",
		  "offline 32-37M; " LEAVE "; bind device_dax", NULL },
		{ KMEM "blocks=MMMMMM.. flags=partial provider=pmem", TO_DEVDAX "force=yes",
		  "kernel=?", "!partial", NULL },
		/* as far as can be read */
		{ KMEM "at=? flags=?", TO_DEVDAX, "", "!unknown-state", NULL },
		{ KMEM "at=? provider=pmem", TO_DEVDAX, "", "!unknown-state", NULL },
		{ KMEM "at=? flags=? provider=pmem", TO_DEVDAX, "user",
		  "offline *; " LEAVE "; bind device_dax", "which of its memory blocks" },
		{ KMEM "at=? flags=? provider=pmem state=online", TO_DEVDAX, "user",
		  "offline *; " LEAVE "; bind device_dax",
		  "its flags (stuck, partial, misaligned)" },
	};

	CHECK_ROWS(rows);
}

static void test_between_others(void **state _unused_)
{
	static const struct row rows[] = {
		{ DEVDAX, TO_DEVDAX, "", "=", NULL },
		{ FAMFS, TO_FAMFS, "", "=", NULL },
		{ DEVDAX, TO_FAMFS, "",
		  "id fsdev_dax; forget device_dax; unbind device_dax; bind fsdev_dax; "
		  "forget fsdev_dax",
		  NULL },
		/* others that hear the name become no memory */
		{ DEVDAX "policy=online", TO_FAMFS, "neighbours=1",
		  "id fsdev_dax; forget device_dax; unbind device_dax; bind fsdev_dax; "
		  "forget fsdev_dax",
		  NULL },
		{ FAMFS "provider=pmem", TO_DEVDAX, "",
		  "forget fsdev_dax; unbind fsdev_dax; bind device_dax", NULL },
		{ "provider=pmem", TO_DEVDAX, "", "bind device_dax", NULL },
		{ "", TO_DEVDAX, "kernel=5.10.0", "bind device_dax", NULL },
		{ "", TO_FAMFS, "", "bind fsdev_dax; forget fsdev_dax", NULL },
		{ "policy=online", TO_DEVDAX, "neighbours=1", "bind device_dax; forget device_dax",
		  NULL },
		/* held */
		{ DEVDAX, TO_FAMFS, "holder=a(1)", "!device-held", NULL },
		{ FAMFS, TO_KMEM, "holder=a(1)", "!device-held", NULL },
		{ DEVDAX, "unbind", "holder=a(1)", "!device-held", NULL },
		{ DEVDAX, "unbind force=yes", "holder=a(1)", "forget device_dax; unbind device_dax",
		  "dax0.0: it is in use: a(1); --force overrides this" },
		{ DEVDAX, "unbind", "holder=?", "!holders-unknown", NULL },
		{ DEVDAX, "unbind force=yes", "holder=?", "forget device_dax; unbind device_dax",
		  "not all processes are visible here, or the kernel itself uses it; --force "
		  "overrides this" },
		{ DEVDAX, "unbind", "holder=? user", "forget device_dax; unbind device_dax",
		  "which processes have it open or mapped" },
		{ DEVDAX, TO_DEVDAX, "holder=a(1)", "=", NULL },
		/* a driver that daxbus does not know */
		{ FOREIGN, TO_KMEM, "", "!foreign-driver", NULL },
		{ FOREIGN, TO_KMEM "force=yes", "", "forget foo; unbind foo; bind kmem; " ONLINE_M,
		  "bound to foo, and daxbus cannot determine what uses it" },
		{ FOREIGN, "unbind", "", "!foreign-driver", NULL },
		{ FOREIGN, "unbind force=yes", "", "forget foo; unbind foo", "bound to foo" },
		{ FOREIGN, "bind driver=kmem", "", "!foreign-driver", NULL },
		{ FOREIGN, "bind driver=foo", "", "=", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_bind(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", "bind", "", "probe", NULL },
		{ DEVDAX, "bind", "", "=", NULL },
		{ DEVDAX, "bind driver=device_dax", "", "=", NULL },
		{ KMEM "at=?", "bind driver=kmem", "", "=", NULL },
		{ "", "bind driver=kmem", "", "bind kmem", NULL },
		{ "policy=online", "bind driver=kmem", "neighbours=1", "bind kmem", NULL },
		{ DEVDAX, "bind driver=kmem", "", "forget device_dax; unbind device_dax; bind kmem",
		  NULL },
		{ "", "bind driver=bar", "", "bind bar; forget bar", NULL },
		{ DEVDAX, "bind driver=bar", "",
		  "id bar; forget device_dax; unbind device_dax; bind bar; forget bar", NULL },
		{ "", "bind driver=bar", "driver=0 module=0", "!no-driver", NULL },
		/* memory is not taken offline for it */
		{ ALL_M, "bind driver=bar", "", "!memory-online", NULL },
		{ ALL_M, "bind driver=bar force=yes", "", "!memory-online", NULL },
		{ ALL_O, "bind driver=bar", "", "id bar; " LEAVE "; bind bar; forget bar", NULL },
		{ ALL_M, "unbind", "", "!memory-online", NULL },
		{ KMEM "blocks=Mooooooo", "unbind", "", "!memory-online", NULL },
		{ KMEM "at=?", "unbind", "", "!memory-online", NULL },
		{ KMEM "at=?", "unbind", "user", "offline *; " LEAVE,
		  "which of its memory blocks" },
		{ ALL_O, "unbind", "", LEAVE, NULL },
		{ ALL_O "policy=online", "unbind", "",
		  "policy=offline<online; " LEAVE "; policy>online", NULL },
		{ ALL_O "state=offline", "unbind", "", LEAVE, NULL },
		{ GONE, "unbind", "", LEAVE "<unplugged", NULL },
		{ KMEM "blocks=oooooo.. flags=partial", "unbind", "kernel=5.10.0", "!partial",
		  NULL },
		{ KMEM "blocks=oooooo.. flags=partial", "unbind", "kernel=7.1.0", LEAVE, NULL },
		{ "", "unbind", "", "=", NULL },
		{ "flags=stuck", "unbind", "", "=", NULL },
		{ DEVDAX, "unbind", "", "forget device_dax; unbind device_dax", NULL },
		{ DEVDAX "at=? flags=?", "unbind", "", "forget device_dax; unbind device_dax",
		  NULL },
	};

	CHECK_ROWS(rows);
}

static void test_online(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", "online", "", "!not-kmem", NULL },
		{ DEVDAX, "online", "", "!not-kmem", NULL },
		{ DEVDAX, "offline", "", "!not-kmem", NULL },
		{ ALL_O, "online", "", ONLINE_M, NULL },
		{ ALL_O, "online online=kernel", "", "online_kernel 32-39o", NULL },
		{ ALL_M, "online", "", "=", NULL },
		{ ALL_M, "online online=movable", "", "=", NULL },
		{ ALL_K, "online online=kernel", "", "=", NULL },
		/* a requested zone, and memory in the other one */
		{ ALL_M, "online online=kernel", "", "!wrong-zone",
		  "Take its memory offline first: 'daxbus offline dax0.0', then 'daxbus online "
		  "--online=kernel dax0.0'." },
		{ ALL_K, "online online=movable", "", "!wrong-zone", "--online=movable dax0.0" },
		{ ALL_M, "online online=kernel size=256M", "", "!wrong-zone", "offline dax0.0" },
		{ ALL_M, "online online=kernel force=yes", "", "!wrong-zone", "offline dax0.0" },
		{ ALL_K, "online", "", "=", "1 GiB of dax0.0 stays online in zone Normal" },
		{ MIXED, "online", "", "online_movable 36-39o",
		  "256 MiB of dax0.0 stays online in zone Normal" },
		{ MIXED, "online online=kernel", "", "!wrong-zone", "offline dax0.0" },
		{ MIXED, "online online=movable", "", "!wrong-zone", "offline dax0.0" },
		/* a size, from the low end */
		{ ALL_O, "online size=256M", "", "online_movable 32-33o", NULL },
		{ KMEM "blocks=oMoooooo", "online size=384M", "", "online_movable 32-32o,34-34o",
		  NULL },
		{ ALL_M, "online size=256M", "", "=", NULL },
		{ ALL_M, "online size=1G", "", "=", NULL },
		{ ALL_O, "online size=100M", "", "!bad-size", NULL },
		{ ALL_M, "online size=100M", "", "!bad-size", NULL },
		{ ALL_O, "online size=1152M", "", "!bad-size", NULL },
		{ ALL_M, "online size=1152M", "", "!bad-size", NULL },
		{ ALL_O, "online size=1G", "", ONLINE_M, NULL },
		{ KMEM "blocks=oooooo..", "online size=1G", "", "!bad-size", NULL },
		/* unplugged */
		{ GONE, "online", "", ADD_AGAIN ONLINE_M, NULL },
		{ GONE, "online online=kernel", "", ADD_AGAIN "online_kernel 32-39o", NULL },
		{ GONE, "online", "available=16M", "!no-room-for-memmap", NULL },
		{ GONE, "online size=256M", "", "!unplugged", NULL },
		/* as far as can be read */
		{ KMEM "at=?", "online", "", "!unknown-state", NULL },
		{ KMEM "at=?", "online", "user", "online_movable *", "which of its memory blocks" },
		{ KMEM "at=?", "online size=100M", "user", "!bad-size", NULL },
		{ MIXED "block_size=?", "online size=128M", "user", "online_movable *",
		  "which of its memory blocks" },
	};

	CHECK_ROWS(rows);
}

static void test_offline(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", "offline", "", "!not-kmem", NULL },
		{ ALL_M, "offline", "", "offline 32-39M", NULL },
		{ ALL_K, "offline", "", "offline 32-39K", NULL },
		/* Huge pages go with the memory, at most as many as fit into it. */
		{ ALL_M, "offline", "pool=57", "pool; offline 32-39M",
		  "up to 57 huge pages of 2 MiB on node 1 " },
		{ ALL_M, "offline size=256M", "pool=400", "pool; offline 38-39M",
		  "up to 128 huge pages of 2 MiB on node 1 " },
		{ ALL_M, "online", "pool=57", "=", NULL },
		{ ALL_M, TO_DEVDAX, "kernel=6.1.176 pool=3",
		  "pool; offline 32-39M; forget kmem; unbind kmem; bind device_dax",
		  "up to 3 huge pages" },
		/* Room is made for it first. */
		{ ALL_M, "offline make-room=yes", "", "migrate 1; offline 32-39M", NULL },
		{ ALL_M, "offline make-room=yes", "clean=1M reclaim=1",
		  "drop 1048576 > reclaim; migrate 1; offline 32-39M", NULL },
		{ ALL_M, "offline make-room=yes", "clean=1M reclaim=0", "migrate 1; offline 32-39M",
		  "cannot drop the caches of node 1 alone" },
		{ ALL_M, "offline make-room=yes drop-caches=yes", "clean=1M reclaim=0",
		  "drop 3 > drop_caches; migrate 1; offline 32-39M", "caches of all nodes" },
		{ ALL_M, "offline make-room=yes drop-caches=yes", "clean=1M reclaim=1",
		  "drop 1048576 > reclaim; migrate 1; offline 32-39M", NULL },
		{ ALL_M, "offline make-room=yes", "pool=57 other=0",
		  "pool; migrate 1; offline 32-39M", "up to 57 huge pages" },
		{ ALL_M, "offline make-room=yes huge-pages=shrink", "pool=57 other=0",
		  "shrink-pool 0; migrate 1; offline 32-39M", NULL },
		/* The other node has 5. */
		{ ALL_M, "offline make-room=yes huge-pages=move", "pool=57 other=0",
		  "compact 1; grow-pool 62; shrink-pool 0; migrate 1; offline 32-39M", NULL },
		{ ALL_M, "offline make-room=yes huge-pages=move", "pool=57",
		  "pool; migrate 1; offline 32-39M", "no other node has memory" },
		{ ALL_O, "offline make-room=yes", "", "=", NULL },
		{ ALL_O, "offline", "", "=", NULL },
		{ MIXED, "offline", "", "offline 32-33M,34-35K", NULL },
		/* a size, from the high end */
		{ ALL_M, "offline size=256M", "", "offline 38-39M", NULL },
		{ KMEM "blocks=MMMKMoMo", "offline size=512M", "", "offline 36-36M,38-38M", NULL },
		{ KMEM "blocks=MMMKMoMo", "offline size=640M", "", "offline 35-35K,36-36M,38-38M",
		  NULL },
		{ MIXED, "offline size=512M", "", "=", NULL },
		{ MIXED, "offline size=640M", "", "offline 35-35K", NULL },
		{ ALL_M, "offline size=100M", "", "!bad-size", NULL },
		{ ALL_M, "offline size=1152M", "", "!bad-size", NULL },
		{ ALL_M, "offline size=1G", "", "offline 32-39M", NULL },
		{ GONE, "offline", "", "=", NULL },
		{ GONE, "offline size=256M", "", "=", NULL },
		/* room for what is in it */
		{ ALL_M, "offline", "used=1G free=0 available=1023M", "!no-room-elsewhere", NULL },
		{ ALL_M, "offline", "used=1G free=0 available=1G", "offline 32-39M", NULL },
		{ ALL_M, "offline size=256M", "used=768M free=256M available=0", "offline 38-39M",
		  NULL },
		{ ALL_M, "offline size=384M", "used=768M free=256M available=127M",
		  "!no-room-elsewhere", NULL },
		{ ALL_M, "offline", "used=?", "offline 32-39M", "fits into other memory" },
		/* as far as can be read */
		{ KMEM "at=?", "offline", "", "!unknown-state", NULL },
		{ KMEM "at=?", "offline", "user", "offline *", "which of its memory blocks" },
	};

	CHECK_ROWS(rows);
}

/* What apply() compares with: "DRIVER BLOCKS ONLINE ZONE", with "=" where both are exact. */
static char *say_goal(const struct plan *plan)
{
	const struct goal *goal = &plan->goal;
	_cleanup_(string_done) struct string t = { 0 };

	string_add(&t, "%s>%s", plan->to ? plan->to : "-",
		   goal->any_driver ? "any"
		   : goal->driver   ? goal->driver
				    : "-");
	string_add(&t, " %s%" PRIu64 " %" PRIu64, goal->counted ? "=" : "", goal->blocks,
		   goal->online);
	if (goal->in_zone)
		string_add(&t, " %s", zone_name(goal->zone));
	else
		assert_int_equal(goal->zone, ZONE_OFFLINE);
	return string_take(&t);
}

static void test_goals(void **state _unused_)
{
	static const struct {
		const char *device;
		const char *request;
		const char *facts;
		const char *goal;
	} rows[] = {
		{ "", TO_KMEM, "", "kmem>kmem =8 8 movable" },
		{ "", TO_KERNEL, "", "kmem>kmem =8 8 kernel" },
		{ "", TO_POLICY, "", "kmem>kmem =8 0" },
		{ "policy=online", TO_POLICY, "", "kmem>kmem 8 0" },
		{ "", TO_NO, "", "kmem>kmem =8 0" },
		{ "", "bind driver=kmem", "", "kmem>kmem =8 0" },
		{ "at=?", TO_KMEM, "user", "kmem>kmem 0 0 movable" },
		{ "", "bind", "", "->any 0 0" },
		{ "", "bind driver=bar", "", "bar>bar 0 0" },
		{ ALL_M, TO_DEVDAX, "", "devdax>device_dax 0 0" },
		{ DEVDAX, "unbind", "", "->- 0 0" },
		{ ALL_K, TO_KMEM, "", "kmem>kmem =8 8 movable" },
		{ GONE, TO_KMEM, "", "kmem>kmem =8 8 movable" },
		{ ALL_O, "online size=256M", "", "kmem>kmem =8 2 movable" },
		{ MIXED, "online", "", "kmem>kmem =8 8" },
		{ MIXED, "offline size=640M", "", "kmem>kmem =8 3" },
		{ KMEM "blocks=oooooo..", "online", "", "kmem>kmem =6 6 movable" },
		/* left as it is */
		{ DEVDAX, TO_DEVDAX, "", "devdax>- 0 0" },
		{ FOREIGN, TO_DEVDAX, "", "foo>- 0 0" },
		{ "class", TO_DEVDAX, "", "compat>- 0 0" },
		{ "flags=stuck", TO_DEVDAX, "", "->- 0 0" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(plan_done) struct plan plan = { 0 };
		_cleanup_(world_done) struct world w;
		_cleanup_free_ char *said = NULL;

		make_world(&w, rows[i].device, rows[i].request, rows[i].facts);
		assert_int_equal(plan_make(w.s, w.d, &w.facts, w.request, &plan), 0);
		said = say_goal(&plan);
		if (!said || !streq(said, rows[i].goal))
			fail_msg("row %zu (%s; %s): %s, not %s", i, rows[i].device, rows[i].request,
				 said, rows[i].goal);
	}
}

static void test_driver(void **state _unused_)
{
	static const struct {
		struct daxbus_request request;
		const char *from;
		const char *driver;
	} rows[] = {
		{ { .action = DAXBUS_RECONFIGURE, .mode = MODE_FAMFS }, NULL, "fsdev_dax" },
		{ { .action = DAXBUS_RECONFIGURE, .mode = MODE_COMPAT }, NULL, NULL },
		{ { .action = DAXBUS_BIND, .driver = (char *)"bar" }, NULL, "bar" },
		{ { .action = DAXBUS_BIND }, NULL, NULL },
		{ { .action = DAXBUS_UNBIND }, "kmem", NULL },
		{ { .action = DAXBUS_ONLINE }, "kmem", NULL },
		{ { .action = DAXBUS_CREATE, .mode = MODE_KMEM }, NULL, "kmem" },
		{ { .action = DAXBUS_CREATE }, NULL, NULL },
		{ { .action = DAXBUS_RESIZE }, "kmem", "kmem" },
		{ { .action = DAXBUS_RESIZE }, NULL, NULL },
		{ { .action = DAXBUS_DESTROY }, "kmem", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *from = rows[i].from;
		const struct device d = {
			.driver = { from ? DAXBUS_KNOWN : DAXBUS_NONE, (char *)(uintptr_t)from },
		};
		const char *driver = plan_driver(&rows[i].request, &d);

		assert_row(i, rows[i].driver ? driver && streq(driver, rows[i].driver) : !driver);
	}
}

static void test_needs_blocks(void **state _unused_)
{
	static const struct {
		const char *device;
		bool needs;
	} rows[] = {
		{ "", false },
		{ DEVDAX, false },
		{ ALL_M, false },
		{ ALL_K, false },
		{ ALL_O, false },
		{ GONE, false },
		{ KMEM "blocks=~........", false },
		{ KMEM "blocks=~MMMMMMMo", true },
		{ KMEM "blocks=~MMMMMMMK", true },
		{ KMEM "blocks=~MMMMMMM.", true },
		{ KMEM "blocks=~oooooo..", true },
		{ ALL_M "online=?", true },
		{ ALL_M "zones=?", true },
		{ KMEM "at=?", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(world_done) struct world w;

		make_world(&w, rows[i].device, "online", "");
		assert_row(i, plan_needs_blocks(w.d) == rows[i].needs);
	}
}

/* While the kernel brings memory online in the requested zone, nothing else finds it offline. */
static void test_onliners(void **state _unused_)
{
	static const char note[] = "rule 1, brings new memory online";
	static const char maybe[] = "agent 1, may bring new memory online";
	static const struct row rows[] = {
		{ "", TO_KMEM, "rule=online",
		  "policy=online_movable<offline; bind kmem; " ONLINE_M "; policy>offline", note },
		{ "policy=online", TO_KERNEL, "rule=online",
		  "policy=online_kernel<online; bind kmem; online_kernel 32-39o; policy>online",
		  note },
		{ "", TO_NO, "rule=online",
		  "policy=online_movable<offline; bind kmem; settle; offline 32-39o; "
		  "policy>offline",
		  note },
		{ "", TO_NO, "rule=online_movable",
		  "policy=online_movable<offline; bind kmem; settle; offline 32-39o; "
		  "policy>offline",
		  note },
		{ "", TO_POLICY, "rule=online",
		  "policy=online_movable<offline; bind kmem; settle; offline 32-39o; "
		  "policy>offline",
		  note },
		{ "", TO_KERNEL, "agent=",
		  "policy=online_kernel<offline; bind kmem; online_kernel 32-39o; policy>offline",
		  maybe },
		/* a certain one is named before one that may */
		{ "", TO_KMEM, "agent= rule=online",
		  "policy=online_movable<offline; bind kmem; " ONLINE_M "; policy>offline", note },
		/* what goes offline */
		{ ALL_M, "offline", "return=online", "offline 32-39M; settle",
		  "rule 2, brings memory online when it goes offline" },
		{ ALL_M, "offline", "rule=online", "offline 32-39M", NULL },
		{ ALL_M, TO_DEVDAX, "return=online",
		  "offline 32-39M; settle; id device_dax; forget kmem; unbind kmem; bind device_dax; "
		  "forget device_dax",
		  "rule 2" },
		/* harmless */
		{ "", TO_KMEM, "rule=online_movable", "bind kmem; " ONLINE_M, NULL },
		{ "", TO_KERNEL, "rule=online_kernel", "bind kmem; online_kernel 32-39o", NULL },
		{ "policy=online", TO_POLICY, "rule=online", "bind kmem", NULL },
		{ DEVDAX, TO_DEVDAX, "rule=online", "=", NULL },
		{ ALL_M, TO_KMEM, "rule=online", "=", NULL },
		{ ALL_O, "online", "rule=online", ONLINE_M, NULL },
		/* where others may be given memory too, it stays offline, and udev is waited for */
		{ "provider=pmem", TO_KMEM, "neighbours=1 rule=online",
		  "bind kmem; settle; " ONLINE_M "; forget kmem", note },
		{ "policy=none", TO_KMEM, "rule=online", "bind kmem; settle; " ONLINE_M, note },
	};

	CHECK_ROWS(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_into_kmem),      cmocka_unit_test(test_memmap),
		cmocka_unit_test(test_within_kmem),    cmocka_unit_test(test_out_of_kmem),
		cmocka_unit_test(test_between_others), cmocka_unit_test(test_bind),
		cmocka_unit_test(test_online),	       cmocka_unit_test(test_offline),
		cmocka_unit_test(test_goals),	       cmocka_unit_test(test_driver),
		cmocka_unit_test(test_needs_blocks),   cmocka_unit_test(test_onliners),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regions of the CXL bus, created and destroyed with their devices; plan-world.h says what a row
 * is.
 */
#include "plan-world.h"

#define HOLD  "autoprobe=0<1; "
#define RESET "; autoprobe>1"
#define NEW(root, ig, iw, size)                                                                    \
	root "/create_ram_region=region0; " HOLD "region0/interleave_granularity=" ig              \
	     "; region0/interleave_ways=" iw "; region0/size=" size "; "
#define MEMBER(decoder, size) decoder "/mode=ram; " decoder "/dpa_size=" size "<0; "
#define DONE(list)	      "region0 targets=" list "<none; region0/commit=1<0; cxl-bind region0" RESET

static void test_create(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", "create memdev=mem0", "cxl",
		  NEW("decoder0.0", "256", "1", "1073741824") MEMBER("decoder3.0", "1073741824")
			  DONE("decoder3.0"),
		  NULL },
		{ "", "create memdev=mem1,mem0 granularity=4K mode=kmem", "cxl",
		  NEW("decoder0.0", "4096", "2", "2147483648") MEMBER("decoder4.0", "1073741824")
			  MEMBER("decoder3.0", "1073741824") DONE("decoder4.0,decoder3.0"),
		  NULL },
		/* behind two host bridges in turn; of one host bridge, in the order of the request
		 */
		{ "", "create memdev=mem2,mem4,mem1,mem0 size=1G", "cxl card=4:b",
		  "decoder0.1/create_ram_region=region1; " HOLD
		  "region1/interleave_granularity=1024; region1/interleave_ways=4; "
		  "region1/size=1073741824; " MEMBER("decoder4.0", "268435456") MEMBER(
			  "decoder5.0", "268435456") MEMBER("decoder3.0", "268435456")
			  MEMBER("decoder7.0",
				 "268435456") "region1 targets=decoder4.0,decoder5.0,decoder3.0,decoder7.0<none; "
					      "region1/commit=1<0; cxl-bind region1" RESET,
		  NULL },
		/* the next decoder, and what is left of the memory device */
		{ "", "create memdev=mem0",
		  "cxl use=decoder3.0:512M:region5 area=region5:decoder0.0:8589934592:512M:decoder3.0",
		  NEW("decoder0.0", "256", "1", "536870912") MEMBER("decoder3.1", "536870912")
			  DONE("decoder3.1"),
		  NULL },
		/* the driver of dax regions comes with a module */
		{ "", "create memdev=mem0 size=256M", "cxl cxldriver=0 cxlmodule=1",
		  "decoder0.0/create_ram_region=region0; " HOLD "load dax_cxl; "
		  "region0/interleave_granularity=256; region0/interleave_ways=1; "
		  "region0/size=268435456; " MEMBER("decoder3.0", "268435456") DONE("decoder3.0"),
		  NULL },
	};

	CHECK_ROWS(rows);
}

static void test_refusals(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", "create memdev=mem0", "", "!no-memdev", NULL },
		{ "", "create memdev=mem9", "cxl", "!no-memdev", NULL },
		{ "", "create memdev=mem3", "cxl", "!no-volatile-memory", NULL },
		{ "", "create memdev=mem0 size=300M", "cxl", "!bad-size", NULL },
		{ "", "create memdev=mem0,mem1 size=256M", "cxl", "!bad-size", NULL },
		{ "", "create memdev=mem0 size=2G", "cxl", "!no-room", NULL },
		{ "", "create memdev=mem0", "cxl use=decoder3.0:1G:region5", "!no-room", NULL },
		{ "", "create memdev=mem0", "cxl use=decoder3.0:?:region5", "!unknown-state",
		  NULL },
		{ "", "create memdev=mem0", "cxl use=decoder3.0:256M:a use=decoder3.1:256M:b",
		  "!no-decoder", NULL },
		/* a decoder of the host bridge is needed, too */
		{ "", "create memdev=mem0", "cxl use=decoder1.0:0:a use=decoder1.1:0:b",
		  "!no-decoder", NULL },
		{ "", "create memdev=mem0", "cxl lock=decoder3.0", "!locked-decoder", NULL },
		/* the window that leads to mem2 needs one behind each bridge */
		{ "", "create memdev=mem2", "cxl", "!bad-interleave", NULL },
		{ "", "create memdev=mem0,mem2 granularity=256", "cxl", "!bad-interleave", NULL },
		{ "", "create memdev=mem0 granularity=32K", "cxl", "!bad-interleave", NULL },
		{ "", "create memdev=mem0", "cxl noram=decoder0.0 noram=decoder0.1", "!no-window",
		  NULL },
		{ "", "create memdev=mem2", "cxl noram=decoder0.1", "!no-window", NULL },
		{ "", "create memdev=mem0", "cxl lock=decoder0.0 noram=decoder0.1",
		  "!locked-decoder", NULL },
		/* no hole in the window */
		{ "", "create memdev=mem0",
		  "cxl area=region5:decoder0.0:8589934592:4G:decoder9.0 noram=decoder0.1",
		  "!no-room", NULL },
		{ "", "create memdev=mem0", "cxl cxldriver=0 cxlmodule=0", "!no-driver", NULL },
		{ "", "create memdev=mem0", "cxl use=decoder1.1:0:region5", "!decoder-order",
		  NULL },
		/* decoders are committed in order: one that somebody else is setting up, or left */
		{ "", "create memdev=mem0 size=256M",
		  "cxl use=decoder3.0:256M:", "!uncommitted-decoder", NULL },
		{ "", "create memdev=mem0 size=256M",
		  "cxl use=decoder3.0:256M:region5 area=region5:decoder0.0:8589934592:256M:decoder3.0 "
		  "commit=region5:0",
		  "!uncommitted-decoder", NULL },
		{ "", "create memdev=mem0 size=256M",
		  "cxl use=decoder1.0:0:region5 area=region5:decoder0.0:8589934592:256M:decoder9.0 "
		  "commit=region5:0",
		  "!uncommitted-decoder", NULL },
		{ "", "create memdev=mem0 size=256M",
		  "cxl use=decoder4.0:256M: use=decoder2.0:0:region5 "
		  "area=region5:decoder0.0:8589934592:256M:decoder9.0 commit=region5:0",
		  NEW("decoder0.0", "256", "1", "268435456") MEMBER("decoder3.0", "268435456")
			  DONE("decoder3.0"),
		  NULL },
		/* another region at higher addresses, on the same host bridge; or not */
		{ "", "create memdev=mem0",
		  "cxl use=decoder1.0:0:region5 area=region5:decoder0.0:9663676416:1G:decoder9.0",
		  "!decoder-order", NULL },
		{ "", "create memdev=mem0 size=256M",
		  "cxl use=decoder2.0:0:region5 area=region5:decoder0.0:9663676416:1G:decoder9.0",
		  NEW("decoder0.0", "256", "1", "268435456") MEMBER("decoder3.0", "268435456")
			  DONE("decoder3.0"),
		  NULL },
	};

	CHECK_ROWS(rows);
}

#define REGION "cxl use=decoder3.0:1G:region0 area=region0:decoder0.0:8589934592:1G:decoder3.0 "
#define TWO                                                                                        \
	"cxl use=decoder3.0:512M:region0 use=decoder4.0:512M:region0 "                             \
	"area=region0:decoder0.0:8589934592:1G:decoder3.0,decoder4.0 "
#define WHOLE	"destroy whole=yes"
#define LOST	"region0 is deleted, with the data in it"
#define KEPT	"keep align=2097152,memmap_on_memory=0; "
#define GIVEN	KEPT "layout none<100000000-13fffffff; "
#define UNBOUND "cxl-unbind region0; region0/commit=0<1; "
#define DELETED "; decoder0.0/delete_region=region0"

static void test_destroy(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", WHOLE, REGION,
		  HOLD GIVEN UNBOUND
		  "region0 targets=none<decoder3.0; decoder3.0/dpa_size=0<1073741824" RESET DELETED,
		  LOST },
		{ DEVDAX, WHOLE, TWO,
		  HOLD
		  "forget device_dax; unbind device_dax; " GIVEN UNBOUND
		  "region0 targets=none<decoder3.0,decoder4.0; "
		  "decoder4.0/dpa_size=0<536870912; decoder3.0/dpa_size=0<536870912" RESET DELETED,
		  LOST },
		/* the policy is reset before the region is deleted, which cannot be undone */
		{ ALL_M "policy=online", WHOLE, REGION,
		  HOLD
		  "policy=offline<online; offline 32-39M; forget kmem; unbind kmem; " GIVEN UNBOUND
		  "region0 targets=none<decoder3.0; decoder3.0/dpa_size=0<1073741824; "
		  "policy>online" RESET DELETED,
		  LOST },
		{ DEVDAX, WHOLE, REGION "holder=a", "!memory-held", NULL },
		{ ALL_M, WHOLE, REGION "used=1G available=1M free=0", "!no-room-elsewhere", NULL },
		{ "", WHOLE, "cxl", "!unknown-state", NULL },
		{ "", WHOLE, REGION "lock=decoder3.0", "!locked-decoder", NULL },
		{ "", WHOLE, REGION "lock=decoder0.0", "!locked-decoder", NULL },
		{ "", WHOLE, REGION "use=decoder1.0:0:region0 lock=decoder1.0", "!locked-decoder",
		  NULL },
		{ "", WHOLE, REGION "firmware=200000000-20fffffff", "!firmware-region", NULL },
		{ "", WHOLE, REGION "use=decoder3.1:256M:region1", "!decoder-order", NULL },
		/* what is none of its business */
		{ "", WHOLE, REGION "lock=decoder4.0 lock=decoder0.1 firmware=0-1fffffff",
		  HOLD GIVEN UNBOUND
		  "region0 targets=none<decoder3.0; decoder3.0/dpa_size=0<1073741824" RESET DELETED,
		  LOST },
	};

	CHECK_ROWS(rows);
}

#define EMPTY		    "destroy whole=yes region=region0"
#define AREA(size, targets) "cxl area=region0:decoder0.0:8589934592:" size ":" targets " "

/* Regions without a device, in whatever state somebody left them. */
static void test_empty(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", EMPTY, REGION,
		  HOLD UNBOUND
		  "region0 targets=none<decoder3.0; decoder3.0/dpa_size=0<1073741824" RESET DELETED,
		  LOST },
		/* disabled */
		{ "", EMPTY, REGION "commit=region0:1",
		  HOLD "region0/commit=0<1; region0 targets=none<decoder3.0; "
		       "decoder3.0/dpa_size=0<1073741824" RESET DELETED,
		  LOST },
		/* not yet committed; with one of two decoders; with none; without size */
		{ "", EMPTY, REGION "commit=region0:0",
		  HOLD
		  "region0 targets=none<decoder3.0; decoder3.0/dpa_size=0<1073741824" RESET DELETED,
		  LOST },
		{ "", EMPTY,
		  AREA("1G", ",decoder4.0") "use=decoder4.0:512M:region0 commit=region0:0",
		  HOLD
		  "region0 targets=none<,decoder4.0; decoder4.0/dpa_size=0<536870912" RESET DELETED,
		  LOST },
		{ "", EMPTY, AREA("1G", "") "commit=region0:0", "autoprobe=0<1" RESET DELETED,
		  LOST },
		{ "", EMPTY, AREA("0", "") "commit=region0:0", "autoprobe=0<1" RESET DELETED,
		  LOST },
		/* memory that is online although the region was disabled; or elsewhere */
		{ "", EMPTY, REGION "commit=region0:1 left=200000000-23fffffff",
		  "!stuck-until-reboot", NULL },
		{ "", WHOLE, REGION "left=238000000-23fffffff", "!stuck-until-reboot", NULL },
		{ "", EMPTY, REGION "commit=region0:0 left=240000000-247ffffff",
		  HOLD
		  "region0 targets=none<decoder3.0; decoder3.0/dpa_size=0<1073741824" RESET DELETED,
		  LOST },
		{ "", EMPTY, REGION "commit=region0:1 iomem=?", "!unknown-state", NULL },
		{ "", EMPTY, REGION "commit=region0:1 lock=decoder3.0", "!locked-decoder", NULL },
		{ "", EMPTY, REGION "commit=region0:1 firmware=200000000-20fffffff",
		  "!firmware-region", NULL },
		{ "", EMPTY, "cxl", "!unknown-state", NULL },
	};

	CHECK_ROWS(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_destroy),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

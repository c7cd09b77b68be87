/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "parsers/udev-rules.h"
#include "unit.h"

struct row {
	const char *text;
	/* "NUMBER:WORD;..."; behind NUMBER "?" if it is not certain */
	const char *rules;
};

#define MEMORY "SUBSYSTEM==\"memory\", ACTION==\"add\", "
#define ONLINE "ATTR{state}=\"online\""

static void check(const struct row *rows, size_t n, const char *action)
{
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *text = strdup(rows[i].text), *found = NULL;
		struct udev_rules rules = { 0 };
		struct string all = { 0 };

		assert_int_equal(udev_rules_find(text, action, &rules), 0);
		string_add(&all, "%s", "");
		for (size_t j = 0; j < rules.n; j++)
			string_add(&all, "%u%s:%s;", rules.items[j].number,
				   rules.items[j].is_certain ? "" : "?", rules.items[j].word);
		found = string_take(&all);
		if (!streq(found, rows[i].rules))
			fail_msg("row %zu: %s", i, found);
		udev_rules_done(&rules);
	}
}
#define CHECK(rows) check(rows, ARRAY_SIZE(rows), "add")

static void test_writes(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", "" },
		{ "\n\n# x\n", "" },
		{ MEMORY "ATTR{state}==\"offline\", " ONLINE, "1:online;" },
		{ "\n\t" MEMORY ONLINE "\n", "2:online;" },
		{ MEMORY "ATTR{state}=\"online_movable\"", "1:online_movable;" },
		{ MEMORY "ATTR{state}:=\"online_kernel\"", "1:online_kernel;" },
		{ MEMORY "ATTR{state}+=\"online\"", "1:online;" },
		{ MEMORY "ATTR{online}==\"0\", ATTR{online}=\"1\"", "1:online;" },
		{ MEMORY "TEST==\"state\", ATTR{state}!=\"online\", " ONLINE, "1:online;" },
		/* other values, files and subsystems */
		{ MEMORY "ATTR{state}=\"offline\"", "" },
		{ MEMORY "ATTR{state}-=\"online\"", "" },
		{ MEMORY "ATTR{state}==\"online\"", "" },
		{ MEMORY "ATTR{online}=\"0\"", "" },
		{ MEMORY "ATTR{removable}=\"online\"", "" },
		{ MEMORY "ENV{state}=\"online\"", "" },
		{ "SUBSYSTEM==\"cpu\", ACTION==\"add\", ATTR{online}=\"1\"", "" },
		{ "SUBSYSTEM!=\"memory\", ATTR{online}=\"1\"", "" },
		/* not what a new block is */
		{ "SUBSYSTEM==\"memory\", ACTION==\"remove\", " ONLINE, "" },
		{ MEMORY "ATTR{state}==\"online\", " ONLINE, "" },
		{ MEMORY "ATTR{state}!=\"offline\", " ONLINE, "" },
		{ MEMORY "TEST!=\"state\", " ONLINE, "" },
		/* any device */
		{ "ATTR{online}=\"1\"", "1:online;" },
		{ "ACTION==\"add|change\", SUBSYSTEM==\"cpu|mem*\", " ONLINE, "1:online;" },
		{ "ENV{SUBSYSTEM}==\"memory\", ENV{ACTION}==\"add\", " ONLINE, "1:online;" },
		{ "SUBSYSTEMS==\"memory\", " ONLINE, "1:online;" },
		{ "SUBSYSTEMS!=\"cpu\", " ONLINE, "1?:online;" },
		/* what is not known */
		{ MEMORY "ATTR{phys_device}==\"0\", " ONLINE, "1?:online;" },
		{ MEMORY "CONST{arch}==\"x86-64\", " ONLINE, "1?:online;" },
		{ MEMORY "PROGRAM==\"/usr/bin/uname -m\", RESULT!=\"s390x\", " ONLINE,
		  "1?:online;" },
		{ MEMORY "ATTR{state}=\"$env{.state}\"", "1?:;" },
	};

	CHECK(rows);
}

static void test_names(void **state _unused_)
{
	static const struct row rows[] = {
		{ "KERNEL==\"memory*\", " ONLINE, "1:online;" },
		{ "KERNEL==\"memory[0-9]*\", " ONLINE, "1:online;" },
		{ "KERNEL==\"memory33\", " ONLINE, "1?:online;" },
		{ "KERNEL==\"mem\", " ONLINE, "1?:online;" },
		{ "KERNEL!=\"memory33\", " ONLINE, "1?:online;" },
		{ "KERNEL==\"memory_tier*\", " ONLINE, "" },
		{ "KERNEL==\"cpu[0-9]*\", " ONLINE, "" },
		{ "KERNEL!=\"cpu[0-9]*\", " ONLINE, "1:online;" },
		{ "DEVPATH==\"/devices/system/memory/memory[0-9]*\", " ONLINE, "1:online;" },
		{ "DEVPATH==\"/devices/system/*\", " ONLINE, "1:online;" },
		{ "DEVPATH==\"*/memory7\", " ONLINE, "1?:online;" },
		{ "DEVPATH==\"/devices/pci*\", " ONLINE, "" },
	};

	CHECK(rows);
}

static void test_programs(void **state _unused_)
{
	static const struct row rows[] = {
		{ MEMORY "RUN+=\"/bin/sh -c 'echo online > /sys%p/state'\"", "1?:;" },
		{ "RUN+=\"/usr/local/sbin/mem-hotplug %k\", " MEMORY, "1?:;" },
		{ "RUN+=\"/usr/bin/chmem -e 1\"", "1?:;" },
		{ MEMORY "RUN+=\"/usr/libexec/on-add %p\"", "1?:;" },
		{ MEMORY "RUN{program}+=\"/usr/bin/online-it\"", "1?:;" },
		{ MEMORY "PROGRAM=\"/bin/sh -c 'echo online > /sys%p/state'\"", "1?:;" },
		{ "SUBSYSTEM!=\"memory\", GOTO=\"end\"\nRUN+=\"/sbin/mem-add\"\nLABEL=\"end\"\n",
		  "2?:;" },
		/* others */
		{ "RUN+=\"/sbin/mem-add\"", "" },
		{ "SUBSYSTEM==\"*\", RUN+=\"/sbin/mem-add\"", "" },
		{ "SUBSYSTEM==\"net\", RUN+=\"/usr/bin/chmem -e 1\"", "" },
		{ MEMORY "RUN{builtin}+=\"kmod load mem\"", "" },
		{ MEMORY "RUN+=\"/bin/systemctl try-restart kdump-mem.service\"", "" },
		{ MEMORY "PROGRAM==\"/usr/bin/is-online memory\"", "" },
		{ MEMORY "RUN-=\"/usr/bin/online-it\"", "" },
	};

	CHECK(rows);
}

static void test_offline(void **state _unused_)
{
	static const struct row rows[] = {
		{ MEMORY ONLINE, "" },
		{ "SUBSYSTEM==\"memory\", " ONLINE, "1:online;" },
		{ "SUBSYSTEM==\"memory\", ACTION==\"add|offline\", " ONLINE, "1:online;" },
		{ "SUBSYSTEM==\"memory\", ACTION!=\"remove\", " ONLINE, "1:online;" },
		{ "ACTION!=\"add\", GOTO=\"end\"\nATTR{online}=\"1\"\nLABEL=\"end\"\n", "" },
	};

	check(rows, ARRAY_SIZE(rows), "offline");
}

/* The structure of the rules that Red Hat ships, in words of its own. */
#define SKIPS(condition)                                                                           \
	"SUBSYSTEM!=\"memory\", GOTO=\"end\"\nACTION!=\"add\", GOTO=\"end\"\n" condition           \
	", GOTO=\"end\"\n\nENV{.s}=\"online\"\nATTR{state}==\"offline\", "                         \
	"ATTR{state}=\"$env{.s}\"\n" MEMORY ONLINE "\nLABEL=\"end\"\n" MEMORY ONLINE "\n"

static void test_goto(void **state _unused_)
{
	static const struct row rows[] = {
		{ SKIPS("PROGRAM=\"/bin/uname -p\", RESULT==\"s390*\""),
		  "6?:;7?:online;9:online;" },
		{ SKIPS("ACTION==\"remove\""), "6?:;7:online;9:online;" },
		{ SKIPS("SUBSYSTEM==\"*\""), "9:online;" },
		{ "GOTO=\"end\"\n" MEMORY ONLINE "\nLABEL=\"end\"\n", "" },
		/* no label, another label, a label before */
		{ "GOTO=\"end\"\n" MEMORY ONLINE "\n", "2:online;" },
		{ "GOTO=\"end\"\n" MEMORY ONLINE "\nLABEL=\"ends\"\n", "2:online;" },
		{ "LABEL=\"end\"\nGOTO=\"end\"\n" MEMORY ONLINE "\n", "3:online;" },
		/* the first one behind it; the rule of the label is a rule, too */
		{ "GOTO=\"a\"\nLABEL=\"a\", " MEMORY ONLINE "\nLABEL=\"a\"\n", "2:online;" },
		{ "GOTO=\"a\"\nGOTO=\"b\"\nLABEL=\"a\"\n" MEMORY ONLINE "\nLABEL=\"b\"\n",
		  "4:online;" },
		{ "LABEL=\"a\"\nGOTO=\"a\"\n" MEMORY ONLINE "\nLABEL=\"a\"\n", "" },
		/* A GOTO may skip to the farther one. */
		{ "ENV{x}==\"y\", GOTO=\"b\"\nENV{x}==\"z\", GOTO=\"a\"\nLABEL=\"a\"\n" MEMORY
			  ONLINE "\nLABEL=\"b\"\n" MEMORY ONLINE,
		  "4?:online;6:online;" },
	};

	CHECK(rows);
}

static void test_form(void **state _unused_)
{
	static const struct row rows[] = {
		/* continued; the first line counts, and comments between do not end it */
		{ "\nSUBSYSTEM==\"memory\", \\\n  # x \\\n  # y\n  ACTION==\"add\", \\\n" ONLINE
		  "\n" MEMORY ONLINE,
		  "2:online;7:online;" },
		{ "# x \\\n" MEMORY ONLINE, "2:online;" },
		{ MEMORY "\\\n\n" ONLINE "\n", "3:online;" },
		{ MEMORY ONLINE "\\", "1:online;" },
		{ "\\", "" },
		/* quotes, spaces, commas */
		{ MEMORY "ENV{x}=\"a\\\"b, \", " ONLINE, "1:online;" },
		{ MEMORY "ENV{x}=\"a\\\\\", " ONLINE, "" },
		{ "SUBSYSTEM == \"memory\" ,,\tATTR{state} = \"online\"", "1:online;" },
		{ "SUBSYSTEM==i\"memory\",ATTR{state}=e\"online\"", "1:online;" },
		{ MEMORY ONLINE "\r\n", "1:online;" },
		/* another form: ignored as a whole */
		{ MEMORY ONLINE ", x", "" },
		{ MEMORY ONLINE ", ATTR{x=\"y\"", "" },
		{ MEMORY ONLINE ", x=\"y", "" },
		{ MEMORY "ATTR{state}=online", "" },
		{ MEMORY ONLINE ", =\"y\"", "" },
		{ "\"\n" MEMORY ONLINE, "2:online;" },
	};

	CHECK(rows);
}

/* A rule of 17 KiB is none for udev either, in one line or in several. */
static void test_long(void **state _unused_)
{
	static const char *const separators[] = { " ", " \\\n" };

	for (size_t i = 0; i < ARRAY_SIZE(separators); i++) {
		_cleanup_(string_done) struct string t = { 0 };
		struct udev_rules rules = { 0 };

		string_add(&t, "%s", MEMORY ONLINE);
		for (size_t n = 0; n < 17000 / 8; n++)
			string_add(&t, ",%sTAG+=\"x\"", separators[i]);
		string_add(&t, "%s", "\n" MEMORY ONLINE "\n");
		assert_false(t.failed);
		assert_int_equal(udev_rules_find(t.s, "add", &rules), 0);
		assert_int_equal(rules.n, 1);
		udev_rules_done(&rules);
	}
}

static void test_files(void **state _unused_)
{
	assert_true(udev_rules_is_file("40-redhat.rules"));
	assert_false(udev_rules_is_file("40-redhat.rules.rpmsave"));
	assert_false(udev_rules_is_file(".40-redhat.rules"));
	assert_false(udev_rules_is_file(".rules"));
	assert_string_equal(udev_rules_directories[0], "/etc/udev/rules.d");
	assert_null(udev_rules_directories[5]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writes),	 cmocka_unit_test(test_names),
		cmocka_unit_test(test_programs), cmocka_unit_test(test_goto),
		cmocka_unit_test(test_form),	 cmocka_unit_test(test_offline),
		cmocka_unit_test(test_long),	 cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/mountinfo.h"
#include "unit.h"

static void test_line(void **state _unused_)
{
	char line[] =
		"36 35 259:3 / /mnt/a\\040b rw,noatime master:1 shared:2 - ext4 /dev/pmem0 rw";
	char plain[] = "36 35 0:40 / /mnt rw - famfs /dev/dax0.0 rw";
	struct mountinfo m;

	assert_true(mountinfo_parse(line, &m));
	assert_int_equal(m.major, 259);
	assert_int_equal(m.minor, 3);
	assert_string_equal(m.directory, "/mnt/a\\040b");
	assert_string_equal(m.type, "ext4");
	assert_string_equal(m.source, "/dev/pmem0");
	assert_true(mountinfo_parse(plain, &m));
	assert_string_equal(m.type, "famfs");
	assert_string_equal(m.source, "/dev/dax0.0");
}

static void test_wrong(void **state _unused_)
{
	static const char *const rows[] = {
		"",
		"36 35 98:0 / /mnt rw",
		"36 35 98:0 / /mnt rw - ext4",
		"36 35 98 / /mnt rw - ext4 /dev/sda rw",
		"36 35 x:0 / /mnt rw - ext4 /dev/sda rw",
		"36 35 98:0 / /mnt rw master:1 ext4 /dev/sda rw",
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *copy = strdup(rows[i]);

		assert_row(i, !mountinfo_parse(copy, &(struct mountinfo){ 0 }));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_line),
					    cmocka_unit_test(test_wrong) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

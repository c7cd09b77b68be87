/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "cli/progress.h"
#include "unit.h"

#define MIB (UINT64_C(1) << 20)

static void test_lines(void **state _unused_)
{
	static const struct {
		uint64_t done, total, first;
		double step, run;
		const char *line;
	} rows[] = {
		/* No memory blocks: how long it has been going on. */
		{ 0, 0, 0, 0, 0, "dax0.0: x (0:00)" },
		{ 0, 0, 0, 3, 75.9, "dax0.0: x (1:15)" },
		{ 0, 0, 0, 3, 3661, "dax0.0: x (1:01:01)" },
		/* The first blocks are too early for a rate. */
		{ 0, 128, 0, 0, 0, "dax0.0: x: 0/128 blocks" },
		{ 0, 128, 0, 9, 9, "dax0.0: x: 0/128 blocks" },
		{ 1, 128, 0, 0.1, 1, "dax0.0: x: 1/128 blocks, 128.0M/16.0G" },
		{ 12, 128, 0, 1, 5, "dax0.0: x: 12/128 blocks, 1.5G/16.0G, 1.5G/s, 0:09 left" },
		{ 128, 128, 0, 10, 10,
		  "dax0.0: x: 128/128 blocks, 16.0G/16.0G, 1.6G/s, 0:00 left" },
		/* The rate is that of this step. */
		{ 68, 128, 64, 4, 99, "dax0.0: x: 68/128 blocks, 8.5G/16.0G, 128.0M/s, 1:00 left" },
		{ 64, 128, 64, 4, 99, "dax0.0: x: 64/128 blocks, 8.0G/16.0G" },
		{ 9, 8192, 0, 9, 9, "dax0.0: x: 9/8192 blocks, 1.1G/1.0T, 128.0M/s, 2:16:23 left" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct daxbus_progress now = { "dax0.0", "x", rows[i].done, rows[i].total,
						     128 * MIB };
		struct string text = { 0 };
		_cleanup_free_ char *line = NULL;

		progress_line_add(&text, &now, rows[i].first, rows[i].step, rows[i].run);
		line = string_take(&text);
		assert_non_null(line);
		if (!streq(line, rows[i].line))
			fail_msg("row %zu: %s", i, line);
	}
}

/* Nothing has a name while another process is waited for. */
static void test_no_device(void **state _unused_)
{
	const struct daxbus_progress now = { .what = "waiting" };
	struct string text = { 0 };
	_cleanup_free_ char *line = NULL;

	progress_line_add(&text, &now, 0, 5, 5);
	line = string_take(&text);
	assert_string_equal(line, "waiting (0:05)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_no_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

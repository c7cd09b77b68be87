/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "model/record.h"
#include "model/state-diff.h"
#include "unit.h"

#define HEAD   "daxbus-history 1\ntime 1\nduration 2\nuid 3\n"
#define REGION "region 0 hmem /devices/hmem.0 range=0x100000000-0x13fffffff\n"

static void parse_record(const char *text, int expected, struct record *ret)
{
	_cleanup_free_ char *copy = strdup(text);

	assert_non_null(copy);
	assert_int_equal(record_parse(copy, ret), expected);
}

static void parse_state(const char *text, struct state *ret)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *line;

	assert_non_null(copy);
	while ((line = strsep(&rest, "\n")) && *line)
		assert_int_equal(state_parse_line(line, ret), 0);
}

/* Arguments of any bytes come back as they were. */
static void test_round_trip(void **state _unused_)
{
	static const char text[] = HEAD
		"login 1000\nboot b\nsudo \\x1b[2J\nargument daxbus\nargument a\\x20\\x5c\\x0a\n"
		"argument \\0\nundoes 4\nresult undone\ncode block-busy\nbefore\n" REGION
		"device dax0.0 kmem 2097152 0 100000000-13fffffff 32-35:movable,36-39:offline\n"
		"after\n" REGION "device dax0.0 - 0 - none -\nsteps\n"
		"step dax0.0 unbind kmem - - - -\nend\n";
	_cleanup_(record_done) struct record record = { 0 };
	_cleanup_free_ char *printed = NULL;

	parse_record(text, 0, &record);
	assert_string_equal(record.sudo_user, "\x1b[2J");
	assert_int_equal(record.command.n, 3);
	assert_string_equal(record.command.items[1], "a \\\n");
	assert_string_equal(record.command.items[2], "");
	assert_int_equal(record.undoes, 4);
	assert_int_equal(record.result, RECORD_UNDONE);
	assert_int_equal(record.before.regions[0].devices[0].runs.n, 2);
	assert_int_equal(record.n_steps, 1);
	assert_true(record_has_change(&record));
	printed = record_print(&record);
	assert_string_equal(printed, text);
}

static void test_malformed(void **state _unused_)
{
	static const char *const texts[] = {
		"",
		"daxbus-history 2\n",
		HEAD "before\nafter\nsteps\n",
		HEAD "before\nafter\nsteps\nend\nend\n",
		HEAD "before\nafter\nsteps\nend\nmore",
		HEAD "before\nsteps\nend\n",
		HEAD "uid -1\nbefore\nafter\nsteps\nend\n",
		HEAD "result nonsense\nbefore\nafter\nsteps\nend\n",
		HEAD "argument \\x00\nbefore\nafter\nsteps\nend\n",
		HEAD "argument \\x1\nbefore\nafter\nsteps\nend\n",
		HEAD "before\ndevice dax0.0 - 0 - none -\nafter\nsteps\nend\n",
		HEAD "before\n" REGION "device ../etc - 0 - none -\nafter\nsteps\nend\n",
		HEAD "before\n" REGION "device dax0.0 a/b 0 - none -\nafter\nsteps\nend\n",
		HEAD "before\n" REGION "device dax0.0 - 0 - 2-1 -\nafter\nsteps\nend\n",
		HEAD "before\n" REGION "device dax0.0 - 0 2 none -\nafter\nsteps\nend\n",
		HEAD "before\nafter\nsteps\nstep dax0.0 set - /etc/passwd x - -\nend\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct record record = { 0 };

		parse_record(texts[i], -EBADMSG, &record);
		assert_int_equal(record.n_steps, 0);
	}
}

/* Keys of later versions. */
static void test_later_key(void **state _unused_)
{
	_cleanup_(record_done) struct record record = { 0 };

	parse_record(HEAD "colour blue\nresult changed\nbefore\nafter\nsteps\nend\n", 0, &record);
	assert_false(record_has_change(&record));
}

/* --- states --- */

#define WHOLE "device dax0.0 device_dax 2097152 - 100000000-13fffffff -\n"
#define HALF  "device dax0.0 device_dax 2097152 - 100000000-11fffffff -\n"

/* Each row: two states, the words and devices of their differences, and whether they are the same.
 */
static void test_differences(void **state _unused_)
{
	static const struct {
		const char *a, *b, *differences;
		bool same;
	} rows[] = {
		{ REGION WHOLE, REGION WHOLE, "", true },
		{ REGION WHOLE, REGION HALF, "dax0.0 ranges,", false },
		/* A name means nothing. */
		{ REGION WHOLE, REGION "device dax0.7 device_dax 2097152 - 100000000-13fffffff -\n",
		  "", true },
		{ REGION WHOLE, REGION "device dax0.0 - 2097152 - none -\n",
		  "dax0.0 ranges,dax0.0 mode,", false },
		{ REGION HALF, REGION HALF "device dax0.1 - 2097152 - 120000000-12fffffff -\n",
		  "dax0.1 added,", false },
		{ REGION HALF "device dax0.1 - 2097152 - 120000000-12fffffff -\n", REGION HALF,
		  "dax0.1 removed,", false },
		/* The kernel may keep devices without memory. */
		{ REGION HALF, REGION HALF "device dax0.1 - 2097152 - none -\n", "", true },
		{ REGION "device dax0.0 kmem 2097152 1 100000000-13fffffff 32-39:movable\n",
		  REGION "device dax0.0 kmem 2097152 1 100000000-13fffffff 32-39:kernel\n",
		  "dax0.0 online,", false },
		{ REGION
		  "device dax0.0 kmem 2097152 1 100000000-13fffffff 32-38:movable,39-39:offline\n",
		  REGION
		  "device dax0.0 kmem 2097152 0 100000000-13fffffff 32-32:offline,33-39:movable\n",
		  "dax0.0 online,dax0.0 memmap_on_memory,", false },
		/* What is unknown is no difference, but not the same either. */
		{ REGION WHOLE, REGION "device dax0.0 device_dax 0 - ? -\n", "", false },
		{ REGION WHOLE, "region 1 hmem /devices/hmem.1 -\n", "dax0.0 removed,", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(state_done) struct state a = { 0 }, b = { 0 };
		struct state_differences differences = { 0 };
		_cleanup_free_ char *found = NULL;
		struct string text = { 0 };

		parse_state(rows[i].a, &a);
		parse_state(rows[i].b, &b);
		assert_int_equal(state_diff(&a, &b, &differences), 0);
		for (size_t k = 0; k < differences.n; k++)
			string_add(&text, "%s %s,", differences.items[k].device,
				   differences.items[k].key ?: differences.items[k].code);
		string_add(&text, "%s", "");
		found = string_take(&text);
		assert_string_equal(found ?: "", rows[i].differences);
		assert_int_equal(state_is_same(&a, &b), rows[i].same);
		state_diff_done(&differences);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_later_key),
		cmocka_unit_test(test_differences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "io/libinih.h"
#include "unit.h"

/* "[Match]:1; Key=value:2; !3" */
static int section(void *data, unsigned int line, const char *name)
{
	string_add(data, "[%s]:%u; ", name, line);
	return 0;
}

static int key(void *data, unsigned int line, const char *name, const char *value)
{
	string_add(data, "%s=%s:%u; ", name, value, line);
	return streq(value, "stop") ? -EINTR : 0;
}

static int malformed(void *data, unsigned int line, const char *what _unused_)
{
	string_add(data, "!%u", line);
	return 0;
}

static const struct {
	const char *text;
	const char *found;
	int result;
} rows[] = {
	{ "", "", 0 },
	{ "\n\n# x\n ; y\n", "", 0 },
	{ "[A]\nb=c\n", "[A]:1; b=c:2; ", 0 },
	{ "[A]\nb = c d \n\n[A]\n[B]\nb=c", "[A]:1; b=c d:2; [A]:4; [B]:5; b=c:6; ", 0 },
	{ "[A]\r\nb=c\r\n", "[A]:1; b=c:2; ", 0 },
	{ "[A]\nb=\n", "[A]:1; b=:2; ", 0 },
	{ "[A]\nb=c ; comment\nd=e;f\n", "[A]:1; b=c:2; d=e;f:3; ", 0 },
	/* Two sections of one name are two. */
	{ "[A]\n[A]\n", "[A]:1; [A]:2; ", 0 },
	{ "[A]\nnonsense\nb=c\n", "[A]:1; b=c:3; !2", 0 },
	{ "[A\nb=c\n", "!1", 0 },
	{ "b=c\n c\n", "b=c:1; !2", 0 },
	{ "a=\001\n", "!1", 0 },
	/* A handler may stop. */
	{ "a=b\na=stop\na=c\n", "a=b:1; a=stop:2; ", -EINTR },
};

static void test_rows(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct string all = { 0 };
		const struct libinih_reader reader = { section, key, malformed, &all };
		_cleanup_free_ char *found = NULL;

		string_add(&all, "%s", "");
		assert_row(i, libinih_read(rows[i].text, NULL, &reader, NULL) == rows[i].result);
		found = string_take(&all);
		assert_row(i, streq(found, rows[i].found));
	}
}

/* 200 bytes have room in the library. */
static void test_long_line(void **state _unused_)
{
	struct string all = { 0 };
	const struct libinih_reader reader = { section, key, malformed, &all };
	char text[1024];

	memset(text, 'x', sizeof(text));
	memcpy(text, "a=b\nc=", 6);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(libinih_read(text, NULL, &reader, NULL), 0);
	assert_string_equal(all.s, "a=b:1; !2");
	string_done(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_long_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

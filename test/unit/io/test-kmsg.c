/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>

#include "base/strv.h"
#include "io/kmsg.h"
#include "unit.h"

static const struct {
	const char *record;
	const char *line; /* NULL: none */
} rows[] = {
	{ "6,339,5140900,-;kmem dax0.0: ready\n", "kmem dax0.0: ready" },
	{ "3,1,0,-;no newline", "no newline" },
	{ "0,1,0,-;the least", "the least" },
	{ "7,1,0,c;the highest level", "the highest level" },
	{ "4,1,0,-,caller=T1;with a field more", "with a field more" },
	{ "6,1,0,-;a text\n SUBSYSTEM=dax\n DEVICE=+dax:dax0.0\n", "a text" },
	{ "6,1,0,-;a;b,c", "a;b,c" },
	{ "6,1,0,-;\n", "" },
	{ "6,1,0,-;", "" },
	{ "6;", "" },
	/* What the kernel has escaped stays so, and what it has not is not for a terminal. */
	{ "6,1,0,-;a\\x1b[1m\\n", "a\\x1b[1m\\n" },
	{ "6,1,0,-;a\033[1m\ttab\rcr\177del", "a?[1m?tab?cr?del" },
	{ "6,1,0,-;Gr\303\266\303\237e \342\202\254", "Gr\303\266\303\237e \342\202\254" },
	/* user space: facility 1 and above */
	{ "8,1,0,-;user", NULL },
	{ "14,1,0,-;user", NULL },
	{ "30,1,0,-;daemon", NULL },
	{ "4294967296,1,0,-;far above", NULL },
	{ "18446744073709551616,1,0,-;too large", NULL },
	/* no record */
	{ "", NULL },
	{ "6", NULL },
	{ "6,1,0,-", NULL },
	{ "6,1,0,-\n;text", NULL },
	{ ",1,0,-;text", NULL },
	{ ";text", NULL },
	{ "-6,1,0,-;text", NULL },
	{ "+6,1,0,-;text", NULL },
	{ " 6,1,0,-;text", NULL },
	{ "6 ,1,0,-;text", NULL },
	{ "0x6,1,0,-;text", NULL },
	{ "six,1,0,-;text", NULL },
};

static void test_parse(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *line = kmsg_parse(rows[i].record);

		if (!rows[i].line)
			assert_row(i, !line);
		else if (!line || !streq(line, rows[i].line))
			fail_msg("row %zu: '%s'", i, line ?: "nothing");
	}
}

static const struct {
	const char *line;
	uint64_t frame; /* 0: none */
} frames[] = {
	{ "migrating pfn 108000 failed ret:1", 0x108000 },
	{ "migrating pfn 7fffffffff failed ret:-16 ", 0x7fffffffff },
	{ "failed to isolate pfn 10abcd", 0x10abcd },
	{ "migrating pfn  failed ret:1", 0 },
	{ "migrating pfn 10800g failed ret:1", 0 },
	{ "migrating pfn 10000000000000000 failed ret:1", 0 },
	{ "migrating pfn 00000000000000000108000 failed", 0 },
	{ "failed to isolate pfn ", 0 },
	{ "page:0000 refcount:3 mapcount:1 pfn:0x108000", 0 },
	{ "memory 108000", 0 },
	{ "", 0 },
};

static void test_frame(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		uint64_t frame = 0;
		bool found = kmsg_find_frame(frames[i].line, &frame);

		assert_row(i, found == (frames[i].frame != 0) && frame == frames[i].frame);
	}
}

/* Nothing is there to be read: that is no error, and no line. */
static void test_closed(void **state _unused_)
{
	_cleanup_(strv_done) struct strv lines = { 0 };
	struct kmsg kmsg = KMSG_INIT;

	kmsg_mark(&kmsg);
	assert_int_equal(kmsg_since(&kmsg, &lines, 10), 0);
	assert_int_equal(lines.n, 0);
	kmsg_done(&kmsg);
	assert_int_equal(kmsg.fd, -1);
}

/* What is said in the name of others is not the kernel's, whoever it says that it is. */
static void say(const char *text)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	assert_true(write(fd, text, strlen(text)) > 0);
	close(fd);
}

static void test_user_space(void **state _unused_)
{
	_cleanup_(strv_done) struct strv lines = { 0 };
	struct kmsg kmsg = KMSG_INIT;

	kmsg_open(&kmsg);
	if (kmsg.fd < 0) {
		print_message("/dev/kmsg is not to be read here\n");
		skip();
	}
	say("<4>daxbus test: not the kernel");
	assert_int_equal(kmsg_since(&kmsg, &lines, 1000), 0);
	for (size_t i = 0; i < lines.n; i++)
		assert_null(strstr(lines.items[i], "daxbus test"));
	kmsg_done(&kmsg);
}

/*
 * From the start of the kernel's buffer, whatever it holds: a line is a line, the last ones are
 * kept, and what has been read does not come again.
 */
static void test_all_there_is(void **state _unused_)
{
	_cleanup_(strv_done) struct strv all = { 0 }, last = { 0 }, none = { 0 };
	struct kmsg kmsg = KMSG_INIT;
	size_t max = 3;

	kmsg_open(&kmsg);
	if (kmsg.fd < 0) {
		print_message("/dev/kmsg is not to be read here\n");
		skip();
	}
	assert_true(lseek(kmsg.fd, 0, SEEK_SET) == 0);
	assert_int_equal(kmsg_since(&kmsg, &all, SIZE_MAX), 0);
	for (size_t i = 0; i < all.n; i++) {
		assert_true(*all.items[i] != '\0');
		assert_null(strchr(all.items[i], '\n'));
	}
	assert_int_equal(kmsg_since(&kmsg, &none, 0), 0);
	if (all.n <= max) {
		print_message("the kernel has said nothing since\n");
		skip();
	}
	assert_true(lseek(kmsg.fd, 0, SEEK_SET) == 0);
	assert_int_equal(kmsg_since(&kmsg, &last, max), 0);
	assert_int_equal(last.n, max);
	/* The kernel may have said more meanwhile, but hardly that much. */
	assert_true(strv_has(&all, last.items[0]));
	/* Behind a mark there is nothing but what came after it. */
	kmsg_mark(&kmsg);
	assert_int_equal(kmsg_since(&kmsg, &none, SIZE_MAX), 0);
	assert_true(none.n < all.n);
	kmsg_done(&kmsg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_frame),
		cmocka_unit_test(test_closed),
	};
	const struct CMUnitTest machine_tests[] = {
		cmocka_unit_test(test_user_space),
		cmocka_unit_test(test_all_there_is),
	};

	if (in_machine())
		return cmocka_run_group_tests_name("kmsg", machine_tests, NULL, NULL);
	return cmocka_run_group_tests_name("kmsg", tests, NULL, NULL);
}

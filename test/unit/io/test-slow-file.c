/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pipe to which nothing is written is a file that takes forever to read.
 */
#include "io/slow-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>

#include "unit.h"

struct reading {
	char lines[512];
	unsigned int n;
	unsigned int end_at;  /* the line that ends the reading; 0: none */
	unsigned int asked;   /* how often it was asked whether to go on */
	unsigned int stop_at; /* the time that it was not; 0: never */
};

static int see(void *data, char *line)
{
	struct reading *reading = data;
	size_t n = strlen(reading->lines);

	snprintf(reading->lines + n, sizeof(reading->lines) - n, "%s|", line);
	return ++reading->n == reading->end_at ? 7 : 0;
}

static bool go_on(void *data)
{
	struct reading *reading = data;

	return ++reading->asked != reading->stop_at;
}

static int open_text(const char *text)
{
	FILE *f = tmpfile();
	int fd;

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	rewind(f);
	fd = dup(fileno(f));
	fclose(f);
	return fd;
}

static void test_lines(void **state _unused_)
{
	struct reading reading = { 0 }, none = { 0 }, ended = { .end_at = 2 };
	char text[400], expected[400];
	int fd;

	/* One that is longer than what is read at a time. */
	memset(text, 'x', 300);
	memcpy(text + 300, "\n\n%s\nlast\n", sizeof("\n\n%s\nlast\n"));
	memset(expected, 'x', 300);
	memcpy(expected + 300, "||%s|last|", sizeof("||%s|last|"));
	fd = open_text(text);
	assert_int_equal(slow_file_read_lines(fd, see, go_on, &reading), 0);
	assert_string_equal(reading.lines, expected);
	/* This is the end, and the descriptor is still open. */
	assert_int_equal(slow_file_read_lines(fd, see, go_on, &none), 0);
	assert_int_equal(none.n, 0);
	close(fd);
	fd = open_text("a\nb\nc\n");
	assert_int_equal(slow_file_read_lines(fd, see, go_on, &ended), 7);
	assert_string_equal(ended.lines, "a|b|");
	close(fd);
}

static void test_error(void **state _unused_)
{
	struct reading reading = { 0 };
	int fd = open("/", O_RDONLY | O_DIRECTORY);

	assert_int_equal(slow_file_read_lines(fd, see, go_on, &reading), -EISDIR);
	close(fd);
}

/* Stopped, it returns at once. What still reads holds nothing of the program: see test-detached. */
static void test_stop(void **state _unused_)
{
	struct reading reading = { .stop_at = 3 };
	time_t begun = time(NULL);
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(slow_file_read_lines(ends[0], see, go_on, &reading), -EINTR);
	assert_int_equal(reading.asked, 3);
	assert_true(time(NULL) - begun < 30);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_stop),
	};

	return cmocka_run_group_tests_name("slow-file", tests, NULL, NULL);
}

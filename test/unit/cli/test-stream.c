/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/util.h"
#include "unit.h"

/* Standard output while it is a file of the test. */
struct output {
	int kept;
	int file;
};

static void output_open(struct output *o, const char *path)
{
	o->kept = dup(STDOUT_FILENO);
	o->file = path ? open(path, O_WRONLY) : fileno(tmpfile());
	assert_true(o->kept >= 0 && o->file >= 0);
	assert_int_equal(dup2(o->file, STDOUT_FILENO), STDOUT_FILENO);
}

static void output_close(const struct output *o)
{
	dup2(o->kept, STDOUT_FILENO);
	close(o->kept);
	close(o->file);
}

static uint64_t written(const struct output *o)
{
	struct stat st;

	assert_int_equal(fstat(o->file, &st), 0);
	return (uint64_t)st.st_size;
}

/* Numbered lines of @LINE bytes. */
#define LINE ((size_t)64)

static void format_line(char line[LINE + 1], size_t i)
{
	snprintf(line, LINE + 1, "%063zu\n", i);
}

/* @n bytes of them. */
static void print_lines(FILE *stream, size_t n)
{
	for (size_t i = 0; i < n / LINE; i++) {
		char line[LINE + 1];

		format_line(line, i);
		fwrite(line, 1, LINE, stream);
	}
}

static void check_lines(const struct output *o, size_t n)
{
	for (size_t i = 0; i < n / LINE; i++) {
		char line[LINE + 1] = "", wanted[LINE + 1];

		format_line(wanted, i);
		assert_int_equal(pread(o->file, line, LINE, (off_t)(LINE * i)), LINE);
		assert_string_equal(line, wanted);
	}
	assert_int_equal(written(o), n);
}

/* Up to the size of the buffer, nothing is written before the end. */
static void test_small(void **state _unused_)
{
	_cleanup_(stream_done) struct stream s = { 0 };
	struct output o;

	output_open(&o, NULL);
	assert_int_equal(stream_open(&s), 0);
	print_lines(s.stream, STREAM_BUFFER_SIZE);
	fflush(s.stream);
	assert_int_equal(written(&o), 0);
	assert_int_equal(stream_write(&s), 0);
	check_lines(&o, STREAM_BUFFER_SIZE);
	output_close(&o);
}

static void test_large(void **state _unused_)
{
	_cleanup_(stream_done) struct stream s = { 0 };
	struct output o;

	output_open(&o, NULL);
	assert_int_equal(stream_open(&s), 0);
	print_lines(s.stream, 3 * STREAM_BUFFER_SIZE + LINE);
	assert_true(written(&o) >= STREAM_BUFFER_SIZE);
	assert_int_equal(stream_reset(&s), -EBUSY);
	assert_int_equal(stream_write(&s), 0);
	check_lines(&o, 3 * STREAM_BUFFER_SIZE + LINE);
	output_close(&o);
}

/* A part that is larger than the buffer, behind a small one. */
static void test_large_part(void **state _unused_)
{
	const size_t n = 2 * STREAM_BUFFER_SIZE;
	_cleanup_(stream_done) struct stream s = { 0 };
	_cleanup_free_ char *text = NULL;
	FILE *memory;
	size_t length;
	struct output o;

	memory = open_memstream(&text, &length);
	print_lines(memory, n);
	fclose(memory);
	output_open(&o, NULL);
	assert_int_equal(stream_open(&s), 0);
	fwrite(text, 1, LINE, s.stream);
	fwrite(text + LINE, 1, n - LINE, s.stream);
	assert_int_equal(stream_write(&s), 0);
	check_lines(&o, n);
	output_close(&o);
}

static void test_reset(void **state _unused_)
{
	_cleanup_(stream_done) struct stream s = { 0 };
	struct output o;

	output_open(&o, NULL);
	assert_int_equal(stream_open(&s), 0);
	fprintf(s.stream, "%*s", (int)LINE - 6, "discarded");
	/* What stdio still has does not fill the buffer. */
	print_lines(s.stream, STREAM_BUFFER_SIZE - LINE);
	assert_int_equal(stream_reset(&s), 0);
	assert_int_equal(written(&o), 0);
	print_lines(s.stream, LINE);
	assert_int_equal(stream_write(&s), 0);
	check_lines(&o, LINE);
	output_close(&o);
}

/* The first error is reported at the end, however much follows it. */
static void test_full(void **state _unused_)
{
	static const size_t sizes[] = { LINE, STREAM_BUFFER_SIZE + LINE, 5 * STREAM_BUFFER_SIZE };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		_cleanup_(stream_done) struct stream s = { 0 };
		struct output o;
		int r;

		output_open(&o, "/dev/full");
		assert_int_equal(stream_open(&s), 0);
		print_lines(s.stream, sizes[i]);
		r = stream_write(&s);
		output_close(&o);
		assert_row(i, r == -ENOSPC);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small),	   cmocka_unit_test(test_large),
		cmocka_unit_test(test_large_part), cmocka_unit_test(test_reset),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}

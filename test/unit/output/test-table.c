/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/table.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "unit.h"

#define COLUMNS_MAX 5
#define LINES_MAX   20

/* Text of cells; those from WIDE on need the library. */
static const char *const texts[] = { "-",
				     "0x1080000000",
				     "dax0.1000",
				     "hmem",
				     "with spaces",
				     " lead",
				     "trail ",
				     "?",
				     "a,b,c",
				     "~",
				     "Movable",
				     "1.5G",
				     "x",
				     "yes",
				     "4M",
				     "",
				     "\xc3\xa4\xc3\xb6",
				     "\xff",
				     "\t",
				     "\xe4\xb8\xad" };
#define WIDE 15

struct sample {
	size_t n_columns;
	size_t n_lines;
	bool is_right[COLUMNS_MAX];
	const char *headers[COLUMNS_MAX];
	const char *cells[LINES_MAX][COLUMNS_MAX];
	bool headings;
	size_t chunk; /* print after so many lines; 0: at the end */
};

static size_t below(unsigned int *seed, size_t n)
{
	return (size_t)rand_r(seed) % n;
}

/* @wide: one in so many cells is not plain text; 0: none */
static struct sample make_sample(unsigned int *seed, size_t wide)
{
	static const char *const headers[] = { "DEVICE", "SIZE", "A", "TARGET_NODE", "X" };
	struct sample s = { .n_columns = 1 + below(seed, COLUMNS_MAX),
			    .n_lines = below(seed, LINES_MAX),
			    .headings = below(seed, 2),
			    .chunk = below(seed, 3) * 7 };

	for (size_t c = 0; c < s.n_columns; c++) {
		s.is_right[c] = below(seed, 2);
		s.headers[c] = headers[below(seed, ARRAY_SIZE(headers))];
	}
	for (size_t l = 0; l < s.n_lines; l++)
		for (size_t c = 0; c < s.n_columns; c++)
			s.cells[l][c] =
				wide && below(seed, wide) == 0
					? texts[WIDE + below(seed, ARRAY_SIZE(texts) - WIDE)]
					: texts[below(seed, WIDE)];
	return s;
}

static void add_cell(struct table *t, const char *text)
{
	if (*text)
		string_add(table_cell(t), "%s", text);
}

static void measure(struct table *t, const struct sample *s)
{
	for (size_t l = 0; s->chunk && l < s->n_lines; l++)
		for (size_t c = 0; c < s->n_columns; c++) {
			add_cell(t, s->cells[l][c]);
			table_measure(t, c);
		}
}

/* Return: the printed table, allocated. */
static char *print(const struct sample *s, bool library)
{
	_cleanup_(table_free_p) struct table *t = NULL;
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(table_new(&t, TABLE_ALIGNED, s->headings, &error), 0);
	if (library)
		table_force_library(t);
	for (size_t c = 0; c < s->n_columns; c++)
		table_add_column(t, s->headers[c], s->is_right[c] ? TABLE_RIGHT : 0);
	measure(t, s);
	for (size_t l = 0; l < s->n_lines; l++) {
		if (s->chunk && l && l % s->chunk == 0)
			assert_int_equal(table_print(t, out, &error), 0);
		for (size_t c = 0; c < s->n_columns; c++) {
			add_cell(t, s->cells[l][c]);
			table_end_cell(t);
		}
	}
	assert_int_equal(table_print(t, out, &error), 0);
	fclose(out);
	return text;
}

static void compare(size_t wide)
{
	unsigned int seed = 1;

	for (size_t i = 0; i < 2000; i++) {
		struct sample s = make_sample(&seed, wide);
		_cleanup_free_ char *plain = print(&s, false), *library = print(&s, true);

		if (!streq(plain, library))
			fail_msg("row %zu:\n%s\ninstead of\n%s", i, plain, library);
	}
}

static void test_plain(void **state _unused_)
{
	compare(0);
}

/* A table that turns out to need the library, in its first line or late. */
static void test_mixed(void **state _unused_)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	compare(5);
	compare(100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_mixed),
	};

	setenv("LC_ALL", "C.UTF-8", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

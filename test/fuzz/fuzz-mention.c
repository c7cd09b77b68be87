/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a file. The first byte chooses how it is read, the second in how large pieces. What
 * is found in a program must not depend on the pieces, nor on the size of the buffer.
 */
#include "class-scan/match.h"
#include "fuzz.h"

static void read_file(struct matches *m, enum syntax syntax, size_t buffer, const uint8_t *data,
		      size_t n, size_t piece)
{
	fuzz_check(match_init(m, syntax, buffer) == 0);
	while (n) {
		size_t room;
		char *p = match_space(m, &room);

		fuzz_check(room > 0);
		room = room < piece ? room : piece;
		room = room < n ? room : n;
		memcpy(p, data, room);
		data += room;
		n -= room;
		fuzz_check(match_put(m, room) == 0);
	}
	fuzz_check(match_end(m) == 0);
}

static void check(const struct matches *m, size_t n)
{
	for (size_t i = 0; i < m->n; i++) {
		fuzz_check(m->items[i].use < _USE_MAX && m->items[i].text);
		fuzz_check(m->items[i].offset < n);
		fuzz_check((m->items[i].line == 0) == (m->syntax == SYNTAX_PROGRAM));
		fuzz_check(i == 0 || m->items[i - 1].offset <= m->items[i].offset);
	}
	fuzz_check(!m->safe || m->n == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct matches whole, pieces;
	enum syntax syntax;

	if (size < 2)
		return 0;
	syntax = data[0] % _SYNTAX_MAX;
	read_file(&whole, syntax, 64U << 10, data + 2, size - 2, size);
	read_file(&pieces, syntax, MENTIONS_BUFFER_MIN, data + 2, size - 2, data[1] + 1U);
	check(&whole, size - 2);
	check(&pieces, size - 2);
	if (syntax == SYNTAX_PROGRAM) {
		fuzz_check(whole.n == pieces.n && whole.safe == pieces.safe);
		for (size_t i = 0; i < whole.n; i++) {
			fuzz_check(whole.items[i].use == pieces.items[i].use);
			fuzz_check(whole.items[i].offset == pieces.items[i].offset);
			fuzz_check(streq(whole.items[i].text, pieces.items[i].text));
		}
	}
	match_done(&whole);
	match_done(&pieces);
	return 0;
}

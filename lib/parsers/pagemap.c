/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/pagemap.h"

#include <errno.h>

#include "base/parse.h"

/* fs/proc/task_mmu.c */
#define PRESENT	   (UINT64_C(1) << 63)
#define FRAME_BITS ((UINT64_C(1) << 55) - 1)

/* Hexadecimal digits, as many as an address can have. Return: what follows them; NULL. */
static const char *take_address(const char *s, uint64_t *ret)
{
	char digits[17];
	size_t n = strspn(s, "0123456789abcdef");

	if (!n || n >= sizeof(digits))
		return NULL;
	memcpy(digits, s, n);
	digits[n] = '\0';
	return parse_u64(digits, 16, ret) == 0 ? s + n : NULL;
}

int pagemap_parse_start(const char *line, uint64_t *ret)
{
	uint64_t start;
	const char *s = take_address(line, &start);

	if (!s || *s != ' ')
		return -EBADMSG;
	*ret = start;
	return 0;
}

int pagemap_parse_mapping(const char *line, uint64_t *ret_start, uint64_t *ret_end)
{
	uint64_t start, end;
	const char *s = take_address(line, &start);

	if (!s || *s != '-')
		return -EBADMSG;
	s = take_address(s + 1, &end);
	if (!s || *s != ' ' || end < start)
		return -EBADMSG;
	*ret_start = start;
	*ret_end = end;
	return 0;
}

uint64_t pagemap_frame(uint64_t entry)
{
	return entry & PRESENT ? entry & FRAME_BITS : 0;
}

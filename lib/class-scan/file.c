/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/file.h"

#include <elf.h>
#include <errno.h>

#include "io/root.h"

/* So much of a file is read; what is behind it in a script is no script. */
#define PROGRAM_MAX (256UL << 20)
#define TEXT_MAX    (16UL << 20)
/* Of programs above this size only what holds texts is read, which is a third of them. */
#define SMALL_MAX   (4UL << 20)
#define PARTS_MAX   16

/* Bytes from @begin up to @end, not included. */
struct part {
	uint64_t begin, end;
};

/*
 * struct reading - a file that is read
 * @fd: it
 * @at: where its next byte comes from
 * @read: bytes so far
 * @max: bytes at most
 */
struct reading {
	int fd;
	uint64_t at, read, max;
};

/* Put up to @end. @ret_end receives whether the file ends before. */
static int read_until(struct matches *m, struct reading *reading, uint64_t end, bool *ret_end)
{
	*ret_end = false;
	while (reading->at < end && reading->read < reading->max) {
		size_t room, n = 0;
		char *p = match_space(m, &room);
		int r;

		room = end - reading->at < room ? (size_t)(end - reading->at) : room;
		r = root_read_some(reading->fd, p, room, &n);
		if (r < 0)
			return r;
		*ret_end = !n;
		if (!n)
			return 0;
		reading->at += n;
		reading->read += n;
		r = match_put(m, n);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_parts(struct matches *m, struct reading *reading, const struct part *parts,
		      size_t n)
{
	bool end = false;
	int r = 0;

	for (size_t i = 0; r == 0 && !end && i < n; i++) {
		if (parts[i].begin > reading->at) {
			if (lseek(reading->fd, (off_t)parts[i].begin, SEEK_SET) < 0)
				return -errno;
			reading->at = parts[i].begin;
			r = match_jump(m, parts[i].begin);
		}
		if (r == 0)
			r = read_until(m, reading, parts[i].end, &end);
	}
	return r;
}

/*
 * The parts of a large program that are loaded and not run. Return: how many; 0 when that cannot be
 * told, or texts and instructions are loaded as one, as older linkers had it.
 */
static size_t find_parts(const char *head, size_t n, struct part parts[PARTS_MAX])
{
	Elf64_Ehdr elf;
	size_t n_parts = 0;
	bool separate = false;

	if (n < sizeof(elf) || head[EI_CLASS] != ELFCLASS64)
		return 0;
	memcpy(&elf, head, sizeof(elf));
	if (elf.e_phentsize != sizeof(Elf64_Phdr) || elf.e_phoff > n ||
	    elf.e_phnum > (n - elf.e_phoff) / sizeof(Elf64_Phdr))
		return 0;
	for (size_t i = 0; i < elf.e_phnum; i++) {
		uint64_t last = n_parts ? parts[n_parts - 1].end : 0;
		Elf64_Phdr segment;

		memcpy(&segment, head + elf.e_phoff + i * sizeof(segment), sizeof(segment));
		if (segment.p_type != PT_LOAD || segment.p_flags & PF_X || !segment.p_filesz)
			continue;
		if (n_parts == PARTS_MAX || segment.p_offset < last ||
		    segment.p_filesz > INT64_MAX - segment.p_offset)
			return 0;
		separate |= !(segment.p_flags & PF_W);
		parts[n_parts++] =
			(struct part){ segment.p_offset, segment.p_offset + segment.p_filesz };
	}
	return separate ? n_parts : 0;
}

static int read_rest(struct matches *m, struct reading *reading, const char *head, size_t n,
		     uint64_t size)
{
	struct part parts[PARTS_MAX];
	size_t n_parts = 0;

	if (m->syntax == SYNTAX_PROGRAM && size > SMALL_MAX)
		n_parts = find_parts(head, n, parts);
	if (!n_parts)
		parts[n_parts++] = (struct part){ 0, size };
	for (size_t i = 0; i < n_parts; i++)
		parts[i].end = parts[i].end < size ? parts[i].end : size;
	return match_put(m, n) ?: read_parts(m, reading, parts, n_parts);
}

int file_inspect(struct matches *m, const char *path, int fd, const struct stat *st, bool named,
		 enum file_type *ret_kind, uint64_t *ret_read, bool *ret_cut)
{
	mode_t mode = named ? st->st_mode | 0111 : st->st_mode;
	uint64_t size = (uint64_t)st->st_size;
	struct reading reading = { .fd = fd };
	char head[FILE_TYPE_HEAD];
	enum syntax syntax;
	size_t n = 0, room;
	int r;

	r = root_read_some(fd, head, size < sizeof(head) ? (size_t)size : sizeof(head), &n);
	if (r < 0)
		return r;
	match_restart(m, SYNTAX_PROGRAM);
	*ret_read = n;
	*ret_cut = false;
	*ret_kind = file_type_of(path, mode, head, n, &syntax);
	if (*ret_kind == _FILEKIND_MAX)
		return 0;
	match_restart(m, syntax);
	memcpy(match_space(m, &room), head, n);
	reading.at = reading.read = n;
	reading.max = syntax == SYNTAX_PROGRAM ? PROGRAM_MAX : TEXT_MAX;
	r = read_rest(m, &reading, head, n, size) ?: match_end(m);
	*ret_read = reading.read;
	*ret_cut = reading.read >= reading.max && size > reading.at;
	return r;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bare-list flags|files [TREE] - nothing but the system calls that tell which memory blocks are
 * online
 *
 * The list of the blocks, and for each one flag of its pages (`flags`), or its file `state`
 * (`files`). No single-threaded tool that looks at each block can be faster. It prints nothing:
 * time it with stopwatch. TREE is put before the paths.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMORY "/sys/devices/system/memory"

static int open_in(const char *tree, const char *path, int flags)
{
	char name[4096];
	int fd;

	snprintf(name, sizeof(name), "%s%s", tree, path);
	fd = open(name, O_RDONLY | O_CLOEXEC | flags);
	if (fd < 0)
		err(1, "%s", name);
	return fd;
}

/* The size of a block in pages, from the file that has it in bytes. */
static uint64_t block_pages(int memory)
{
	char text[32] = "";
	int fd = openat(memory, "block_size_bytes", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		err(1, "block_size_bytes");
	close(fd);
	return strtoull(text, NULL, 16) / (uint64_t)sysconf(_SC_PAGESIZE);
}

static void read_flag(int flags, uint64_t page)
{
	uint64_t flag;

	if (pread(flags, &flag, sizeof(flag), (off_t)(page * sizeof(flag))) < 0)
		err(1, "page %" PRIu64, page);
}

static void read_state(int memory, const char *block)
{
	char path[300], state[32];
	int fd;

	snprintf(path, sizeof(path), "%s/state", block);
	fd = openat(memory, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, state, sizeof(state)) < 0)
		err(1, "%s", path);
	close(fd);
}

int main(int argc, char **argv)
{
	const char *tree = argc > 2 ? argv[2] : "";
	const struct dirent *entry;
	int memory, flags = -1;
	uint64_t pages, id;
	DIR *dir;

	if (argc < 2)
		errx(2, "usage: bare-list flags|files [TREE]");
	memory = open_in(tree, MEMORY, O_DIRECTORY);
	pages = block_pages(memory);
	if (strcmp(argv[1], "flags") == 0)
		flags = open_in(tree, "/proc/kpageflags", 0);
	dir = fdopendir(memory);
	if (!dir)
		err(1, "%s", MEMORY);
	while ((entry = readdir(dir))) {
		if (sscanf(entry->d_name, "memory%" SCNu64, &id) != 1)
			continue;
		if (flags >= 0)
			read_flag(flags, id * pages + pages - 1);
		else
			read_state(memory, entry->d_name);
	}
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pattern write|check DEVICE SEED: writes a pattern to a devdax device, from its first byte to
 * its last, or checks it. Only every 16th page has a word at its beginning and its end, which
 * depends on its number and the seed: a page that is written takes memory of the host.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define PAGE 4096UL
#define STEP 16

static uint64_t size_of(const char *device)
{
	char path[64];
	struct stat st;
	uint64_t size;
	FILE *file;

	if (stat(device, &st) < 0)
		err(1, "%s", device);
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/size", major(st.st_rdev),
		 minor(st.st_rdev));
	file = fopen(path, "re");
	if (!file || fscanf(file, "%ju", &size) != 1)
		err(1, "%s", path);
	fclose(file);
	return size;
}

static uint64_t word(uint64_t page, uint64_t seed)
{
	return (page + 1) * 0x9e3779b97f4a7c15u ^ seed;
}

int main(int argc, char **argv)
{
	uint64_t size, seed, *memory;
	int fd;

	if (argc != 4 || (strcmp(argv[1], "write") && strcmp(argv[1], "check")))
		errx(2, "usage: pattern write|check DEVICE SEED");
	size = size_of(argv[2]);
	seed = strtoull(argv[3], NULL, 0);
	fd = open(argv[2], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", argv[2]);
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		err(1, "mmap");
	for (uint64_t page = 0; page < size / PAGE; page += STEP) {
		uint64_t *first = memory + page * (PAGE / sizeof(*memory));
		uint64_t *last = first + PAGE / sizeof(*memory) - 1;

		if (strcmp(argv[1], "write") == 0)
			*first = *last = word(page, seed);
		else if (*first != word(page, seed) || *last != word(page, seed))
			errx(1, "page %ju of %ju is not what was written", page, size / PAGE);
	}
	return 0;
}

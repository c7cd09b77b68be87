/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * map-device DEVICE: maps the first 2 MiB of a devdax device, or 1 GiB if its alignment is 1 GiB,
 * closes it, prints "mapped" and waits for a signal. No descriptor shows then that the process uses
 * the device.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static const size_t lengths[] = { 2UL << 20, 1UL << 30 };

int main(int argc, char **argv)
{
	volatile char *memory = MAP_FAILED;
	int fd;

	if (argc != 2)
		errx(2, "usage: map-device DEVICE");
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", argv[1]);
	for (size_t i = 0; memory == MAP_FAILED && i < sizeof(lengths) / sizeof(lengths[0]); i++)
		memory = mmap(NULL, lengths[i], PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		err(1, "mmap");
	close(fd);
	memory[0] = 1;
	puts("mapped");
	fflush(stdout);
	pause();
	return 0;
}

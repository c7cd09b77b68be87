/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * map-device DEVICE [uring]: maps the first 2 MiB of a devdax device, or 1 GiB if its alignment is
 * 1 GiB, closes it, prints "mapped" and waits for a signal. No descriptor shows then that the
 * process uses the device. With "uring", a page of it becomes a fixed buffer of io_uring, and is
 * unmapped: no mapping shows it either.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static const size_t lengths[] = { 2UL << 20, 1UL << 30 };

static void hold_by_ring(void *memory)
{
	const struct iovec buffer = { .iov_base = memory,
				      .iov_len = (size_t)sysconf(_SC_PAGESIZE) };
	struct io_uring_params params = { 0 };
	long ring = syscall(SYS_io_uring_setup, 1, &params);

	if (ring < 0)
		err(1, "io_uring_setup");
	if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &buffer, 1) < 0)
		err(1, "io_uring_register");
}

int main(int argc, char **argv)
{
	volatile char *memory = MAP_FAILED;
	size_t length = 0;
	int fd;

	if (argc < 2 || argc > 3 || (argc == 3 && strcmp(argv[2], "uring") != 0))
		errx(2, "usage: map-device DEVICE [uring]");
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", argv[1]);
	for (size_t i = 0; memory == MAP_FAILED && i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		length = lengths[i];
		memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	}
	if (memory == MAP_FAILED)
		err(1, "mmap");
	close(fd);
	memory[0] = 1;
	if (argc == 3) {
		hold_by_ring((void *)memory);
		munmap((void *)memory, length);
	}
	puts("mapped");
	fflush(stdout);
	pause();
	return 0;
}

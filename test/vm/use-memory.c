/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * use-memory NODE pin|held|fill|pipes|cache|churn MIB: uses memory of a node, prints "ready" and
 * waits for a signal.
 *
 *   pin    a page that cannot move, because a pipe holds it (vmsplice), and MIB of other memory
 *   held   the same, of which only the pipe knows: the process has unmapped it
 *   fill   MIB of memory
 *   pipes  MIB of memory in pipes, which the kernel allocates
 *   cache  MIB of a file "data" in the current directory, which is written to disk
 *   churn  MIB of memory, again and again
 */
#include <err.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MIB	  (1UL << 20)
#define NODES_MAX (8 * sizeof(unsigned long))

/* Before anything else allocates memory: what is there already stays where it is. */
static void prefer_node(unsigned int node)
{
	unsigned long nodes = 1UL << node;

	if (syscall(SYS_set_mempolicy, MPOL_PREFERRED, &nodes, NODES_MAX) < 0)
		err(1, "set_mempolicy");
}

static void *fill(size_t length)
{
	void *memory =
		mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		err(1, "mmap");
	/* Page by page: a huge page moves at once. */
	madvise(memory, length, MADV_NOHUGEPAGE);
	memset(memory, 1, length);
	return memory;
}

/* The page stays mapped, so that the process shows in numa_maps. */
static void pin_page(int keep)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct iovec vector = { .iov_len = page };
	int fds[2];

	vector.iov_base = fill(page);
	if (pipe2(fds, O_CLOEXEC) < 0)
		err(1, "pipe");
	if (vmsplice(fds[1], &vector, 1, 0) != (ssize_t)page)
		err(1, "vmsplice");
	if (!keep)
		munmap(vector.iov_base, page);
}

static void fill_pipe(void)
{
	static char data[MIB];
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		err(1, "pipe");
	if (fcntl(fds[1], F_SETPIPE_SZ, MIB) < 0)
		err(1, "F_SETPIPE_SZ");
	if (write(fds[1], data, MIB) != (ssize_t)MIB)
		err(1, "write");
}

static void fill_pipes(size_t n)
{
	struct rlimit limit = { .rlim_cur = 4096, .rlim_max = 4096 };

	setrlimit(RLIMIT_NOFILE, &limit);
	for (size_t i = 0; i < n; i++)
		fill_pipe();
}

/* What is written is in the cache of files, and clean once it is on the disk. */
static void fill_cache(size_t mib)
{
	static char data[MIB];
	int fd = open("data", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	for (size_t i = 0; i < mib; i++)
		if (write(fd, data, MIB) != (ssize_t)MIB)
			err(1, "write");
	if (fsync(fd) < 0)
		err(1, "fsync");
	close(fd);
}

int main(int argc, char **argv)
{
	size_t mib;

	if (argc != 4)
		errx(2, "usage: use-memory NODE pin|held|fill|pipes|cache|churn MIB");
	prefer_node((unsigned int)atoi(argv[1]));
	mib = strtoul(argv[3], NULL, 10);
	if (strcmp(argv[2], "pipes") == 0)
		fill_pipes(mib);
	else if (strcmp(argv[2], "cache") == 0)
		fill_cache(mib);
	else if (mib)
		fill(mib * MIB);
	if (strcmp(argv[2], "pin") == 0 || strcmp(argv[2], "held") == 0)
		pin_page(strcmp(argv[2], "pin") == 0);
	puts("ready");
	fflush(stdout);
	while (strcmp(argv[2], "churn") == 0)
		munmap(fill(mib * MIB), mib * MIB);
	pause();
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bind-memory POLICY NODES task|thread|mapping|sparse: allocates and frees 1 MiB again and again
 * with a memory policy, which is that of its only thread, of its second thread, or of a mapping.
 * Prints "ready" after the first time, and goes on until a signal comes. POLICY is as in numa_maps:
 * default, prefer, bind, bind=static, bind=relative, interleave, weighted (since Linux 6.9).
 * "sparse" is "task" with page tables of 18 MiB, as a process of 9 GiB has.
 */
#include <err.h>
#include <linux/mempolicy.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LENGTH	  (1UL << 20)
#define SPARSE	  (9UL << 30)
#define TABLE	  (2UL << 20) /* what a page of page tables maps */
#define NODES_MAX (8 * sizeof(unsigned long))
#define WEIGHTED  6 /* MPOL_WEIGHTED_INTERLEAVE, which older headers lack */

static const struct policy {
	const char *name;
	int mode;
} policies[] = {
	{ "default", MPOL_DEFAULT },
	{ "prefer", MPOL_PREFERRED },
	{ "bind", MPOL_BIND },
	{ "bind=static", MPOL_BIND | MPOL_F_STATIC_NODES },
	{ "bind=relative", MPOL_BIND | MPOL_F_RELATIVE_NODES },
	{ "interleave", MPOL_INTERLEAVE },
	{ "weighted", WEIGHTED },
};

static int mode;
static unsigned long nodes;
static int is_mapping;

static int find_mode(const char *name)
{
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
		if (strcmp(policies[i].name, name) == 0)
			return policies[i].mode;
	errx(2, "unknown policy %s", name);
}

/* "0,2" */
static unsigned long parse_nodes(char *list)
{
	unsigned long set = 0;

	for (char *s = strtok(list, ","); s; s = strtok(NULL, ","))
		set |= 1UL << atoi(s);
	return set;
}

static void set_policy(void *memory)
{
	const unsigned long *set = mode == MPOL_DEFAULT ? NULL : &nodes;
	unsigned long n = set ? NODES_MAX : 0;

	if (is_mapping ? syscall(SYS_mbind, memory, LENGTH, mode, set, n, 0) < 0
		       : syscall(SYS_set_mempolicy, mode, set, n) < 0)
		err(1, is_mapping ? "mbind" : "set_mempolicy");
}

static void *allocate(void *argument)
{
	const struct timespec while_free = { .tv_nsec = 10 * 1000000 };
	char *memory =
		mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		err(1, "mmap");
	set_policy(memory);
	for (unsigned long i = 0;; i++) {
		memset(memory, 1, LENGTH);
		if (i == 0) {
			puts("ready");
			fflush(stdout);
		}
		madvise(memory, LENGTH, MADV_DONTNEED);
		nanosleep(&while_free, NULL);
	}
	return argument;
}

static void create_page_tables(void)
{
	char *memory = mmap(NULL, SPARSE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED || madvise(memory, SPARSE, MADV_NOHUGEPAGE) < 0)
		err(1, "mmap");
	for (unsigned long i = 0; i < SPARSE; i += TABLE)
		memory[i] = 1;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc != 4)
		errx(2, "usage: bind-memory POLICY NODES task|thread|mapping|sparse");
	mode = find_mode(argv[1]);
	nodes = parse_nodes(argv[2]);
	is_mapping = strcmp(argv[3], "mapping") == 0;
	if (strcmp(argv[3], "sparse") == 0)
		create_page_tables();
	if (strcmp(argv[3], "thread") != 0)
		allocate(NULL);
	if (pthread_create(&thread, NULL, allocate, NULL) != 0)
		errx(1, "pthread_create");
	pthread_join(thread, NULL);
	return 0;
}

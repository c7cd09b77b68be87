/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crowd N: starts N processes, prints "ready" and waits with them for a signal. They share their
 * memory, so that ten thousand of them fit into a small machine.
 */
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define STACK 4096

static int wait_for_signal(void *data)
{
	(void)data;
	while (pause() < 0)
		;
	return 0;
}

int main(int argc, char **argv)
{
	size_t n = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	char *stacks;

	if (!n)
		errx(2, "usage: crowd N");
	stacks = mmap(NULL, n * STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stacks == MAP_FAILED)
		err(1, "mmap");
	for (size_t i = 1; i <= n; i++)
		if (clone(wait_for_signal, stacks + i * STACK, CLONE_VM | SIGCHLD, NULL) < 0)
			err(1, "clone");
	puts("ready");
	fflush(stdout);
	return wait_for_signal(NULL);
}

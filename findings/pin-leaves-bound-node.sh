#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A long-term pin takes memory away from the node that it is bound to.
#
# Guess, before it was run: the kernel cannot pin memory of zone Movable for
# long. A process that is bound (MPOL_BIND) to a node without any other zone
# gets an error when it registers a buffer with io_uring, or else the kernel
# pins the pages where they are.
#
# Seen: the call succeeds, and every page of the buffer is on another node from
# then on. The kernel moves pages out of zone Movable before it pins them, and
# does not ask the policy where to: numa_maps shows a mapping bound to node 1
# with all of its pages on node 0. They stay there when the process gives the
# buffer back. By its source the kernel pins buffers for RDMA and VFIO in the same
# way; that was not run. So the buffers for fast I/O do not stay in the memory
# that they were put in.
#
# Versions: Linux 6.1.192, 6.12.95, 7.3.4.
#
# Output:
#   6.1: filled: bind:1 N1=256
#   6.1: registered: bind:1 N0=256
#   6.1: unregistered and written again: bind:1 N0=256
#   6.12: filled: bind:1 N1=256
#   6.12: registered: bind:1 N0=256
#   6.12: unregistered and written again: bind:1 N0=256
#   7.3: filled: bind:1 N1=256
#   7.3: registered: bind:1 N0=256
#   7.3: unregistered and written again: bind:1 N0=256

set -euo pipefail
# shellcheck source=machine.bash source-path=SCRIPTDIR
source "$(dirname "$0")/machine.bash"

program() {
	cat <<-'EOF'
	#include <err.h>
	#include <linux/io_uring.h>
	#include <linux/mempolicy.h>
	#include <stdio.h>
	#include <string.h>
	#include <sys/mman.h>
	#include <sys/syscall.h>
	#include <sys/uio.h>
	#include <unistd.h>

	static char *const buffer = (char *)0x10000000000;
	static const size_t size = 1 << 20;

	/* What numa_maps has of the buffer: its policy, and how many pages are on which node. */
	static void show(const char *when)
	{
		char line[1024];
		FILE *f = fopen("/proc/self/numa_maps", "r");

		printf("%s:", when);
		while (f && fgets(line, sizeof(line), f)) {
			if (strncmp(line, "10000000000 ", 12))
				continue;
			for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n"))
				if (!strncmp(word, "bind", 4) || (*word == 'N' && word[1] <= '9'))
					printf(" %s", word);
		}
		puts("");
		if (f)
			fclose(f);
	}

	int main(void)
	{
		struct io_uring_params params = { 0 };
		struct iovec iov = { buffer, size };
		unsigned long nodes = 1 << 1;
		int ring;

		if (syscall(SYS_set_mempolicy, MPOL_BIND, &nodes, 64))
			err(1, "set_mempolicy");
		if (mmap(buffer, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != buffer)
			err(1, "mmap");
		memset(buffer, 1, size);
		show("filled");
		ring = syscall(SYS_io_uring_setup, 4, &params);
		if (ring < 0)
			err(1, "io_uring_setup");
		if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &iov, 1))
			err(1, "io_uring_register");
		show("registered");
		if (syscall(SYS_io_uring_register, ring, IORING_UNREGISTER_BUFFERS, NULL, 0))
			err(1, "io_uring_register");
		memset(buffer, 2, size);
		show("unregistered and written again");
		return 0;
	}
	EOF
}

guest() {
	cat <<-'EOF'
	kmem dax0.0
	set_blocks online_movable $(blocks 1)
	pin
	EOF
}

observe() {
	local kernel
	static_program pin < <(program)
	soft_reserved 1
	for kernel in 6.1 6.12 7.3; do
		guest | run_machine "$kernel" | sed "s/^/$kernel: /"
	done
}

verify observe

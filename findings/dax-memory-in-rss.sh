#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Three kernels, three answers to how much DAX memory a process uses.
#
# Guess, before it was run: memory of /dev/daxX.Y that a process has mapped and
# written counts as resident memory of the process, in all places the same; or,
# as it is the memory of a device, in none.
#
# Seen, with 512 MiB written: 6.1 counts it in the Rss of smaps but not in
# VmRSS, which ps and top show; 6.12 counts it nowhere; 7.3 counts it in both,
# and so in oom_score, by which the kernel chooses whom to kill when memory is
# short. With an upgrade to 7.3 the process with a large DAX mapping becomes the
# one to kill, though its end frees none of that memory. numa_maps, which shows
# the node of every page, shows none for this mapping.
#
# Versions: Linux 6.1.192, 6.12.95, 7.3.4.
#
# Output:
#   6.1: smaps has it, VmRSS has not, oom_score the same, nodes in numa_maps: 0
#   6.12: smaps has not, VmRSS has not, oom_score the same, nodes in numa_maps: 0
#   7.3: smaps has it, VmRSS has it, oom_score higher, nodes in numa_maps: 0

set -euo pipefail
# shellcheck source=machine.bash source-path=SCRIPTDIR
source "$(dirname "$0")/machine.bash"

program() {
	cat <<-'EOF'
	#include <err.h>
	#include <fcntl.h>
	#include <stdio.h>
	#include <string.h>
	#include <sys/mman.h>
	#include <unistd.h>

	int main(void)
	{
		const size_t size = 512 << 20;
		int fd = open("/dev/dax0.0", O_RDWR);
		char *p, c;

		if (fd < 0)
			err(1, "/dev/dax0.0");
		p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (p == MAP_FAILED)
			err(1, "mmap");
		puts("mapped");
		fflush(stdout);
		read(0, &c, 1);
		memset(p, 1, size);
		puts("written");
		fflush(stdout);
		read(0, &c, 1);
		return 0;
	}
	EOF
}

guest() {
	cat <<-'EOF'
	modprobe dax_hmem
	modprobe device_dax
	[ -e $DAX/drivers/device_dax/dax0.0 ] || echo dax0.0 >$DAX/drivers/device_dax/new_id
	mkfifo /run/in /run/out
	use </run/in >/run/out &
	exec 8>/run/in 9</run/out
	# has KB: whether that is the mapping
	has() { if [ ${1:-0} -ge 524288 ]; then echo "has it"; else echo "has not"; fi; }
	read word <&9
	before=$(cat /proc/$!/oom_score)
	echo >&8
	read word <&9
	cat /proc/$!/smaps >/run/smaps
	cat /proc/$!/numa_maps >/run/numa_maps
	after=$(cat /proc/$!/oom_score)
	rss=$(sed -n '/dax0.0/,/VmFlags/ s/^Rss: *\([0-9]*\) kB/\1/p' /run/smaps)
	status=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' /proc/$!/status)
	if [ $after -gt $((before + 50)) ]; then score=higher; else score="the same"; fi
	echo "smaps $(has $rss), VmRSS $(has $status), oom_score $score, nodes in numa_maps: $(grep dax0.0 /run/numa_maps | grep -c " N[0-9]*=")"
	EOF
}

observe() {
	local kernel
	static_program use < <(program)
	soft_reserved 1
	for kernel in 6.1 6.12 7.3; do
		guest | run_machine "$kernel" | sed "s/^/$kernel: /"
	done
}

verify observe

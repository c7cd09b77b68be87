/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bare-switch kmem|devdax DEVICE [hole] - nothing but the kernel's writes of a switch
 *
 * The writes of the same switch, no check, no read-back, no journal: memory blocks from the high
 * end, as the kernel's documentation has it and as scripts do it, or with `hole` in the order of
 * daxbus, so that what is left between the two is the work of daxbus alone. The modules are loaded,
 * the device has one range.
 */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DRIVERS "/sys/bus/dax/drivers/"
#define DEVICES "/sys/bus/dax/devices/"
#define MEMORY	"/sys/devices/system/memory/"

static void put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		err(1, "%s", path);
	close(fd);
}

static void get(const char *path, char *value, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, value, size - 1);

	if (n < 0)
		err(1, "%s", path);
	close(fd);
	value[n] = '\0';
	value[strcspn(value, "\n")] = '\0';
}

static uint64_t number(const char *device, const char *name)
{
	char path[256], value[64];

	snprintf(path, sizeof(path), DEVICES "%s/%s", device, name);
	get(path, value, sizeof(value));
	return strtoull(value, NULL, 0);
}

static void rebind(const char *device, const char *from, const char *to)
{
	char path[256];

	snprintf(path, sizeof(path), DRIVERS "%s/new_id", to);
	put(path, device);
	snprintf(path, sizeof(path), DRIVERS "%s/remove_id", from);
	put(path, device);
	snprintf(path, sizeof(path), DRIVERS "%s/unbind", from);
	put(path, device);
	snprintf(path, sizeof(path), DRIVERS "%s/bind", to);
	put(path, device);
	snprintf(path, sizeof(path), DRIVERS "%s/remove_id", to);
	put(path, device);
}

static void to_kmem(const char *device)
{
	char policy[64];

	get(MEMORY "auto_online_blocks", policy, sizeof(policy));
	put(MEMORY "auto_online_blocks", "online_movable");
	rebind(device, "device_dax", "kmem");
	put(MEMORY "auto_online_blocks", policy);
}

static void take_offline(uint64_t block)
{
	char path[256];

	snprintf(path, sizeof(path), MEMORY "memory%llu/state", (unsigned long long)block);
	put(path, "offline");
}

/* As one, where the kernel has it (7.3), else block by block. */
static void take_away(const char *device, bool hole)
{
	char path[256], value[64];
	uint64_t first, last, size;

	snprintf(path, sizeof(path), DEVICES "%s/state", device);
	if (access(path, F_OK) == 0) {
		put(path, "unplugged");
		return;
	}
	get(MEMORY "block_size_bytes", value, sizeof(value));
	size = strtoull(value, NULL, 16);
	first = (number(device, "mapping0/start") + size - 1) / size;
	last = (number(device, "mapping0/end") + 1) / size;
	hole = hole && last > first + 2;
	if (hole)
		take_offline(first + 1);
	while (last-- > first)
		if (!hole || last != first + 1)
			take_offline(last);
}

int main(int argc, char **argv)
{
	bool hole = argc == 4 && strcmp(argv[3], "hole") == 0;

	if (argc != 3 && !hole)
		errx(2, "usage: bare-switch kmem|devdax DEVICE [hole]");
	if (strcmp(argv[1], "kmem") == 0) {
		to_kmem(argv[2]);
	} else if (strcmp(argv[1], "devdax") == 0) {
		take_away(argv[2], hole);
		rebind(argv[2], "kmem", "device_dax");
	} else {
		errx(2, "no such mode: %s", argv[1]);
	}
	return 0;
}

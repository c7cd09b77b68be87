/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bare-switch kmem|devdax DEVICE [ORDER [ZONE]] - nothing but the kernel's writes of a switch
 *
 * The writes of the same switch, no check, no read-back, no journal. It prints the microseconds
 * that each part takes: "bind N", "online N", "offline N", "unbind N". The modules are loaded, the
 * device has one range.
 *
 * ORDER: inside  the kernel brings the memory online while it binds, or takes it away as a whole
 *                (`state`, Linux 7.3)
 *        up      block by block from the low end
 *        down    block by block from the high end
 *        hole    as daxbus does it: the second block is the first to go offline and the last to
 *                come online
 * Without it: inside to kmem, down to devdax, as scripts do it.
 * ZONE: online_movable (default), online_kernel
 */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DRIVERS "/sys/bus/dax/drivers/"
#define DEVICES "/sys/bus/dax/devices/"
#define MEMORY	"/sys/devices/system/memory/"
#define POLICY	MEMORY "auto_online_blocks"

/* --- files ------------------------------------------------------------------------------------ */

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

/* --- time ------------------------------------------------------------------------------------- */

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void print_since(const char *what, uint64_t begin)
{
	printf("%s %llu\n", what, (unsigned long long)(now() - begin));
}

/* --- drivers ---------------------------------------------------------------------------------- */

static void put_driver(const char *driver, const char *file, const char *device)
{
	char path[256];

	snprintf(path, sizeof(path), DRIVERS "%s/%s", driver, file);
	put(path, device);
}

static void rebind(const char *device, const char *from, const char *to)
{
	uint64_t begin = now();

	put_driver(to, "new_id", device);
	put_driver(from, "remove_id", device);
	put_driver(from, "unbind", device);
	print_since("unbind", begin);
	begin = now();
	put_driver(to, "bind", device);
	put_driver(to, "remove_id", device);
	print_since("bind", begin);
}

/* --- memory blocks ---------------------------------------------------------------------------- */

struct blocks {
	uint64_t first;
	uint64_t n;
};

static struct blocks find_blocks(const char *device)
{
	uint64_t size, end;
	struct blocks b;
	char value[64];

	get(MEMORY "block_size_bytes", value, sizeof(value));
	size = strtoull(value, NULL, 16);
	b.first = (number(device, "mapping0/start") + size - 1) / size;
	end = (number(device, "mapping0/end") + 1) / size;
	b.n = end > b.first ? end - b.first : 0;
	return b;
}

/* Which block is the @i-th to go offline. */
static uint64_t nth(const char *order, uint64_t i, uint64_t n)
{
	if (strcmp(order, "up") == 0)
		return i;
	if (strcmp(order, "hole") == 0 && n > 1)
		return i == 0 ? 1 : i < n - 1 ? n - i : 0;
	return n - 1 - i;
}

static void put_block(uint64_t block, const char *word)
{
	char path[256];

	snprintf(path, sizeof(path), MEMORY "memory%llu/state", (unsigned long long)block);
	put(path, word);
}

static void bring_online(const char *device, const char *order, const char *word)
{
	struct blocks b = find_blocks(device);
	uint64_t begin = now();

	for (uint64_t i = 0; i < b.n; i++)
		/* The hole is last, so this order is the other's reverse. */
		put_block(b.first + (strcmp(order, "hole") == 0 ? nth(order, b.n - 1 - i, b.n)
								: nth(order, i, b.n)),
			  word);
	print_since("online", begin);
}

static void take_offline(const char *device, const char *order)
{
	struct blocks b = find_blocks(device);
	uint64_t begin = now();

	for (uint64_t i = 0; i < b.n; i++)
		put_block(b.first + nth(order, i, b.n), "offline");
	print_since("offline", begin);
}

/* As one, by the kernel. */
static void unplug(const char *device)
{
	uint64_t begin = now();
	char path[256];

	snprintf(path, sizeof(path), DEVICES "%s/state", device);
	put(path, "unplugged");
	print_since("offline", begin);
}

/* --- switches --------------------------------------------------------------------------------- */

static void to_kmem(const char *device, const char *order, const char *word)
{
	bool inside = strcmp(order, "inside") == 0;
	char policy[64];

	get(POLICY, policy, sizeof(policy));
	put(POLICY, inside ? word : "offline");
	rebind(device, "device_dax", "kmem");
	if (!inside)
		bring_online(device, order, word);
	put(POLICY, policy);
}

static void to_devdax(const char *device, const char *order)
{
	if (strcmp(order, "inside") == 0)
		unplug(device);
	else
		take_offline(device, order);
	rebind(device, "kmem", "device_dax");
}

static bool is_order(const char *word)
{
	return strcmp(word, "inside") == 0 || strcmp(word, "up") == 0 ||
	       strcmp(word, "down") == 0 || strcmp(word, "hole") == 0;
}

int main(int argc, char **argv)
{
	const char *word = argc > 4 ? argv[4] : "online_movable";

	if (argc < 3 || argc > 5 || (argc > 3 && !is_order(argv[3])))
		errx(2, "usage: bare-switch kmem|devdax DEVICE [inside|up|down|hole [ZONE]]");
	if (strcmp(argv[1], "kmem") == 0)
		to_kmem(argv[2], argc > 3 ? argv[3] : "inside", word);
	else if (strcmp(argv[1], "devdax") == 0)
		to_devdax(argv[2], argc > 3 ? argv[3] : "down");
	else
		errx(2, "no such mode: %s", argv[1]);
	return 0;
}

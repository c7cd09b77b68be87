/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * make-tree - a simulated machine with large device-dax memory, as a directory
 *
 * Writes what Linux 6.1 shows in /sys, /proc and /dev of devices in kmem that share one NUMA node,
 * or of devices in devdax mode that share one region, as far as daxbus, daxctl and lsmem look at
 * it: nobody has eight terabytes to test with. Its user is test/bench/in-tree.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_SIZE   (128ULL << 20)
#define PAGE_SIZE    4096
#define BLOCK_PAGES  (BLOCK_SIZE / PAGE_SIZE)
/* Memory that is nobody's device: 2 GiB on node 0, as the machines of test/vm have. */
#define PLAIN_BLOCKS 16
/* Where devices begin, on node 1. */
#define DAX_START    (1ULL << 32)
#define DAX_MAJOR    252
#define DEVICES_MAX  100000
#define BLOCKS_MAX   (1ULL << 24)

enum variant {
	WHOLE,	   /* all blocks of all devices are online in zone Movable */
	SHARED,	   /* the same, and a block of the node is no device's */
	MIXED,	   /* the last two blocks of each device are offline */
	SCATTERED, /* every other block is offline */
};

#define MIXED_OFFLINE 2

static struct {
	uint64_t devices;
	uint64_t device_size;
	enum variant variant;
	bool page_flags;
	bool devdax; /* the devices share a region, and are in devdax mode */
	int root;
} tree = { .devices = 8, .device_size = 1ULL << 40 };

static uint64_t device_blocks(void)
{
	return tree.device_size / BLOCK_SIZE;
}

static uint64_t dax_blocks(void)
{
	return tree.devdax ? 0 : tree.devices * device_blocks();
}

/* Blocks of node 1. */
static uint64_t node_blocks(void)
{
	return dax_blocks() + (tree.variant == SHARED);
}

/* Whether block @i of node 1 is offline, counted from the first. */
static bool is_offline(uint64_t i)
{
	if (tree.variant == MIXED)
		return i % device_blocks() >= device_blocks() - MIXED_OFFLINE;
	return tree.variant == SCATTERED && i % 2;
}

/* --- writing
 * ------------------------------------------------------------------------------------------------------
 */

static char path[4096];

static void __attribute__((format(printf, 1, 0))) set_path(const char *format, va_list args)
{
	int n = vsnprintf(path, sizeof(path), format, args);

	if (n < 0 || (size_t)n >= sizeof(path))
		errx(1, "path too long");
}

/* Creates the directories above @path that do not exist. */
static void make_parents(void)
{
	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdirat(tree.root, path, 0755) < 0 && errno != EEXIST)
			err(1, "%s", path);
		*slash = '/';
	}
}

/* A path is "sys/...", relative to the tree. */
static void __attribute__((format(printf, 1, 2))) directory(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_path(format, args);
	va_end(args);
	strcat(path, "/");
	make_parents();
}

static void write_at(int dir, const char *name, const char *content)
{
	size_t length = strlen(content);
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, content, length) != (ssize_t)length || close(fd) < 0)
		err(1, "%s", name);
}

static void __attribute__((format(printf, 2, 3))) file(const char *content, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_path(format, args);
	va_end(args);
	make_parents();
	write_at(tree.root, path, content);
}

static void __attribute__((format(printf, 2, 3))) file_u64(uint64_t value, const char *format, ...)
{
	char content[sizeof("18446744073709551615\n")];
	va_list args;

	snprintf(content, sizeof(content), "%" PRIu64 "\n", value);
	va_start(args, format);
	set_path(format, args);
	va_end(args);
	make_parents();
	write_at(tree.root, path, content);
}

static void __attribute__((format(printf, 2, 3))) file_hex(uint64_t value, const char *format, ...)
{
	char content[sizeof("0xffffffffffffffff\n")];
	va_list args;

	snprintf(content, sizeof(content), "%#" PRIx64 "\n", value);
	va_start(args, format);
	set_path(format, args);
	va_end(args);
	make_parents();
	/* printf's # puts no 0x before a zero, the kernel does */
	write_at(tree.root, path, value ? content : "0x0\n");
}

static void symlink_at(int dir, const char *name, const char *target)
{
	if (symlinkat(target, dir, name) < 0)
		err(1, "%s", name);
}

static void __attribute__((format(printf, 2, 3)))
symlink_to(const char *target, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_path(format, args);
	va_end(args);
	make_parents();
	symlink_at(tree.root, path, target);
}

static int open_directory(const char *name)
{
	int fd = openat(tree.root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", name);
	return fd;
}

/* --- memory blocks
 * ------------------------------------------------------------------------------------------------
 */

/*
 * What no tool reads of every block is one file with many names: a file of its own takes more than
 * a page of memory, and the time to get it. @like is the directory of a block that has the same
 * content, or -1.
 */
static void write_alike(int dir, int like, const char *name, const char *content)
{
	/* File systems on a disk have a limit on the names of a file. */
	if (like >= 0 && linkat(like, name, dir, name, 0) == 0)
		return;
	write_at(dir, name, content);
}

static void fill_block(int dir, uint64_t id, const char *zones, bool online)
{
	static int likes[2] = { -1, -1 };
	char text[64];

	snprintf(text, sizeof(text), "%08" PRIx64 "\n", id);
	write_at(dir, "phys_index", text);
	write_at(dir, "state", online ? "online\n" : "offline\n");
	snprintf(text, sizeof(text), "%s\n", zones);
	write_at(dir, "valid_zones", text);
	write_alike(dir, likes[online], "removable", "1\n");
	write_alike(dir, likes[online], "online", online ? "1\n" : "0\n");
	write_alike(dir, likes[online], "phys_device", "0\n");
	if (likes[online] < 0)
		likes[online] = dup(dir);
}

static void make_block(int memory, uint64_t id, const char *zones, unsigned int node)
{
	char name[sizeof("memory18446744073709551615")], target[64], link[sizeof("node4294967295")];
	int dir;

	snprintf(name, sizeof(name), "memory%" PRIu64, id);
	if (mkdirat(memory, name, 0755) < 0)
		err(1, "%s", name);
	dir = openat(memory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		err(1, "%s", name);
	fill_block(dir, id, zones, !strchr(zones, ' '));
	snprintf(link, sizeof(link), "node%u", node);
	snprintf(target, sizeof(target), "../../node/%s", link);
	symlink_at(dir, link, target);
	close(dir);
}

static void link_block(int node, uint64_t id)
{
	char name[sizeof("memory18446744073709551615")], target[64];

	snprintf(name, sizeof(name), "memory%" PRIu64, id);
	snprintf(target, sizeof(target), "../../memory/%s", name);
	symlink_at(node, name, target);
}

/*
 * A tmpfs lists a directory in the order of creation, a sysfs by a hash of the names, which is no
 * order at all. Who stops at the first offline block should not meet it first or last: make the
 * links in a scattered order. 40503 is prime, so that the steps visit each of 2^n places once.
 */
static void link_blocks(int node, uint64_t first, uint64_t n)
{
	uint64_t places = 1;

	while (places < n)
		places *= 2;
	for (uint64_t i = 0; i < places; i++) {
		uint64_t place = i * 40503 % places;

		if (place < n)
			link_block(node, first + place);
	}
}

static void make_blocks(void)
{
	uint64_t first = DAX_START / BLOCK_SIZE, n = node_blocks();
	int memory, node0, node1;

	file("8000000\n", "sys/devices/system/memory/block_size_bytes");
	file("offline\n", "sys/devices/system/memory/auto_online_blocks");
	directory("sys/devices/system/node/node0");
	directory("sys/devices/system/node/node1");
	memory = open_directory("sys/devices/system/memory");
	node0 = open_directory("sys/devices/system/node/node0");
	node1 = open_directory("sys/devices/system/node/node1");
	for (uint64_t i = 0; i < PLAIN_BLOCKS; i++)
		make_block(memory, i, "DMA32", 0);
	for (uint64_t i = 0; i < n; i++)
		make_block(memory, first + i, is_offline(i) ? "Normal Movable" : "Movable", 1);
	link_blocks(node0, 0, PLAIN_BLOCKS);
	link_blocks(node1, first, n);
	close(memory);
	close(node0);
	close(node1);
}

static void make_nodes(void)
{
	static const char *const lists[][2] = {
		{ "online", "0-1\n" },
		{ "possible", "0-1\n" },
		{ "has_cpu", "0\n" },
		{ "has_memory", "0-1\n" },
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		file(lists[i][1], "sys/devices/system/node/%s", lists[i][0]);
	file("10 20\n", "sys/devices/system/node/node0/distance");
	file("20 10\n", "sys/devices/system/node/node1/distance");
}

static void print_zone(FILE *out, unsigned int node, const char *zone, uint64_t start,
		       uint64_t spanned, uint64_t pages)
{
	fprintf(out, "Node %u, zone %8s\n  pages free     %" PRIu64 "\n", node, zone, pages);
	fputs("        boost    0\n        min      0\n        low      0\n        high     0\n",
	      out);
	fprintf(out,
		"        spanned  %" PRIu64 "\n        present  %" PRIu64
		"\n        managed  %" PRIu64 "\n",
		spanned, pages, pages);
	fputs("        cma      0\n        protection: (0, 0, 0, 0, 0)\n", out);
	if (pages)
		fprintf(out, "  start_pfn:           %" PRIu64 "\n", start);
}

static void print_empty_zone(FILE *out, unsigned int node, const char *zone)
{
	print_zone(out, node, zone, 0, 0, 0);
}

static void make_zoneinfo(void)
{
	uint64_t online = 0, spanned = 0;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		err(1, "zoneinfo");
	for (uint64_t i = 0; i < node_blocks(); i++) {
		if (is_offline(i))
			continue;
		online++;
		spanned = i + 1;
	}
	print_empty_zone(out, 0, "DMA");
	print_zone(out, 0, "DMA32", 0, PLAIN_BLOCKS * BLOCK_PAGES, PLAIN_BLOCKS * BLOCK_PAGES);
	print_empty_zone(out, 0, "Normal");
	print_empty_zone(out, 0, "Movable");
	print_empty_zone(out, 0, "Device");
	print_empty_zone(out, 1, "DMA");
	print_empty_zone(out, 1, "DMA32");
	print_empty_zone(out, 1, "Normal");
	print_zone(out, 1, "Movable", DAX_START / PAGE_SIZE, spanned * BLOCK_PAGES,
		   online * BLOCK_PAGES);
	print_empty_zone(out, 1, "Device");
	if (fclose(out) != 0)
		err(1, "zoneinfo");
	file(text, "proc/zoneinfo");
	free(text);
}

/*
 * What kernels up to 6.12 say: a flag for the pages of a block that is offline, here for its last
 * one. Other pages have no flags, and are holes of the file.
 */
static void make_page_flags(void)
{
	static const uint64_t nopage = 1ULL << 20;
	uint64_t first = DAX_START / BLOCK_SIZE, n = node_blocks();
	int fd;

	file("", "proc/kpageflags");
	fd = openat(tree.root, "proc/kpageflags", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || ftruncate(fd, (off_t)((first + n) * BLOCK_PAGES * sizeof(nopage))) < 0)
		err(1, "kpageflags");
	for (uint64_t i = 0; i < n; i++) {
		uint64_t page = (first + i + 1) * BLOCK_PAGES - 1;

		if (is_offline(i) && pwrite(fd, &nopage, sizeof(nopage),
					    (off_t)(page * sizeof(nopage))) != sizeof(nopage))
			err(1, "kpageflags");
	}
	close(fd);
}

/* --- devices
 * ------------------------------------------------------------------------------------------------------
 */

static void make_region(uint64_t n, uint64_t size)
{
	symlink_to("../../../bus/platform", "sys/devices/platform/hmem.%" PRIu64 "/subsystem", n);
	file_u64(n, "sys/devices/platform/hmem.%" PRIu64 "/dax_region/id", n);
	file_u64(size, "sys/devices/platform/hmem.%" PRIu64 "/dax_region/size", n);
	file_u64(2 << 20, "sys/devices/platform/hmem.%" PRIu64 "/dax_region/align", n);
	file_u64(0, "sys/devices/platform/hmem.%" PRIu64 "/dax_region/available_size", n);
	file("", "sys/devices/platform/hmem.%" PRIu64 "/dax_region/create", n);
	file("\n", "sys/devices/platform/hmem.%" PRIu64 "/dax_region/seed", n);
}

/* A region for each device in kmem mode, and one for all in devdax mode. */
static void make_regions(void)
{
	if (tree.devdax && tree.devices)
		make_region(0, tree.devices * tree.device_size);
	for (uint64_t n = 0; n < tree.devices && !tree.devdax; n++)
		make_region(n, tree.device_size);
}

/* Device @n: its name, its region and its driver. */
struct names {
	char device[64];
	char at[128]; /* relative to the tree's /sys */
	const char *driver;
};

static struct names names_of(uint64_t n)
{
	uint64_t region = tree.devdax ? 0 : n, instance = tree.devdax ? n : 0;
	struct names names = { .driver = tree.devdax ? "device_dax" : "kmem" };

	snprintf(names.device, sizeof(names.device), "dax%" PRIu64 ".%" PRIu64, region, instance);
	snprintf(names.at, sizeof(names.at), "devices/platform/hmem.%" PRIu64 "/%s", region,
		 names.device);
	return names;
}

/* The links to it: of its driver, of the bus, by its number, and its file in /dev. */
static void link_device(uint64_t n, const struct names *names)
{
	char text[256];

	snprintf(text, sizeof(text), "../../../../bus/dax/drivers/%s", names->driver);
	symlink_to("../../../../bus/dax", "sys/%s/subsystem", names->at);
	symlink_to(text, "sys/%s/driver", names->at);
	snprintf(text, sizeof(text), "../../../../%s", names->at);
	symlink_to(text, "sys/bus/dax/drivers/%s/%s", names->driver, names->device);
	snprintf(text, sizeof(text), "../../../%s", names->at);
	symlink_to(text, "sys/bus/dax/devices/%s", names->device);
	snprintf(text, sizeof(text), "../../%s", names->at);
	symlink_to(text, "sys/dev/char/%d:%" PRIu64, DAX_MAJOR, n);
	/*
	 * daxctl wants the node in /dev, and looks the device up by its number. Not everybody may
	 * make a character device; a plain file has the number 0:0, and what daxctl wants to know
	 * there is the same for every device.
	 */
	file("", "dev/%s", names->device);
	if (n == 0)
		symlink_to(text, "sys/dev/char/0:0");
}

static void make_device(uint64_t n)
{
	uint64_t size = tree.device_size, start = DAX_START + n * size;
	const struct names names = names_of(n);
	char text[256];

	file_u64(size, "sys/%s/size", names.at);
	file_u64(2 << 20, "sys/%s/align", names.at);
	file_u64(1, "sys/%s/target_node", names.at);
	file_u64(0, "sys/%s/numa_node", names.at);
	file_hex(start, "sys/%s/resource", names.at);
	file_hex(start, "sys/%s/mapping0/start", names.at);
	file_hex(start + size - 1, "sys/%s/mapping0/end", names.at);
	file_hex(0, "sys/%s/mapping0/page_offset", names.at);
	file("", "sys/%s/mapping", names.at);
	file("dax:t0\n", "sys/%s/modalias", names.at);
	snprintf(text, sizeof(text), "%d:%" PRIu64 "\n", DAX_MAJOR, n);
	file(text, "sys/%s/dev", names.at);
	snprintf(text, sizeof(text),
		 "MAJOR=%d\nMINOR=%" PRIu64 "\nDEVNAME=%s\nDRIVER=%s\nMODALIAS=dax:t0\n", DAX_MAJOR,
		 n, names.device, names.driver);
	file(text, "sys/%s/uevent", names.at);
	link_device(n, &names);
}

/* Of kernel 6.1, whose hmem driver has an entry of its own outermost. */
static void print_region(FILE *out, uint64_t n, uint64_t start, uint64_t size)
{
	uint64_t end = start + size - 1;

	fprintf(out, "%" PRIx64 "-%" PRIx64 " : hmem.%" PRIu64 "\n", start, end, n);
	fprintf(out, "  %" PRIx64 "-%" PRIx64 " : Soft Reserved\n", start, end);
}

static void print_device(FILE *out, uint64_t n)
{
	uint64_t start = DAX_START + n * tree.device_size, end = start + tree.device_size - 1;

	if (!tree.devdax)
		print_region(out, n, start, tree.device_size);
	fprintf(out, "    %" PRIx64 "-%" PRIx64 " : %s\n", start, end, names_of(n).device);
	if (!tree.devdax)
		fprintf(out, "      %" PRIx64 "-%" PRIx64 " : System RAM (kmem)\n", start, end);
}

static void make_iomem(void)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		err(1, "iomem");
	fprintf(out, "00000000-%08llx : System RAM\n", PLAIN_BLOCKS * BLOCK_SIZE - 1);
	if (tree.devdax && tree.devices)
		print_region(out, 0, DAX_START, tree.devices * tree.device_size);
	for (uint64_t n = 0; n < tree.devices; n++)
		print_device(out, n);
	if (fclose(out) != 0)
		err(1, "iomem");
	file(text, "proc/iomem");
	free(text);
}

static void make_everything(void)
{
	directory("sys/bus/dax/devices");
	directory("sys/bus/dax/drivers/kmem");
	directory("sys/bus/dax/drivers/device_dax");
	directory("sys/bus/platform");
	directory("dev");
	file("6.1.0\n", "proc/sys/kernel/osrelease");
	file("N\n", "sys/module/memory_hotplug/parameters/memmap_on_memory");
	file_u64(PAGE_SIZE, "page_size");
	make_regions();
	for (uint64_t n = 0; n < tree.devices; n++)
		make_device(n);
	make_blocks();
	make_nodes();
	make_zoneinfo();
	if (tree.page_flags)
		make_page_flags();
	make_iomem();
}

/* --- command line
 * -------------------------------------------------------------------------------------------------
 */

static void __attribute__((noreturn)) usage(void)
{
	errx(2,
	     "usage: make-tree [--devices=N] [--size=N{M,G,T}] [--blocks=whole|shared|mixed|scattered] [--page-flags] [--devdax] DIRECTORY");
}

static uint64_t parse_number(const char *text, bool is_size)
{
	static const char units[] = "MGT";
	char *end;
	uint64_t value;
	const char *unit;

	if (!isdigit((unsigned char)*text))
		usage();
	errno = 0;
	value = strtoull(text, &end, 10);
	unit = is_size && *end ? strchr(units, *end++) : NULL;
	if (errno || *end || !unit != !is_size || value > BLOCKS_MAX)
		usage();
	return unit ? value << (20 + 10 * (unit - units)) : value;
}

static enum variant parse_variant(const char *text)
{
	static const char *const names[] = {
		[WHOLE] = "whole",
		[SHARED] = "shared",
		[MIXED] = "mixed",
		[SCATTERED] = "scattered",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(text, names[i]))
			return (enum variant)i;
	usage();
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "devices", required_argument, NULL, 'd' },
		{ "size", required_argument, NULL, 's' },
		{ "blocks", required_argument, NULL, 'b' },
		{ "page-flags", no_argument, NULL, 'p' },
		{ "devdax", no_argument, NULL, 'x' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'd')
			tree.devices = parse_number(optarg, false);
		else if (option == 's')
			tree.device_size = parse_number(optarg, true);
		else if (option == 'b')
			tree.variant = parse_variant(optarg);
		else if (option == 'p')
			tree.page_flags = true;
		else if (option == 'x')
			tree.devdax = true;
		else
			usage();
	}
	if (optind + 1 != argc)
		usage();
	if (tree.devices > DEVICES_MAX || device_blocks() > BLOCKS_MAX || dax_blocks() > BLOCKS_MAX)
		errx(2, "at most %d devices, and %llu blocks of 128 MiB", DEVICES_MAX, BLOCKS_MAX);
	if (!tree.devdax && (device_blocks() <= MIXED_OFFLINE || tree.device_size % BLOCK_SIZE))
		errx(2, "a device in kmem mode has more than %d whole blocks of 128 MiB",
		     MIXED_OFFLINE);
	tree.root = open(argv[optind], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tree.root < 0)
		err(1, "%s", argv[optind]);
	umask(022);
	make_everything();
	return 0;
}

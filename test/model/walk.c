/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "walk.h"

#include <stdlib.h>

#include "kernel.h"

/* dax0.0 and dax1.0 */
#define DEVICES	    2

#define VALUES(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Right ones first; D stands for the number of a device. */
static const char *const names[] = { "daxD.0", "daxD.0", "daxD.0",  "daxD.0",	"daxD.0", "daxD.0",
				     "daxD.0", "daxD.0", "daxD.0",  "daxD.0\n", "daxD.7", "dax7.0",
				     "foo",    "dax0",	 "dax00.0", "DAX0.0",	NULL };

/*
 * Files, of which B is the number of a memory block, and their values, as trace_parse() reads them.
 * @weight: how often it is chosen.
 */
static const struct {
	unsigned int weight;
	const char *file;
	const char *const *values;
} writes[] = {
	{ 10, "bus/drivers/kmem/bind", names },
	{ 6, "bus/drivers/device_dax/bind", names },
	{ 8, "bus/drivers/kmem/unbind", names },
	{ 6, "bus/drivers/device_dax/unbind", names },
	{ 2, "bus/drivers/kmem/new_id", names },
	{ 2, "bus/drivers/device_dax/new_id", names },
	{ 2, "bus/drivers/kmem/remove_id", names },
	{ 2, "bus/drivers/device_dax/remove_id", names },
	{ 3, "bus/drivers_probe", names },
	{ 2, "bus/drivers_autoprobe", VALUES("0", "1", "0\n", "2", "yes") },
	{ 6, "memory/auto_online_blocks",
	  VALUES("offline", "online", "online_kernel", "online_movable", "unplugged", "foo",
		 "offline\n") },
	{ 16, "memory/memoryB/state",
	  VALUES("offline", "offline", "online", "online_movable", "online_movable",
		 "online_kernel", "unplugged", "foo", "offline\n") },
	{ 5, "memory/memoryB/online", VALUES("0", "1", "y", "off", "2", "foo", "0\n") },
	{ 6, "hmem.D/daxD.0/state",
	  VALUES("unplugged", "unplugged", "online_movable", "online", "online_kernel", "offline",
		 "foo", "unplugged\n") },
	{ 3, "hmem.D/daxD.0/size",
	  VALUES("536870912", "0x20000000", "536870912\n", "1073741824", "foo", "4096",
		 "18446744073709551616", "-2097152", "02000", "+536870912") },
	{ 3, "hmem.D/daxD.0/align",
	  VALUES("2097152", "0x200000\n", "1073741824", "foo", "3", "-1", "0") },
	{ 3, "hmem.D/daxD.0/mapping",
	  VALUES("foo", "100000000-100ffffff", "0-1fffff", "100000000-100000fff",
		 "0x140000000-0x1401fffff\n", "100000000-", "-100000000") },
	{ 2, "hmem.D/daxD.0/memmap_on_memory", VALUES("0", "1", "foo", "2", "n\n", "off") },
	{ 2, "hmem.D/dax_region/create",
	  VALUES("1", "0x1\n", "2", "0", "-1", "foo", "99999999999") },
	{ 2, "hmem.D/dax_region/delete", names },
	{ 1, "hmem.D/daxD.0/uevent", VALUES("change", "foo", "add\n") },
	{ 1, "hmem.D/daxD.0/target_node", VALUES("1") },
	{ 1, "hmem.D/daxD.0/resource", VALUES("0") },
	{ 1, "hmem.D/daxD.0/mapping0/start", VALUES("0") },
	{ 1, "hmem.D/daxD.0/missing", VALUES("0") },
	{ 1, "hmem.D/dax_region/size", VALUES("0") },
	{ 1, "hmem.D/dax_region", VALUES("0") },
	{ 1, "bus/devices/daxD.0", VALUES("0") },
	{ 1, "memory/memoryB/valid_zones", VALUES("Movable") },
	{ 1, "memory/block_size_bytes", VALUES("0") },
};

static unsigned int pick(unsigned int n)
{
	return (unsigned int)(random() % n);
}

static const char *choose_value(const char *const *values)
{
	unsigned int n = 0;

	while (values[n])
		n++;
	return values[pick(n)];
}

/* Fill in the numbers. */
static void fill_in(const char *pattern, char *ret, size_t size, unsigned int device,
		    unsigned int block)
{
	FILE *f = fmemopen(ret, size, "w");

	if (!f)
		abort();
	for (; *pattern; pattern++) {
		if (*pattern == 'B')
			fprintf(f, "%" PRIu64,
				MODEL_FIRST_ADDRESS / MODEL_BLOCK_SIZE + device * MODEL_BLOCKS +
					block);
		else if (*pattern == 'D' && pattern[1] != 'A')
			fprintf(f, "%u", device);
		else
			fputc(*pattern, f);
	}
	fclose(f);
}

static bool block_says(const struct trace_answers *answers, unsigned int device, unsigned int block,
		       const char *file, const char *text)
{
	struct trace_line line = { .kind = TRACE_READ };
	const struct trace_line *known;
	char pattern[TRACE_PATH_MAX];

	snprintf(pattern, sizeof(pattern), "/sys/devices/system/memory/memoryB/%s", file);
	fill_in(pattern, line.path, sizeof(line.path), device, block);
	known = trace_find(answers, &line);
	return known && !known->error && streq(known->answer, text);
}

static bool is_one_of(const char *value, const char *const *values)
{
	for (; *values; values++)
		if (streq(value, *values))
			return true;
	return false;
}

/* Whether memory goes offline by it, that of the device or only the block. */
static bool takes_offline(const char *file, const char *value, bool *ret_all)
{
	*ret_all = streq(file, "bus/drivers/kmem/unbind") || starts_with(value, "unplugged");
	return *ret_all || (starts_with(file, "memory/memoryB") &&
			    is_one_of(value, VALUES("offline", "offline\n", "0", "0\n", "off")));
}

/* Whether memory may go online in zone Normal by it. */
static bool brings_into_normal(const struct trace_answers *answers, const char *file,
			       const char *value, unsigned int device, unsigned int block)
{
	if (!is_one_of(value, VALUES("online", "online_kernel", "1", "y")))
		return false;
	if (streq(file, "memory/auto_online_blocks") || starts_with(file, "hmem.D/daxD.0/state"))
		return true;
	return starts_with(file, "memory/memoryB") &&
	       !block_says(answers, device, block, "state", "online\n");
}

/*
 * What is online when a driver leaves the device is lost until the next boot. Whether memory in
 * zone Normal can go offline depends on what the kernel has put there: another run would have
 * another answer.
 */
static bool is_unwanted(const struct trace_answers *answers, const char *file, const char *value,
			unsigned int device, unsigned int block)
{
	bool all;

	if (!takes_offline(file, value, &all))
		return false;
	for (unsigned int i = 0; i < MODEL_BLOCKS; i++)
		if ((all || i == block) &&
		    (block_says(answers, device, i, "valid_zones", "Normal\n") ||
		     (starts_with(file, "bus/") &&
		      block_says(answers, device, i, "state", "online\n"))))
			return true;
	return false;
}

static size_t choose_file(void)
{
	unsigned int sum = 0, at;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(writes); i++)
		sum += writes[i].weight;
	at = pick(sum);
	for (i = 0; at >= writes[i].weight; i++)
		at -= writes[i].weight;
	return i;
}

void walk_choose(const struct trace_answers *answers, const char *parent, bool with_normal,
		 struct trace_line *ret)
{
	unsigned int device, block;
	char path[TRACE_PATH_MAX];
	const char *value;
	size_t i;

	do {
		i = choose_file();
		device = pick(DEVICES);
		block = pick(MODEL_BLOCKS);
		value = choose_value(writes[i].values);
	} while (is_unwanted(answers, writes[i].file, value, device, block) ||
		 (!with_normal &&
		  brings_into_normal(answers, writes[i].file, value, device, block)));
	*ret = (struct trace_line){ .kind = TRACE_WRITE };
	fill_in(writes[i].file, path, sizeof(path), device, block);
	trace_expand(path, parent, ret->path);
	fill_in(value, ret->value, sizeof(ret->value), device, 0);
}

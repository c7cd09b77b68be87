/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/fields.h"

#include <assert.h>
#include <strings.h>

#include "model/public-max.h"

/*
 * The table. A row describes a value completely: adding a row adds a column, a JSON key, a
 * selector, a line of the manual page and of the schema. Columns and keys have the order of rows.
 */
struct row {
	struct daxbus_field field;
	unsigned int needs;
	size_t offset;
};

/* clang-format off */
#define BUS(member, type_, name_, needs_, help_)                                                   \
	{ { DAXBUS_BUS, type_, name_, NULL, name_, NULL, help_ }, needs_, offsetof(struct bus, member) }
#define REGION(member, type_, name_, needs_, help_)                                                \
	{ { DAXBUS_REGION, type_, name_, NULL, name_, NULL, help_ }, needs_, offsetof(struct region, member) }
#define REGION_IN(group_, member, type_, name_, key_, needs_, help_)                               \
	{ { DAXBUS_REGION, type_, name_, group_, key_, NULL, help_ }, needs_, offsetof(struct region, member) }
#define DEVICE(member, type_, name_, needs_, help_)                                                \
	{ { DAXBUS_DEVICE, type_, name_, NULL, name_, NULL, help_ }, needs_, offsetof(struct device, member) }
#define DEVICE_IN(group_, member, type_, name_, unit_, needs_, help_)                              \
	{ { DAXBUS_DEVICE, type_, name_, group_, name_, unit_, help_ }, needs_, offsetof(struct device, member) }
#define MAPPING(member, type_, name_, unit_, needs_, help_)                                        \
	{ { DAXBUS_MAPPING, type_, name_, NULL, name_, unit_, help_ }, needs_, offsetof(struct mapping, member) }
#define BLOCK(member, type_, name_, key_, help_)                                                   \
	{ { DAXBUS_BLOCK, type_, name_, NULL, key_, NULL, help_ }, NEED_BLOCKS, offsetof(struct block, member) }
#define EXTENT(member, type_, name_, needs_, help_)                                                \
	{ { DAXBUS_EXTENT, type_, name_, NULL, name_, NULL, help_ }, NEED_FREE | (needs_), offsetof(struct extent, member) }
#define ORPHAN(member, type_, name_, help_)                                                        \
	{ { DAXBUS_ORPHAN, type_, name_, NULL, name_, NULL, help_ }, NEED_ORPHANS, offsetof(struct orphan, member) }

static const struct row rows[] = {
	BUS(kernel, DAXBUS_STRING, "kernel", 0, "release of the kernel"),
	BUS(models, DAXBUS_STRINGS, "models", 0, "device models that this kernel has: bus (/sys/bus/dax), class (/sys/class/dax)"),
	BUS(block_size, DAXBUS_SIZE, "block_size", NEED_POLICY, "size of a memory block"),
	BUS(auto_online, DAXBUS_STRING, "auto_online", NEED_POLICY, "what the kernel does with new memory blocks: offline, online, online_kernel, online_movable"),
	BUS(memmap_policy, DAXBUS_STRING, "memmap_on_memory", NEED_POLICY, "whether hot-added memory can hold its own memmap: Y, N, force"),
	BUS(orphaned, DAXBUS_SIZE, "orphaned", NEED_ORPHANS, "bytes of memory whose device has left the bus, the sum of 'orphans'"),
	BUS(notes, DAXBUS_STRINGS, "notes", 0, "problems found while reading: values ignored, or not what the kernel normally has"),

	REGION(id, DAXBUS_NUMBER, "region", NEED_ND | NEED_CXL_SPACE, "ID of the region, X of daxX.Y; none for a CXL memory device"),
	REGION(provider, DAXBUS_STRING, "provider", 0, "provider of the region: pmem, hmem, cxl, unknown"),
	REGION(path, DAXBUS_STRING, "path", 0, "directory of the region's parent device, relative to /sys"),
	REGION(identity, DAXBUS_STRING, "identity", NEED_IDENTITY, "word for the region that does not depend on names, kernels and the order of modules"),
	REGION(start, DAXBUS_ADDRESS, "start", NEED_START, "first physical address, which the kernel does not show for every region"),
	REGION(size, DAXBUS_SIZE, "size", NEED_REGION, "size of the region"),
	REGION(available_size, DAXBUS_SIZE, "available_size", NEED_REGION | NEED_AVAILABLE, "bytes that belong to no device; for persistent memory, the size of the largest possible namespace; for a CXL memory device, bytes that belong to no region; none if devices cannot be created"),
	REGION(largest_free, DAXBUS_SIZE, "largest_free", NEED_FREE, "largest range that belongs to no device; none if devices cannot be created"),
	REGION(align, DAXBUS_SIZE, "align", NEED_REGION, "alignment of the region"),
	REGION(dynamic, DAXBUS_BOOL, "dynamic", NEED_REGION, "whether devices can be created, resized and deleted"),
	REGION(creatable, DAXBUS_BOOL, "creatable", NEED_REGION | NEED_AVAILABLE | NEED_ND | NEED_CXL_SPACE, "whether 'daxbus create' can create a device in its free memory"),
	REGION(target_node, DAXBUS_NUMBER, "target_node", NEED_TARGET_NODE, "NUMA node of the memory while it is in kmem mode"),
	REGION_IN("pmem", pmem.bus, DAXBUS_STRING, "nd_bus", "bus", NEED_PMEM, "NVDIMM bus"),
	REGION_IN("pmem", pmem.region, DAXBUS_STRING, "nd_region", "region", NEED_PMEM, "NVDIMM region"),
	REGION_IN("pmem", pmem.namespace, DAXBUS_STRING, "namespace", "namespace", NEED_PMEM, "namespace that the device was created from"),
	REGION_IN("pmem", pmem.name, DAXBUS_STRING, "namespace_name", "name", NEED_PMEM, "name of the namespace, which 'daxbus create --name' sets; none if it has none"),
	REGION_IN("pmem", pmem.uuid, DAXBUS_STRING, "uuid", "uuid", NEED_PMEM, "UUID in the info block of the namespace"),
	REGION_IN("cxl", cxl.region, DAXBUS_STRING, "cxl_region", "region", NEED_CXL, "CXL region"),
	REGION_IN("cxl", cxl.memdevs, DAXBUS_STRINGS, "memdevs", "memdevs", NEED_CXL, "CXL memory devices that the region interleaves, in target order; for a CXL memory device, itself"),
	REGION_IN("cxl", cxl.serials, DAXBUS_STRINGS, "serials", "serials", NEED_CXL, "serial numbers of these memory devices; 0x0 if a device has none"),
	REGION_IN("cxl", cxl.locked, DAXBUS_BOOL, "locked", "locked", NEED_CXL_SPACE, "whether the CXL region cannot be destroyed, because firmware assembled it or locked a decoder of it"),
	REGION_IN("cxl", cxl.free_decoders, DAXBUS_NUMBER, "free_decoders", "free_decoders", NEED_CXL_SPACE, "number of unused decoders of the CXL memory device, one for each further region"),
	REGION_IN("cxl", cxl.interleave, DAXBUS_STRINGS, "interleave", "interleave", NEED_CXL_SPACE, "how many CXL memory devices a new region with this one can interleave"),

	DEVICE(name, DAXBUS_STRING, "device", 0, "name of the device instance"),
	DEVICE(region_id, DAXBUS_NUMBER, "region", 0, "ID of its region"),
	DEVICE(provider, DAXBUS_STRING, "provider", 0, "provider of its region: pmem, hmem, cxl, unknown"),
	DEVICE(identity, DAXBUS_STRING, "identity", NEED_IDENTITY, "word for the device: the identity of its region, and its place in the region if that can be divided"),
	DEVICE(model, DAXBUS_STRING, "model", 0, "device model: bus (/sys/bus/dax) or class (/sys/class/dax, before Linux 5.17)"),
	DEVICE(driver, DAXBUS_STRING, "driver", NEED_DRIVER, "driver it is bound to"),
	DEVICE(mode, DAXBUS_STRING, "mode", NEED_DRIVER, "mode: devdax, kmem, famfs, compat; none if it has no driver, or one that daxbus does not know"),
	DEVICE(state, DAXBUS_STRING, "state", NEED_DRIVER, "enabled if it has a driver, disabled otherwise"),
	DEVICE(flags, DAXBUS_STRINGS, "flags", NEED_FLAGS, "problems: stuck, partial, misaligned, phantom, wasteful"),
	DEVICE(unsafe_commands, DAXBUS_STRINGS, "unsafe_commands", NEED_MEMORY | NEED_PMEM | NEED_CXL, "commands of other tools that would now lose its online memory until the next reboot; none if no memory is online"),
	DEVICE(size, DAXBUS_SIZE, "size", NEED_SIZE, "size, the sum of its ranges"),
	DEVICE(align, DAXBUS_SIZE, "align", NEED_ALIGN, "alignment, which is also the page size of its mappings"),
	DEVICE(target_node, DAXBUS_NUMBER, "target_node", NEED_TARGET_NODE, "NUMA node of its memory while it is in kmem mode"),
	DEVICE(numa_node, DAXBUS_NUMBER, "numa_node", NEED_DETAIL, "nearest online NUMA node"),
	DEVICE(distance, DAXBUS_NUMBER, "distance", NEED_NODE_FACTS, "distance of the target node from the nearest node with processors (10: local)"),
	DEVICE(chardev, DAXBUS_STRING, "chardev", NEED_NUMBER, "character device"),
	DEVICE(major, DAXBUS_NUMBER, "major", NEED_NUMBER, "major number of the character device"),
	DEVICE(minor, DAXBUS_NUMBER, "minor", NEED_NUMBER, "minor number of the character device"),
	DEVICE(memmap_on_memory, DAXBUS_BOOL, "memmap_on_memory", NEED_DETAIL, "whether kmem stores the memmap in the memory itself (Linux 6.9)"),
	DEVICE(kernel_state, DAXBUS_STRING, "kernel_state", NEED_DETAIL, "last state that kmem was asked for (Linux 7.3): unplugged, offline, online, online_kernel, online_movable"),
	DEVICE_IN("memory", memory.blocks, DAXBUS_NUMBER, "blocks", NULL, NEED_MEMORY, "number of its memory blocks"),
	DEVICE_IN("memory", memory.online, DAXBUS_NUMBER, "online", NULL, NEED_MEMORY, "number of online blocks"),
	DEVICE_IN("memory", memory.movable, DAXBUS_NUMBER, "movable", NULL, NEED_MEMORY, "number of blocks online in zone Movable"),
	DEVICE_IN("memory", memory.kernel, DAXBUS_NUMBER, "kernel", NULL, NEED_MEMORY, "number of blocks online in other zones, which the kernel may be unable to take offline"),
	DEVICE_IN("memory", memory.offline, DAXBUS_NUMBER, "offline", NULL, NEED_MEMORY, "number of offline blocks"),
	DEVICE_IN("memory", memory.missing, DAXBUS_NUMBER, "missing", NULL, NEED_MEMORY, "number of blocks that fit into it but do not exist"),
	DEVICE_IN("memory", memory.usable, DAXBUS_SIZE, "usable", NULL, NEED_MEMORY, "bytes in whole memory blocks"),
	DEVICE_IN("memory", memory.lost, DAXBUS_SIZE, "lost", NULL, NEED_MEMORY, "bytes lost to the alignment of memory blocks"),
	DEVICE_IN("performance", performance.read_latency, DAXBUS_NUMBER, "read_latency_ns", "ns", NEED_NODE_FACTS, "read latency from the best initiator"),
	DEVICE_IN("performance", performance.write_latency, DAXBUS_NUMBER, "write_latency_ns", "ns", NEED_NODE_FACTS, "write latency from the best initiator"),
	DEVICE_IN("performance", performance.read_bandwidth, DAXBUS_NUMBER, "read_bandwidth_mbs", "MB/s", NEED_NODE_FACTS, "read bandwidth from the best initiator"),
	DEVICE_IN("performance", performance.write_bandwidth, DAXBUS_NUMBER, "write_bandwidth_mbs", "MB/s", NEED_NODE_FACTS, "write bandwidth from the best initiator"),
	DEVICE(memory_tier, DAXBUS_NUMBER, "memory_tier", NEED_NODE_FACTS, "memory tier of the target node; smaller is faster (Linux 6.1)"),

	MAPPING(start, DAXBUS_ADDRESS, "start", NULL, NEED_MAPPINGS, "first physical address"),
	MAPPING(end, DAXBUS_ADDRESS, "end", NULL, NEED_MAPPINGS, "last physical address"),
	MAPPING(page_offset, DAXBUS_NUMBER, "page_offset", "pages", NEED_MAPPINGS, "offset of the range in the device"),
	MAPPING(size, DAXBUS_SIZE, "size", NULL, NEED_MAPPINGS, "size of the range"),

	BLOCK(id, DAXBUS_NUMBER, "block", "block", "number of the memory block: N of memoryN"),
	BLOCK(count, DAXBUS_NUMBER, "count", NULL, "number of neighbouring blocks in the line"),
	BLOCK(start, DAXBUS_ADDRESS, "start", "start", "first physical address"),
	BLOCK(end, DAXBUS_ADDRESS, "end", "end", "last physical address"),
	BLOCK(size, DAXBUS_SIZE, "size", "size", "size of the block"),
	BLOCK(state, DAXBUS_STRING, "state", "state", "online, offline, going-offline"),
	BLOCK(zones, DAXBUS_STRINGS, "zones", "zones", "zone of the block; for an offline block, the zones it can go to, default first"),
	BLOCK(node, DAXBUS_NUMBER, "node", "node", "NUMA node"),

	EXTENT(start, DAXBUS_ADDRESS, "start", 0, "first physical address"),
	EXTENT(end, DAXBUS_ADDRESS, "end", 0, "last physical address"),
	EXTENT(size, DAXBUS_SIZE, "size", 0, "size of the range"),
	EXTENT(lost, DAXBUS_SIZE, "lost", NEED_POLICY, "bytes of it outside of whole memory blocks, which a device in kmem mode cannot use"),

	ORPHAN(start, DAXBUS_ADDRESS, "start", "first physical address"),
	ORPHAN(end, DAXBUS_ADDRESS, "end", "last physical address"),
	ORPHAN(size, DAXBUS_SIZE, "size", "size of the range"),
	ORPHAN(former_device, DAXBUS_STRING, "former_device", "name of the device that it belonged to"),
	ORPHAN(node, DAXBUS_NUMBER, "node", "NUMA node"),
	ORPHAN(memory.blocks, DAXBUS_NUMBER, "blocks", "number of its memory blocks"),
	ORPHAN(memory.online, DAXBUS_NUMBER, "online", "number of online blocks"),
	ORPHAN(memory.movable, DAXBUS_NUMBER, "movable", "number of blocks online in zone Movable"),
	ORPHAN(memory.kernel, DAXBUS_NUMBER, "kernel", "number of blocks online in other zones"),
	ORPHAN(memory.offline, DAXBUS_NUMBER, "offline", "number of offline blocks"),
};

/* clang-format on */

/* The kind that contains objects of a kind, whose fields they have, too. */
static const enum daxbus_kind parents[] = {
	[DAXBUS_BUS] = DAXBUS_BUS,	 [DAXBUS_REGION] = DAXBUS_REGION,
	[DAXBUS_DEVICE] = DAXBUS_REGION, [DAXBUS_MAPPING] = DAXBUS_DEVICE,
	[DAXBUS_BLOCK] = DAXBUS_DEVICE,	 [DAXBUS_EXTENT] = DAXBUS_REGION,
	[DAXBUS_ORPHAN] = DAXBUS_ORPHAN,
};
static_assert(ARRAY_SIZE(parents) == _DAXBUS_KIND_MAX, "parents has a row for each kind");

static const struct row *row_of(const struct daxbus_field *field)
{
	return (const void *)((const char *)field - offsetof(struct row, field));
}

unsigned int fields_needs(const struct daxbus_field *field)
{
	return row_of(field)->needs;
}

_public_ bool daxbus_field_is_costly(const struct daxbus_field *field)
{
	return fields_needs(field) & (NEED_BLOCKS | NEED_FREE);
}

_public_ const struct daxbus_field *daxbus_field_next(enum daxbus_kind kind,
						      const struct daxbus_field *previous)
{
	const struct row *row = previous ? row_of(previous) + 1 : rows;

	for (; row < rows + ARRAY_SIZE(rows); row++)
		if (row->field.kind == kind)
			return &row->field;
	return NULL;
}

_public_ const struct daxbus_field *daxbus_field_find(enum daxbus_kind kind, const char *name)
{
	const struct daxbus_field *field = NULL;

	if (!name || kind >= ARRAY_SIZE(parents))
		return NULL;
	while ((field = daxbus_field_next(kind, field)))
		if (strcasecmp(field->name, name) == 0)
			return field;
	return parents[kind] == kind ? NULL : daxbus_field_find(parents[kind], name);
}

static void get_strings(const struct opt_strv *o, struct daxbus_value *ret)
{
	ret->presence = o->is;
	ret->strings = (const char *const *)o->v.items;
	ret->n_strings = o->v.n;
}

/* The bus is in the snapshot itself, and its object has no pointer to it before the scan ends. */
static unsigned int needs_read(const struct daxbus_object *object)
{
	return object->snapshot ? object->snapshot->needs : ~0U;
}

_public_ int daxbus_get(const struct daxbus_object *object, const struct daxbus_field *field,
			struct daxbus_value *ret)
{
	const struct row *row;
	const void *at;

	if (!field)
		return -EINVAL;
	row = row_of(field);
	while (object && object->kind != field->kind)
		object = daxbus_object_parent(object);
	if (!object)
		return -EINVAL;
	at = (const char *)object + row->offset;
	*ret = (struct daxbus_value){ .type = field->type };
	switch (field->type) {
	case DAXBUS_BOOL:
	case DAXBUS_NUMBER:
	case DAXBUS_SIZE:
	case DAXBUS_ADDRESS:
		ret->presence = ((const struct opt_u64 *)at)->is;
		ret->number = ((const struct opt_u64 *)at)->v;
		break;
	case DAXBUS_STRING:
		ret->presence = ((const struct opt_str *)at)->is;
		ret->string = ((const struct opt_str *)at)->v;
		break;
	case DAXBUS_STRINGS:
		get_strings(at, ret);
		break;
	}
	if (ret->presence != DAXBUS_KNOWN && row->needs & ~needs_read(object))
		ret->presence = DAXBUS_NOT_READ;
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"

#define PAGES(bytes) ((bytes) / 4096)
#define RAM	     (UINT64_C(2) << 30)

/* --- files ------------------------------------------------------------------------------------ */

static struct model_file *add(struct model_rendering *t, const char *content, const char *format,
			      va_list args)
{
	struct model_file *f;

	if (array_grow(&t->files, t->n_files, sizeof(*t->files)) < 0)
		abort();
	f = &t->files[t->n_files++];
	*f = (struct model_file){ .access = O_RDONLY };
	if (vasprintf(&f->path, format, args) < 0)
		abort();
	if (content && !(f->content = strdup(content)))
		abort();
	return f;
}

void render_file(struct model_rendering *t, const char *content, const char *path, ...)
{
	va_list args;

	va_start(args, path);
	add(t, content, path, args);
	va_end(args);
}

void render_setting(struct model_rendering *t, const char *content, const char *path, ...)
{
	va_list args;

	va_start(args, path);
	add(t, content, path, args)->access = O_RDWR;
	va_end(args);
}

void render_command(struct model_rendering *t, const char *path, ...)
{
	va_list args;

	va_start(args, path);
	add(t, "", path, args)->access = O_WRONLY;
	va_end(args);
}

void render_link(struct model_rendering *t, const char *target, const char *path, ...)
{
	va_list args;

	va_start(args, path);
	add(t, target, path, args)->is_link = true;
	va_end(args);
}

/* --- devices ---------------------------------------------------------------------------------- */

static void add_ranges(struct model_rendering *t, const struct model_device *d, const char *dax)
{
	uint64_t offset = 0;

	for (unsigned int i = 0; i < d->n_ranges; i++) {
		const struct range *range = &d->ranges[i];

		render_file(t, TEXT("0x%" PRIx64 "\n", range->start), "%s/mapping%u/start", dax, i);
		render_file(t, TEXT("0x%" PRIx64 "\n", range->end), "%s/mapping%u/end", dax, i);
		render_file(t, TEXT("0x%" PRIx64 "\n", PAGES(offset)), "%s/mapping%u/page_offset",
			    dax, i);
		offset += range_size(range);
	}
}

/* Of an empty device, `resource` is the start of the region. */
static void add_device(struct model_rendering *t, unsigned int i)
{
	const struct model_kernel_facts *facts = &model_kernels[t->state.release];
	const struct model_device *d = &t->state.devices[i];
	unsigned int region = i / MODEL_INSTANCES, instance = i % MODEL_INSTANCES;
	bool divisible = region > 0 || !t->state.nd.present;
	char name[32], dax[160];

	if (!d->exists)
		return;
	snprintf(name, sizeof(name), "dax%u.%u", region, instance);
	snprintf(dax, sizeof(dax), "%s/%s", model_provider(&t->state, region), name);
	render_setting(t,
		       TEXT("MAJOR=252\nMINOR=%u\nDEVNAME=%s\n%s%s%sMODALIAS=dax:t0\n", d->minor,
			    name, d->driver ? "DRIVER=" : "",
			    d->driver ? model_driver(d->driver) : "", d->driver ? "\n" : ""),
		       "%s/uevent", dax);
	render_file(t, TEXT("252:%u\n", d->minor), "%s/dev", dax);
	render_link(t, "/sys/bus/dax", "%s/subsystem", dax);
	if (d->driver)
		render_link(t, TEXT("/sys/bus/dax/drivers/%s", model_driver(d->driver)),
			    "%s/driver", dax);
	render_setting(t, TEXT("%" PRIu64 "\n", model_device_size(d)), "%s/size", dax);
	render_setting(t, "2097152\n", "%s/align", dax);
	if (divisible)
		render_command(t, "%s/mapping", dax);
	render_file(t, "dax:t0\n", "%s/modalias", dax);
	render_file(t, "0\n", "%s/numa_node", dax);
	render_file(t, TEXT("%u\n", region + 1), "%s/target_node", dax);
	render_file(t,
		    TEXT("0x%" PRIx64 "\n",
			 d->n_ranges ? d->ranges[0].start : model_region_start(region)),
		    "%s/resource", dax);
	add_ranges(t, d, dax);
	if (facts->has_memmap)
		render_setting(t, d->memmap ? "1\n" : "0\n", "%s/memmap_on_memory", dax);
	if (facts->has_state && d->driver == MODEL_KMEM)
		render_setting(t, TEXT("%s\n", model_word(d->state)), "%s/state", dax);
	render_link(t, dax, "/sys/bus/dax/devices/%s", name);
	if (d->driver)
		render_link(t, dax, "/sys/bus/dax/drivers/%s/%s", model_driver(d->driver), name);
}

/* "dax0.1", or an empty line. */
static const char *instance_name(unsigned int region, int instance)
{
	return instance < 0 ? "\n" : TEXT("dax%u.%d\n", region, instance);
}

/* Only the files that follow from being on a bus; cxl.c and nd.c have the others. */
static void add_provider(struct model_rendering *t, unsigned int i, const char *path)
{
	bool is_cxl = i == 0 && t->state.cxl.present, is_nd = i == 0 && t->state.nd.present;
	const char *bus = is_cxl ? "cxl" : is_nd ? "nd" : "platform";
	const char *driver = is_cxl  ? "cxl_dax_region"
			     : is_nd ? model_nd_driver(t->state.nd.driver)
				     : "hmem";

	render_link(t, TEXT("/sys/bus/%s", bus), "%s/subsystem", path);
	render_link(t, TEXT("/sys/bus/%s/drivers/%s", bus, driver), "%s/driver", path);
	render_file(t, "0\n", "%s/numa_node", path);
	if (is_cxl || is_nd)
		return;
	render_file(t, "platform:hmem\n", "%s/modalias", path);
	render_setting(t, "DRIVER=hmem\nMODALIAS=platform:hmem\n", "%s/uevent", path);
}

static void add_region(struct model_rendering *t, unsigned int i)
{
	const struct model_region *region = &t->state.regions[i];
	const char *path = model_provider(&t->state, i);

	if (!path)
		return;
	add_provider(t, i, path);
	render_file(t, TEXT("%u\n", i), "%s/dax_region/id", path);
	render_file(t, TEXT("%" PRIu64 "\n", MODEL_REGION_SIZE), "%s/dax_region/size", path);
	render_file(t, "2097152\n", "%s/dax_region/align", path);
	for (unsigned int d = 0; d < MODEL_INSTANCES; d++)
		add_device(t, i * MODEL_INSTANCES + d);
	if (i == 0 && t->state.nd.present)
		return;
	render_file(t, TEXT("%" PRIu64 "\n", model_available(&t->state, i)),
		    "%s/dax_region/available_size", path);
	render_setting(t, instance_name(i, region->youngest), "%s/dax_region/create", path);
	render_command(t, "%s/dax_region/delete", path);
	render_file(t, instance_name(i, region->seed), "%s/dax_region/seed", path);
}

static void add_driver(struct model_rendering *t, enum model_driver driver)
{
	unsigned int uses = 0;

	for (unsigned int i = 0; i < MODEL_DEVICES; i++)
		uses += t->state.devices[i].is_held && t->state.devices[i].driver == driver;
	for (const char *const *file = (const char *const[]){ "bind", "unbind", "new_id",
							      "remove_id", "uevent", NULL };
	     *file; file++)
		render_command(t, "/sys/bus/dax/drivers/%s/%s", model_driver(driver), *file);
	render_link(t, TEXT("/sys/module/%s", model_driver(driver)),
		    "/sys/bus/dax/drivers/%s/module", model_driver(driver));
	render_file(t, TEXT("%u\n", uses), "/sys/module/%s/refcnt", model_driver(driver));
}

/* Of an offline block, first the one that "online" chooses. */
static const char *valid_zones(const struct model_region *d, unsigned int block)
{
	switch (d->blocks[block].zone) {
	case ZONE_MOVABLE:
		return "Movable\n";
	case ZONE_KERNEL:
		return "Normal\n";
	default:
		return model_default_zone(d, block) == ZONE_MOVABLE ? "Movable Normal\n"
								    : "Normal Movable\n";
	}
}

static void add_blocks(struct model_rendering *t, unsigned int region)
{
	const struct model_region *d = &t->state.regions[region];

	for (unsigned int i = 0; i < MODEL_BLOCKS; i++) {
		uint64_t id = model_region_start(region) / MODEL_BLOCK_SIZE + i;
		char path[64];

		if (!d->blocks[i].present)
			continue;
		snprintf(path, sizeof(path), "/sys/devices/system/memory/memory%" PRIu64, id);
		render_setting(t, d->blocks[i].zone == ZONE_OFFLINE ? "offline\n" : "online\n",
			       "%s/state", path);
		render_setting(t, d->blocks[i].zone == ZONE_OFFLINE ? "0\n" : "1\n", "%s/online",
			       path);
		render_file(t, valid_zones(d, i), "%s/valid_zones", path);
		render_link(t, path, "/sys/devices/system/node/node%u/memory%" PRIu64, region + 1,
			    id);
	}
}

/* The online blocks of a zone, from the first to the last. */
struct zone_span {
	unsigned int first, spanned, present;
};

static struct zone_span span_of(const struct model_region *d, enum zone zone)
{
	struct zone_span span = { 0 };

	for (unsigned int i = 0; i < MODEL_BLOCKS; i++) {
		if (!d->blocks[i].present || d->blocks[i].zone != zone)
			continue;
		if (!span.present++)
			span.first = i;
		span.spanned = i - span.first + 1;
	}
	return span;
}

static void write_zone(FILE *f, unsigned int node, const char *zone, uint64_t start, uint64_t pages,
		       struct zone_span span)
{
	fprintf(f, "Node %u, zone %8s\n  pages free     %" PRIu64 "\n", node, zone,
		span.present * pages);
	fprintf(f, "        spanned  %" PRIu64 "\n        present  %" PRIu64 "\n",
		span.spanned * pages, span.present * pages);
	fprintf(f, "        managed  %" PRIu64 "\n", span.present * pages);
	if (span.present)
		fprintf(f, "  start_pfn:           %" PRIu64 "\n", start + span.first * pages);
}

static void add_node(struct model_rendering *t, unsigned int node, uint64_t bytes)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%u", node);
	render_file(t,
		    TEXT("Node %u MemTotal: %" PRIu64 " kB\nNode %u MemFree: %" PRIu64 " kB\n"
			 "Node %u Active: 0 kB\n",
			 node, bytes >> 10, node, bytes >> 10, node),
		    "%s/meminfo", path);
	render_setting(t, "0\n", "%s/hugepages/hugepages-2048kB/nr_hugepages", path);
	render_setting(t, "0\n", "%s/hugepages/hugepages-1048576kB/nr_hugepages", path);
}

/* A node is there while it has memory blocks. Return: whether one of them is online. */
static bool add_region_node(struct model_rendering *t, unsigned int region, FILE *zoneinfo)
{
	const struct model_region *d = &t->state.regions[region];
	struct zone_span kernel = span_of(d, ZONE_KERNEL), movable = span_of(d, ZONE_MOVABLE);
	uint64_t start = PAGES(model_region_start(region)), pages = PAGES(MODEL_BLOCK_SIZE);
	bool is_present = false;

	for (unsigned int i = 0; i < MODEL_BLOCKS; i++)
		is_present |= d->blocks[i].present;
	if (!is_present)
		return false;
	add_node(t, region + 1, (kernel.present + movable.present) * MODEL_BLOCK_SIZE);
	write_zone(zoneinfo, region + 1, "Normal", start, pages, kernel);
	write_zone(zoneinfo, region + 1, "Movable", start, pages, movable);
	return kernel.present || movable.present;
}

/* The nodes with memory online: "0-1", "0,2", "0-2". */
static const char *node_list(const bool has_memory[MODEL_REGIONS])
{
	static char text[32];

	strcpy(text, "0");
	for (unsigned int i = 0; i < MODEL_REGIONS; i++) {
		size_t n = strlen(text);

		if (has_memory[i] && (i + 1 == MODEL_REGIONS || !has_memory[i + 1]))
			snprintf(text + n, sizeof(text) - n, "%c%u",
				 i == 0 || has_memory[i - 1] ? '-' : ',', i + 1);
		else if (has_memory[i] && i > 0 && !has_memory[i - 1])
			snprintf(text + n, sizeof(text) - n, ",%u", i + 1);
	}
	strcat(text, "\n");
	return text;
}

static void add_nodes(struct model_rendering *t)
{
	bool has_memory[MODEL_REGIONS];
	char *zoneinfo = NULL;
	size_t size;
	FILE *f = open_memstream(&zoneinfo, &size);

	if (!f)
		abort();
	write_zone(f, 0, "Normal", 1, PAGES(RAM), (struct zone_span){ 0, 1, 1 });
	add_node(t, 0, RAM);
	for (unsigned int i = 0; i < MODEL_REGIONS; i++)
		has_memory[i] = add_region_node(t, i, f);
	fclose(f);
	render_file(t, node_list(has_memory), "/sys/devices/system/node/has_memory");
	render_file(t, zoneinfo, "/proc/zoneinfo");
	free(zoneinfo);
}

static void write_iomem(FILE *f, unsigned int *depth, struct range range, const char *format, ...)
	_format_(4, 5);
static void write_iomem(FILE *f, unsigned int *depth, struct range range, const char *format, ...)
{
	va_list args;

	fprintf(f, "%*s%" PRIx64 "-%" PRIx64 " : ", (int)(*depth)++ * 2, "", range.start,
		range.end);
	va_start(args, format);
	vfprintf(f, format, args);
	va_end(args);
	fputc('\n', f);
}

static struct range blocks_range(unsigned int region, unsigned int first, unsigned int end)
{
	uint64_t start = model_region_start(region);

	return (struct range){ start + first * MODEL_BLOCK_SIZE,
			       start + end * MODEL_BLOCK_SIZE - 1 };
}

static void write_memory(FILE *f, unsigned int depth, unsigned int device, struct range range)
{
	write_iomem(f, &depth, range, "dax%u.%u", device / MODEL_INSTANCES,
		    device % MODEL_INSTANCES);
	write_iomem(f, &depth, range, "System RAM (kmem)");
}

/* What a range is reserved for: by device_dax as a whole, by kmem its memory blocks. */
static void write_range(FILE *f, unsigned int depth, const struct model_kernel *k,
			unsigned int device, const struct range *range)
{
	const struct model_device *d = &k->devices[device];
	unsigned int region = device / MODEL_INSTANCES, first, end;

	model_inner_blocks(region, range, &first, &end);
	if (d->driver == MODEL_DEVICE_DAX)
		write_iomem(f, &depth, *range, "dax%u.%u", region, device % MODEL_INSTANCES);
	else if (first < end && k->regions[region].blocks[first].present)
		write_memory(f, depth, device, blocks_range(region, first, end));
}

/* In order of address, as the kernel does. */
static void write_ranges(FILE *f, unsigned int depth, const struct model_kernel *k,
			 unsigned int region)
{
	uint64_t start = model_region_start(region);

	for (uint64_t at = start; at < start + MODEL_REGION_SIZE; at += UINT64_C(2) << 20)
		for (unsigned int i = 0; i < MODEL_INSTANCES; i++) {
			unsigned int device = region * MODEL_INSTANCES + i;
			const struct model_device *d = &k->devices[device];

			for (unsigned int j = 0; j < d->n_ranges; j++)
				if (d->ranges[j].start == at &&
				    (j < d->n_reserved || d->driver == MODEL_NONE))
					write_range(f, depth, k, device, &d->ranges[j]);
		}
}

static void add_iomem(struct model_rendering *t)
{
	const struct model_kernel_facts *facts = &model_kernels[t->state.release];
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		abort();
	fprintf(f, "00000000-7fffffff : System RAM\n");
	for (unsigned int i = 0; i < MODEL_REGIONS; i++) {
		const struct range all = blocks_range(i, 0, MODEL_BLOCKS);
		unsigned int depth = 0;

		bool is_hmem = i > 0 || (!t->state.cxl.present && !t->state.nd.present);

		if (!is_hmem)
			write_iomem(f, &depth, all,
				    t->state.nd.present ? "Persistent Memory" : "CXL Window 0");
		if (is_hmem && facts->has_hmem_line)
			write_iomem(f, &depth, all, "hmem.%u", i);
		if (is_hmem && facts->has_soft_reserved)
			write_iomem(f, &depth, all, "Soft Reserved");
		write_ranges(f, depth, &t->state, i);
	}
	fclose(f);
	render_file(t, text, "/proc/iomem");
	free(text);
}

/* One process, which has nothing of the devices. */
static void add_processes(struct model_rendering *t)
{
	render_link(t, "/proc/1", "/proc/self");
	render_link(t, "pid:[4026531836]", "/proc/1/ns/pid");
	render_file(t, NULL, "/proc/1/fd");
	render_file(t, NULL, "/proc/1/task/1");
	render_file(t, "", "/proc/1/maps");
	render_file(t, "", "/proc/1/numa_maps");
	render_file(t, "0::/init.scope\n", "/proc/1/cgroup");
	render_file(t, "Name:\tinit\nMems_allowed_list:\t0-2\n", "/proc/1/status");
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct model_file *)a)->path, ((const struct model_file *)b)->path);
}

void model_rendering_clear(struct model_rendering *r)
{
	for (size_t i = 0; i < r->n_files; i++) {
		free(r->files[i].path);
		free(r->files[i].content);
	}
	free(r->files);
	*r = (struct model_rendering){ 0 };
}

static void add_all(struct model_rendering *t)
{
	const struct model_kernel *k = &t->state;

	render_file(t, NULL, "/run");
	render_file(t, NULL, "/sys/class");
	render_file(t, NULL, "/sys/bus/platform");
	render_file(t, "MemTotal: 2097152 kB\nMemFree: 1048576 kB\nMemAvailable: 1048576 kB\n",
		    "/proc/meminfo");
	add_processes(t);
	render_file(t, TEXT("%s\n", model_kernels[k->release].release),
		    "/proc/sys/kernel/osrelease");
	render_setting(t, TEXT("%s\n", model_word(k->policy)),
		       "/sys/devices/system/memory/auto_online_blocks");
	render_file(t, TEXT("%" PRIx64 "\n", MODEL_BLOCK_SIZE),
		    "/sys/devices/system/memory/block_size_bytes");
	render_setting(t, TEXT("%d\n", k->autoprobe), "/sys/bus/dax/drivers_autoprobe");
	render_command(t, "/sys/bus/dax/drivers_probe");
	render_command(t, "/sys/bus/dax/uevent");
	render_file(t, "N\n", "/sys/module/memory_hotplug/parameters/memmap_on_memory");
	for (unsigned int i = MODEL_DEVICE_DAX; i < N_MODEL_DRIVERS; i++)
		add_driver(t, (enum model_driver)i);
	for (unsigned int i = 0; i < MODEL_REGIONS; i++) {
		add_region(t, i);
		add_blocks(t, i);
	}
	add_nodes(t);
	add_iomem(t);
	model_render_cxl(t);
	model_render_nd(t);
}

void model_render(struct model_rendering *r, const struct model_kernel *state)
{
	model_rendering_clear(r);
	r->state = *state;
	add_all(r);
	qsort(r->files, r->n_files, sizeof(*r->files), compare);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of a model. They are rendered together, into a list in order of their paths, when one
 * of them is asked for in a state that has not been rendered yet: a state has about a hundred, and
 * an exploration returns to the same few thousand states again and again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/array.h"
#include "io/path.h"
#include "kernel.h"

#define PAGES(bytes)	 ((bytes) / 4096)
#define RAM		 (UINT64_C(2) << 30)
/* Places for renderings of states; some tens of kilobytes each. */
#define MODEL_RENDERINGS 2048

struct model_file {
	char *path;
	char *content; /* NULL: a directory */
	bool is_link;  /* content is its target */
	int access;    /* of a file: O_RDONLY, O_WRONLY, O_RDWR */
};

/* Of one state. */
struct model_rendering {
	struct model_kernel state;
	struct model_file *files;
	size_t n_files;
};

/* --- rendering -------------------------------------------------------------------------------- */

static struct model_file *add(struct model_tree *t, const char *content, const char *format,
			      va_list args)
{
	struct model_rendering *r = t->now;
	struct model_file *f;

	if (array_grow(&r->files, r->n_files, sizeof(*r->files)) < 0)
		abort();
	f = &r->files[r->n_files++];
	*f = (struct model_file){ .access = O_RDONLY };
	if (vasprintf(&f->path, format, args) < 0)
		abort();
	if (content && !(f->content = strdup(content)))
		abort();
	return f;
}

static _format_(3, 4) void add_file(struct model_tree *t, const char *content, const char *path,
				    ...)
{
	va_list args;

	va_start(args, path);
	add(t, content, path, args);
	va_end(args);
}

/* A file that can be read and written. */
static _format_(3, 4) void add_setting(struct model_tree *t, const char *content, const char *path,
				       ...)
{
	va_list args;

	va_start(args, path);
	add(t, content, path, args)->access = O_RDWR;
	va_end(args);
}

/* A file that can only be written: even root cannot open it to read. */
static _format_(2, 3) void add_command(struct model_tree *t, const char *path, ...)
{
	va_list args;

	va_start(args, path);
	add(t, "", path, args)->access = O_WRONLY;
	va_end(args);
}

static _format_(3, 4) void add_link(struct model_tree *t, const char *target, const char *path, ...)
{
	va_list args;

	va_start(args, path);
	add(t, target, path, args)->is_link = true;
	va_end(args);
}

/* A value with the newline that attributes end with. */
#define TEXT(...)                                                                                  \
	({                                                                                         \
		static char _text[4096];                                                           \
		snprintf(_text, sizeof(_text), __VA_ARGS__);                                       \
		_text;                                                                             \
	})

static uint64_t start_of(unsigned int device)
{
	return MODEL_FIRST_ADDRESS + device * MODEL_STRIDE;
}

static void add_device(struct model_tree *t, unsigned int i)
{
	const struct model_kernel_facts *facts = &model_kernels[t->kernel->release];
	const struct model_device *d = &t->kernel->devices[i];
	uint64_t start = start_of(i), end = start + MODEL_DEVICE_SIZE - 1;
	char hmem[128], dax[160];

	snprintf(hmem, sizeof(hmem), "%s/hmem.%u", facts->parent, i);
	snprintf(dax, sizeof(dax), "%s/dax%u.0", hmem, i);
	add_link(t, "/sys/bus/platform", "%s/subsystem", hmem);
	add_link(t, "/sys/bus/platform/drivers/hmem", "%s/driver", hmem);
	add_file(t, "platform:hmem\n", "%s/modalias", hmem);
	add_file(t, "0\n", "%s/numa_node", hmem);
	add_setting(t, "DRIVER=hmem\nMODALIAS=platform:hmem\n", "%s/uevent", hmem);
	add_file(t, TEXT("%u\n", i), "%s/dax_region/id", hmem);
	add_file(t, TEXT("%" PRIu64 "\n", MODEL_DEVICE_SIZE), "%s/dax_region/size", hmem);
	add_file(t, "0\n", "%s/dax_region/available_size", hmem);
	add_file(t, "2097152\n", "%s/dax_region/align", hmem);
	add_setting(t, "\n", "%s/dax_region/create", hmem);
	add_command(t, "%s/dax_region/delete", hmem);
	add_file(t, "\n", "%s/dax_region/seed", hmem);
	add_setting(t,
		    TEXT("MAJOR=252\nMINOR=%u\nDEVNAME=dax%u.0\n%s%s%sMODALIAS=dax:t0\n", i, i,
			 d->driver ? "DRIVER=" : "", d->driver ? model_driver(d->driver) : "",
			 d->driver ? "\n" : ""),
		    "%s/uevent", dax);
	add_file(t, TEXT("252:%u\n", i), "%s/dev", dax);
	add_link(t, "/sys/bus/dax", "%s/subsystem", dax);
	if (d->driver)
		add_link(t, TEXT("/sys/bus/dax/drivers/%s", model_driver(d->driver)), "%s/driver",
			 dax);
	add_setting(t, TEXT("%" PRIu64 "\n", MODEL_DEVICE_SIZE), "%s/size", dax);
	add_setting(t, "2097152\n", "%s/align", dax);
	add_command(t, "%s/mapping", dax);
	add_file(t, "dax:t0\n", "%s/modalias", dax);
	add_file(t, "0\n", "%s/numa_node", dax);
	add_file(t, TEXT("%u\n", i + 1), "%s/target_node", dax);
	add_file(t, TEXT("0x%" PRIx64 "\n", start), "%s/resource", dax);
	add_file(t, TEXT("0x%" PRIx64 "\n", start), "%s/mapping0/start", dax);
	add_file(t, TEXT("0x%" PRIx64 "\n", end), "%s/mapping0/end", dax);
	add_file(t, "0x0\n", "%s/mapping0/page_offset", dax);
	if (facts->has_memmap)
		add_setting(t, "0\n", "%s/memmap_on_memory", dax);
	if (facts->has_state && d->driver == MODEL_KMEM)
		add_setting(t, TEXT("%s\n", model_word(d->state)), "%s/state", dax);
	add_link(t, TEXT("%s", dax), "/sys/bus/dax/devices/dax%u.0", i);
	if (d->driver)
		add_link(t, TEXT("%s", dax), "/sys/bus/dax/drivers/%s/dax%u.0",
			 model_driver(d->driver), i);
}

static void add_driver(struct model_tree *t, enum model_driver driver)
{
	unsigned int uses = 0;

	for (unsigned int i = 0; i < MODEL_DEVICES; i++)
		uses += t->kernel->devices[i].is_held && t->kernel->devices[i].driver == driver;
	for (const char *const *file = (const char *const[]){ "bind", "unbind", "new_id",
							      "remove_id", "uevent", NULL };
	     *file; file++)
		add_command(t, "/sys/bus/dax/drivers/%s/%s", model_driver(driver), *file);
	add_link(t, TEXT("/sys/module/%s", model_driver(driver)), "/sys/bus/dax/drivers/%s/module",
		 model_driver(driver));
	add_file(t, TEXT("%u\n", uses), "/sys/module/%s/refcnt", model_driver(driver));
}

/* Of an offline block, first the one that "online" chooses. */
static const char *valid_zones(const struct model_device *d, unsigned int block)
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

static void add_blocks(struct model_tree *t, unsigned int device)
{
	const struct model_device *d = &t->kernel->devices[device];

	for (unsigned int i = 0; i < MODEL_BLOCKS; i++) {
		uint64_t id = start_of(device) / MODEL_BLOCK_SIZE + i;
		char path[64];

		if (!d->blocks[i].present)
			continue;
		snprintf(path, sizeof(path), "/sys/devices/system/memory/memory%" PRIu64, id);
		add_setting(t, d->blocks[i].zone == ZONE_OFFLINE ? "offline\n" : "online\n",
			    "%s/state", path);
		add_setting(t, d->blocks[i].zone == ZONE_OFFLINE ? "0\n" : "1\n", "%s/online",
			    path);
		add_file(t, valid_zones(d, i), "%s/valid_zones", path);
		add_link(t, path, "/sys/devices/system/node/node%u/memory%" PRIu64, device + 1, id);
	}
}

/* The online blocks of a zone, from the first to the last. */
struct zone_span {
	unsigned int first, spanned, present;
};

static struct zone_span span_of(const struct model_device *d, enum zone zone)
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

static void add_node(struct model_tree *t, unsigned int node, uint64_t bytes)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%u", node);
	add_file(t,
		 TEXT("Node %u MemTotal: %" PRIu64 " kB\nNode %u MemFree: %" PRIu64 " kB\n"
		      "Node %u Active: 0 kB\n",
		      node, bytes >> 10, node, bytes >> 10, node),
		 "%s/meminfo", path);
	add_setting(t, "0\n", "%s/hugepages/hugepages-2048kB/nr_hugepages", path);
	add_setting(t, "0\n", "%s/hugepages/hugepages-1048576kB/nr_hugepages", path);
}

/* A node is there while it has memory blocks. Return: whether one of them is online. */
static bool add_device_node(struct model_tree *t, unsigned int device, FILE *zoneinfo)
{
	const struct model_device *d = &t->kernel->devices[device];
	struct zone_span kernel = span_of(d, ZONE_KERNEL), movable = span_of(d, ZONE_MOVABLE);
	uint64_t start = PAGES(start_of(device)), pages = PAGES(MODEL_BLOCK_SIZE);
	bool is_present = false;

	for (unsigned int i = 0; i < MODEL_BLOCKS; i++)
		is_present |= d->blocks[i].present;
	if (!is_present)
		return false;
	add_node(t, device + 1, (kernel.present + movable.present) * MODEL_BLOCK_SIZE);
	write_zone(zoneinfo, device + 1, "Normal", start, pages, kernel);
	write_zone(zoneinfo, device + 1, "Movable", start, pages, movable);
	return kernel.present || movable.present;
}

/* The nodes with memory online: "0-1", "0,2", "0-2". */
static const char *node_list(const bool has_memory[MODEL_DEVICES])
{
	static char text[32];

	strcpy(text, "0");
	for (unsigned int i = 0; i < MODEL_DEVICES; i++) {
		size_t n = strlen(text);

		if (has_memory[i] && (i + 1 == MODEL_DEVICES || !has_memory[i + 1]))
			snprintf(text + n, sizeof(text) - n, "%c%u",
				 i == 0 || has_memory[i - 1] ? '-' : ',', i + 1);
		else if (has_memory[i] && i > 0 && !has_memory[i - 1])
			snprintf(text + n, sizeof(text) - n, ",%u", i + 1);
	}
	strcat(text, "\n");
	return text;
}

static void add_nodes(struct model_tree *t)
{
	bool has_memory[MODEL_DEVICES];
	char *zoneinfo = NULL;
	size_t size;
	FILE *f = open_memstream(&zoneinfo, &size);

	if (!f)
		abort();
	write_zone(f, 0, "Normal", 1, PAGES(RAM), (struct zone_span){ 0, 1, 1 });
	add_node(t, 0, RAM);
	for (unsigned int i = 0; i < MODEL_DEVICES; i++)
		has_memory[i] = add_device_node(t, i, f);
	fclose(f);
	add_file(t, node_list(has_memory), "/sys/devices/system/node/has_memory");
	add_file(t, zoneinfo, "/proc/zoneinfo");
	free(zoneinfo);
}

static void write_iomem(FILE *f, unsigned int *depth, unsigned int device, const char *format, ...)
	_format_(4, 5);
static void write_iomem(FILE *f, unsigned int *depth, unsigned int device, const char *format, ...)
{
	uint64_t start = start_of(device);
	va_list args;

	fprintf(f, "%*s%" PRIx64 "-%" PRIx64 " : ", (int)(*depth)++ * 2, "", start,
		start + MODEL_DEVICE_SIZE - 1);
	va_start(args, format);
	vfprintf(f, format, args);
	va_end(args);
	fputc('\n', f);
}

static void add_iomem(struct model_tree *t)
{
	const struct model_kernel_facts *facts = &model_kernels[t->kernel->release];
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		abort();
	fprintf(f, "00000000-7fffffff : System RAM\n");
	for (unsigned int i = 0; i < MODEL_DEVICES; i++) {
		const struct model_device *d = &t->kernel->devices[i];
		bool memory = d->blocks[0].present;
		unsigned int depth = 0;

		if (facts->has_hmem_line)
			write_iomem(f, &depth, i, "hmem.%u", i);
		if (facts->has_soft_reserved)
			write_iomem(f, &depth, i, "Soft Reserved");
		if (d->driver == MODEL_DEVICE_DAX || memory)
			write_iomem(f, &depth, i, "dax%u.0", i);
		if (memory)
			write_iomem(f, &depth, i, "System RAM (kmem)");
	}
	fclose(f);
	add_file(t, text, "/proc/iomem");
	free(text);
}

/* One process, which has nothing of the devices. */
static void add_processes(struct model_tree *t)
{
	add_link(t, "/proc/1", "/proc/self");
	add_link(t, "pid:[4026531836]", "/proc/1/ns/pid");
	add_file(t, NULL, "/proc/1/fd");
	add_file(t, NULL, "/proc/1/task/1");
	add_file(t, "", "/proc/1/maps");
	add_file(t, "", "/proc/1/numa_maps");
	add_file(t, "0::/init.scope\n", "/proc/1/cgroup");
	add_file(t, "Name:\tinit\nMems_allowed_list:\t0-2\n", "/proc/1/status");
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct model_file *)a)->path, ((const struct model_file *)b)->path);
}

static void clear(struct model_rendering *r)
{
	for (size_t i = 0; i < r->n_files; i++) {
		free(r->files[i].path);
		free(r->files[i].content);
	}
	free(r->files);
	*r = (struct model_rendering){ 0 };
}

static void add_all(struct model_tree *t)
{
	const struct model_kernel *k = t->kernel;

	add_file(t, NULL, "/run");
	add_file(t, NULL, "/sys/class");
	add_file(t, NULL, "/sys/bus/platform");
	add_file(t, "MemTotal: 2097152 kB\nMemFree: 1048576 kB\nMemAvailable: 1048576 kB\n",
		 "/proc/meminfo");
	add_processes(t);
	add_file(t, TEXT("%s\n", model_kernels[k->release].release), "/proc/sys/kernel/osrelease");
	add_setting(t, TEXT("%s\n", model_word(k->policy)),
		    "/sys/devices/system/memory/auto_online_blocks");
	add_file(t, TEXT("%" PRIx64 "\n", MODEL_BLOCK_SIZE),
		 "/sys/devices/system/memory/block_size_bytes");
	add_setting(t, TEXT("%d\n", k->autoprobe), "/sys/bus/dax/drivers_autoprobe");
	add_command(t, "/sys/bus/dax/drivers_probe");
	add_command(t, "/sys/bus/dax/uevent");
	add_file(t, "N\n", "/sys/module/memory_hotplug/parameters/memmap_on_memory");
	for (unsigned int i = MODEL_DEVICE_DAX; i < N_MODEL_DRIVERS; i++)
		add_driver(t, (enum model_driver)i);
	for (unsigned int i = 0; i < MODEL_DEVICES; i++) {
		add_device(t, i);
		add_blocks(t, i);
	}
	add_nodes(t);
	add_iomem(t);
}

/* A state hashes to one place, where a later one of the same hash replaces it. */
static void render(struct model_tree *t)
{
	if (t->is_current)
		return;
	t->now = &t->renderings[model_hash(t->kernel, sizeof(*t->kernel), 0) % MODEL_RENDERINGS];
	t->is_current = true;
	if (t->now->n_files && !memcmp(&t->now->state, t->kernel, sizeof(*t->kernel)))
		return;
	clear(t->now);
	t->now->state = *t->kernel;
	add_all(t);
	qsort(t->now->files, t->now->n_files, sizeof(*t->now->files), compare);
}

/* --- finding ---------------------------------------------------------------------------------- */

static size_t length_to(const char *path, const char *end)
{
	return end ? (size_t)(end - path) : strlen(path);
}

/* The first file whose path is not before the first @length characters of @path. */
static size_t lower_bound(const struct model_tree *t, const char *path, size_t length)
{
	size_t low = 0, high = t->now->n_files;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strncmp(t->now->files[middle].path, path, length) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A file, a link or a directory that was added; NULL for a directory that follows from its files.
 */
static const struct model_file *find_file(const struct model_tree *t, const char *path,
					  size_t length, bool *ret_is_directory)
{
	*ret_is_directory = !length;
	for (size_t i = lower_bound(t, path, length);
	     i < t->now->n_files && !strncmp(t->now->files[i].path, path, length); i++) {
		char next = t->now->files[i].path[length];

		if (!next) {
			*ret_is_directory = !t->now->files[i].content;
			return &t->now->files[i];
		}
		if (next == '/') {
			*ret_is_directory = true;
			return NULL;
		}
	}
	return NULL;
}

static struct model_tree *tree_of(const struct sysfs *fs)
{
	struct model_tree *t = fs->tree;

	render(t);
	return t;
}

/* The path of a name in a directory. */
static void join(const struct sysfs_dir *dir, const char *name, char ret[PATH_MAX])
{
	snprintf(ret, PATH_MAX, "%s/%s", streq(dir->path, "/") ? "" : dir->path, name);
}

/* --- operations ------------------------------------------------------------------------------- */

static int miss(const struct model_tree *t, const char *path)
{
	if (t->trace)
		fprintf(stderr, "not in the model: %s\n", path);
	return -ENOENT;
}

static int open_directory(struct sysfs *fs, const char *path, int *ret_fd, char **ret_path)
{
	struct model_tree *t = tree_of(fs);
	struct path now;
	const char *rest = path, *component;
	size_t length;
	bool is_directory = true;

	if (t->dead)
		return -EIO;
	path_init(&now);
	while (path_next_component(&rest, &component, &length) == COMPONENT_NAME) {
		const struct model_file *f;

		if (path_push(&now, component, length) < 0)
			return -ENAMETOOLONG;
		f = find_file(t, path_text(&now), now.length, &is_directory);
		if (f && f->is_link) {
			path_init(&now);
			if (path_append(&now, f->content) < 0)
				return -ENAMETOOLONG;
			find_file(t, path_text(&now), now.length, &is_directory);
		} else if (f && f->content) {
			return -ENOTDIR;
		}
		if (!is_directory)
			return miss(t, path_text(&now));
	}
	*ret_fd = -1;
	*ret_path = strdup(path_text(&now));
	return *ret_path ? 0 : -ENOMEM;
}

/* An open file: its content as it was then, or its path to write to. */
struct handle {
	char *text;
	size_t length;
	size_t offset;
};

static int open_file(const struct sysfs_dir *dir, const char *name, int flags,
		     struct sysfs_file *ret)
{
	struct model_tree *t = tree_of(dir->fs);
	const struct model_file *f;
	char path[PATH_MAX];
	struct handle *h;
	bool is_directory;

	if (t->dead)
		return -EIO;
	join(dir, name, path);
	f = find_file(t, path, strlen(path), &is_directory);
	if (is_directory)
		return -EISDIR;
	if (!f)
		return miss(t, path);
	if (f->is_link)
		return -ELOOP;
	if (f->access == (flags & O_WRONLY ? O_RDONLY : O_WRONLY))
		return -EACCES;
	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	h->text = strdup(flags & O_WRONLY ? path : f->content);
	h->length = h->text ? strlen(h->text) : 0;
	ret->handle = h;
	return 0;
}

static int read_file(struct sysfs_file *file, char *buffer, size_t size, size_t *ret_length)
{
	struct handle *h = file->handle;
	size_t n = h->length - h->offset < size ? h->length - h->offset : size;

	memcpy(buffer, h->text + h->offset, n);
	h->offset += n;
	*ret_length = n;
	return 0;
}

static int write_file(const struct sysfs_file *file, const char *value)
{
	struct model_tree *t = file->fs->tree;
	const struct handle *h = file->handle;
	struct model_event event = { ++t->n_writes, h->text, value };
	int r;

	if (t->dead)
		return -EIO;
	r = t->on_write ? t->on_write(t->data, &event) : 0;
	if (r == 0 && !t->dead)
		r = model_write(t->kernel, h->text, value);
	model_tree_changed(t);
	return r;
}

static void close_file(struct sysfs_file *file)
{
	struct handle *h = file->handle;

	free(h->text);
	free(h);
}

static int read_link(const struct sysfs_dir *dir, const struct name *name, char target[PATH_MAX])
{
	struct model_tree *t = tree_of(dir->fs);
	const struct model_file *f;
	char path[PATH_MAX];
	bool is_directory;

	if (t->dead)
		return -EIO;
	join(dir, name->text, path);
	f = find_file(t, path, strlen(path), &is_directory);
	if (!f)
		return is_directory ? -EINVAL : miss(t, path);
	if (!f->is_link)
		return -EINVAL;
	snprintf(target, PATH_MAX, "%s", f->content);
	return 0;
}

static int find(const struct sysfs_dir *dir, const char *name, mode_t *ret_mode)
{
	struct model_tree *t = tree_of(dir->fs);
	const struct model_file *f;
	char path[PATH_MAX];
	bool is_directory;

	if (t->dead)
		return -EIO;
	join(dir, name, path);
	f = find_file(t, path, strlen(path), &is_directory);
	if (!f && !is_directory)
		return miss(t, path);
	if (ret_mode)
		*ret_mode = is_directory ? S_IFDIR : f->is_link ? S_IFLNK : S_IFREG;
	return 0;
}

static int list(const struct sysfs_dir *dir, int (*fn)(void *data, const char *name), void *data)
{
	struct model_tree *t = tree_of(dir->fs);
	char prefix[PATH_MAX], last[NAME_MAX + 1] = "";
	size_t length;
	int r = 0;

	if (t->dead)
		return -EIO;
	join(dir, "", prefix);
	length = strlen(prefix);
	for (size_t i = lower_bound(t, prefix, length);
	     r == 0 && i < t->now->n_files && starts_with(t->now->files[i].path, prefix); i++) {
		const char *rest = t->now->files[i].path + length;
		char name[NAME_MAX + 1];

		snprintf(name, sizeof(name), "%.*s", (int)length_to(rest, strchr(rest, '/')), rest);
		if (streq(name, last))
			continue;
		memcpy(last, name, sizeof(last));
		r = fn(data, name);
	}
	return r;
}

static int check_writable(const struct sysfs_dir *dir _unused_)
{
	return 0;
}

static const struct sysfs_ops ops = {
	.is_live = true,
	.open_directory = open_directory,
	.open = open_file,
	.read = read_file,
	.write = write_file,
	.close = close_file,
	.read_link = read_link,
	.find = find,
	.list = list,
	.check_writable = check_writable,
};

int model_tree_open(struct model_tree *tree, struct model_kernel *kernel, struct sysfs **ret)
{
	*tree = (struct model_tree){ .kernel = kernel };
	tree->renderings = calloc(MODEL_RENDERINGS, sizeof(*tree->renderings));
	if (!tree->renderings)
		return -ENOMEM;
	return sysfs_new_with(ret, &ops, tree, NULL);
}

void model_tree_changed(struct model_tree *tree)
{
	tree->is_current = false;
}

void model_tree_done(struct model_tree *tree)
{
	for (size_t i = 0; tree->renderings && i < MODEL_RENDERINGS; i++)
		clear(&tree->renderings[i]);
	free(tree->renderings);
	*tree = (struct model_tree){ 0 };
}

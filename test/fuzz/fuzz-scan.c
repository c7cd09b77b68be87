/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tiny tree whose attributes are the lines of the input, one each: a scan of everything must end
 * with a snapshot, and every value of it must be readable.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "daxbus.h"
#include "fuzz.h"
#include "model/public-max.h"

#define DEVICE "sys/devices/platform/hmem.0/dax0.0"

static const char *const directories[] = {
	"proc",
	"sys",
	"sys/bus",
	"sys/bus/dax",
	"sys/bus/dax/devices",
	"sys/bus/platform",
	"sys/devices",
	"sys/devices/platform",
	"sys/devices/platform/hmem.0",
	"sys/devices/platform/hmem.0/dax_region",
	DEVICE,
	DEVICE "/mapping0",
	DEVICE "/mapping1",
	"sys/devices/system",
	"sys/devices/system/memory",
	"sys/devices/system/memory/memory0",
	"sys/devices/system/memory/memory1",
	"sys/devices/system/node",
	"sys/devices/system/node/node1",
	"sys/devices/system/node/node1/memory0",
	"sys/devices/system/node/node1/memory1",
};

static const char *const files[] = {
	DEVICE "/uevent", /* its lines are parted by ';' */
	DEVICE "/size",
	DEVICE "/align",
	DEVICE "/target_node",
	DEVICE "/numa_node",
	DEVICE "/mapping0/start",
	DEVICE "/mapping0/end",
	DEVICE "/mapping0/page_offset",
	DEVICE "/mapping1/start",
	DEVICE "/mapping1/end",
	"sys/devices/system/memory/block_size_bytes",
	"sys/devices/system/memory/memory0/valid_zones",
	"sys/devices/system/memory/memory1/state",
	"sys/devices/system/node/online",
	"sys/devices/system/node/has_cpu",
	"sys/devices/system/node/node1/distance",
	"sys/devices/platform/hmem.0/dax_region/available_size",
	"page_size",
	"proc/zoneinfo",
	"proc/iomem",
	DEVICE "/resource",
	"sys/devices/platform/hmem.0/dax_region/size",
};

static int make_tree(void)
{
	int root = open(fuzz_directory(), O_PATH | O_DIRECTORY | O_CLOEXEC);

	fuzz_check(root >= 0);
	for (size_t i = 0; i < ARRAY_SIZE(directories); i++)
		fuzz_check(mkdirat(root, directories[i], 0755) == 0);
	fuzz_check(symlinkat("../../../devices/platform/hmem.0/dax0.0", root,
			     "sys/bus/dax/devices/dax0.0") == 0);
	fuzz_check(symlinkat("../../../bus/platform", root,
			     "sys/devices/platform/hmem.0/subsystem") == 0);
	return root;
}

static void write_file(int root, const char *path, char *text)
{
	int fd = openat(root, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	size_t length = strlen(text);

	for (char *c = text; *c; c++)
		if (*c == ';')
			*c = '\n';
	fuzz_check(fd >= 0 && write(fd, text, length) == (ssize_t)length);
	close(fd);
}

static void read_value(const struct daxbus_object *o, const struct daxbus_field *field)
{
	struct daxbus_value value;

	fuzz_check(daxbus_get(o, field, &value) == 0);
	if (value.presence != DAXBUS_KNOWN)
		return;
	if (value.type == DAXBUS_STRING)
		fuzz_check(value.string && strlen(value.string) < 8192);
	for (size_t i = 0; value.type == DAXBUS_STRINGS && i < value.n_strings; i++)
		fuzz_check(value.strings[i]);
}

static void read_snapshot(const struct daxbus_snapshot *s)
{
	for (enum daxbus_kind kind = 0; kind < _DAXBUS_KIND_MAX; kind++) {
		const struct daxbus_object *o = NULL;

		while ((o = daxbus_snapshot_next(s, kind, o))) {
			const struct daxbus_field *field = NULL;

			while ((field = daxbus_field_next(kind, field)))
				read_value(o, field);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int root = -1;
	struct daxbus_ctx *ctx = NULL;
	struct daxbus_query *query = NULL;
	struct daxbus_snapshot *s = NULL;
	char *text = fuzz_string(data, size), *rest = text;

	if (root < 0)
		root = make_tree();
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		write_file(root, files[i], rest ? strsep(&rest, "\n") : (char[]){ "" });
	fuzz_check(daxbus_new(&ctx) == 0 && daxbus_query_new(&query) == 0);
	fuzz_check(daxbus_set_sysroot(ctx, fuzz_directory(), NULL) == 0);
	for (enum daxbus_kind kind = 0; kind < _DAXBUS_KIND_MAX; kind++) {
		const struct daxbus_field *field = NULL;

		/* Without blocks as objects first, then with them: they are counted another way. */
		if (kind == DAXBUS_BLOCK) {
			fuzz_check(daxbus_scan(ctx, query, &s, NULL) == 0);
			read_snapshot(s);
			s = daxbus_snapshot_free(s);
		}
		while ((field = daxbus_field_next(kind, field)))
			fuzz_check(daxbus_query_add_field(query, kind, field->name, NULL) == 0);
	}
	fuzz_check(daxbus_scan(ctx, query, &s, NULL) == 0);
	read_snapshot(s);
	daxbus_snapshot_free(s);
	daxbus_query_free(query);
	daxbus_free(ctx);
	free(text);
	return 0;
}

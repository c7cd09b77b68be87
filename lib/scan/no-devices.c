/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/no-devices.h"

#include "base/parse.h"
#include "base/string.h"
#include "scan/bus.h"

/* --- soft-reserved memory --------------------------------------------------------------------- */

static int find_hmem(void *data, const char *name)
{
	bool *found = data;
	uint64_t number;

	if (parse_numbered(name, "hmem.", &number) < 0 &&
	    parse_numbered(name, "hmem_platform.", &number) < 0)
		return 0;
	*found = true;
	return 1;
}

static int has_soft_reserved(struct sysfs *fs, bool *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *iomem = NULL;
	int r = sysfs_read_proc(fs, &iomem, "iomem");

	*ret = r == 0 && strstr(iomem, " : Soft Reserved\n");
	if (r == -ENOMEM || *ret)
		return r;
	r = sysfs_dir_open(fs, &dir, "/sys/bus/platform/devices")
		    ?: sysfs_list(&dir, find_hmem, ret);
	return r == -ENOMEM ? r : 0;
}

static bool has_hmem_driver(struct sysfs *fs)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;

	return sysfs_dir_open(fs, &dir, "/sys/bus/platform/drivers/hmem") == 0;
}

static int explain_soft_reserved(struct sysfs *fs, struct daxbus_snapshot *s)
{
	bool found = false;
	int r = has_soft_reserved(fs, &found);

	if (r < 0 || !found)
		return r;
	return has_hmem_driver(fs)
		       ? bus_note(
				 s,
				 "the firmware has set memory aside (Soft Reserved), but the "
				 "driver of dax_hmem has no region of it: see the kernel's messages")
		       : bus_note(s, "the firmware has set memory aside (Soft Reserved), but the "
				     "driver is not loaded: run 'modprobe dax_hmem'");
}

/* --- CXL -------------------------------------------------------------------------------------- */

struct cxl_count {
	size_t memdevs;
	size_t regions;
};

static int count_cxl(void *data, const char *name)
{
	struct cxl_count *cxl = data;
	uint64_t number;

	if (parse_numbered(name, "mem", &number) == 0)
		cxl->memdevs++;
	else if (parse_numbered(name, "region", &number) == 0)
		cxl->regions++;
	else
		return 0;
	return 1;
}

static int explain_cxl(struct sysfs *fs, struct daxbus_snapshot *s)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	struct cxl_count cxl = { 0 };
	int r = sysfs_dir_open(fs, &dir, "/sys/bus/cxl/devices")
			?: sysfs_list(&dir, count_cxl, &cxl);

	if (r == -ENOMEM || !cxl.memdevs)
		return r == -ENOMEM ? r : 0;
	if (!cxl.regions)
		return bus_note(
			s,
			"there %s %zu CXL memory device%s, but no CXL region, which gives "
			"it a device: see 'daxbus list --regions' and 'daxbus create --memdev'",
			cxl.memdevs == 1 ? "is" : "are", cxl.memdevs, plural(cxl.memdevs));
	return bus_note(s,
			"there %s %zu CXL region%s without a device: it is disabled (see "
			"cxl-enable-region(1)), of persistent memory, or dax_cxl is not loaded",
			cxl.regions == 1 ? "is" : "are", cxl.regions, plural(cxl.regions));
}

int no_devices_explain(struct sysfs *fs, struct daxbus_snapshot *s)
{
	return explain_soft_reserved(fs, s) ?: explain_cxl(fs, s);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/run-cache.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/parse.h"

#define START_NAME "start-region%" PRIu64

int run_cache_write(struct sysfs *fs, const char *name, const char *text)
{
	_cleanup_close_ int directory = -1, fd = -1;

	if (!sysfs_is_host(fs))
		return -EROFS;
	if (mkdir(RUN_CACHE_DIRECTORY, 0755) < 0 && errno != EEXIST)
		return -errno;
	directory = open(RUN_CACHE_DIRECTORY, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (directory < 0)
		return -errno;
	fd = openat(directory, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		    0644);
	if (fd < 0)
		return -errno;
	if (!fd_is_own(directory) || !fd_is_own(fd))
		return -EACCES;
	if (ftruncate(fd, 0) < 0)
		return -errno;
	return fd_write_all(fd, text, strlen(text));
}

static int read_inode(struct sysfs *fs, const struct region *region, uint64_t *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r;

	if (region->path.is != DAXBUS_KNOWN)
		return -ENOENT;
	r = sysfs_dir_open(fs, &dir, "/sys%s/dax_region", region->path.v);
	return r < 0 ? r : sysfs_dir_inode(&dir, ret);
}

int run_cache_write_start(struct sysfs *fs, const struct region *region, uint64_t start)
{
	char name[64], text[64];
	uint64_t inode;
	int r = read_inode(fs, region, &inode);

	if (r < 0)
		return r;
	snprintf(name, sizeof(name), START_NAME, region->id.v);
	snprintf(text, sizeof(text), "%" PRIu64 " %" PRIu64 "\n", inode, start);
	return run_cache_write(fs, name, text);
}

/* "INODE START" */
static int parse_start(char *text, uint64_t *ret_inode, uint64_t *ret_start)
{
	char *rest = text, *inode = strsep(&rest, " ");

	return rest ? parse_u64(inode, 10, ret_inode) ?: parse_u64(rest, 10, ret_start) : -EINVAL;
}

struct opt_u64 run_cache_read_start(struct sysfs *fs, const struct region *region)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir notes = SYSFS_DIR_INIT;
	_cleanup_free_ char *text = NULL;
	uint64_t noted = 0, inode = 0, start = 0;
	int r;

	if (!sysfs_is_live(fs))
		return unknown();
	r = sysfs_dir_open(fs, &notes, RUN_CACHE_DIRECTORY)
		?: sysfs_read_str(&notes, &text, START_NAME, region->id.v)
		?: parse_start(text, &noted, &start)
		?: read_inode(fs, region, &inode);
	return r == 0 && noted == inode ? known(start) : unknown();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any content of an attribute, read by each reader. What they should say is worked out here from
 * the input alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/parse.h"
#include "fuzz.h"
#include "io/sysfs.h"

struct heard {
	const uint8_t *data;
	size_t size;
	int n;
};

/* An observer copies: it has to hear every byte, or that it could not be read. */
static void hear(void *data, const char *path, const char *content, ssize_t length)
{
	struct heard *heard = data;

	fuzz_check(streq(path, "/value"));
	heard->n++;
	if (length < 0)
		fuzz_check(!content && heard->size > 4096);
	else
		fuzz_check((size_t)length == heard->size &&
			   !memcmp(content, heard->data, heard->size));
}

static void check_str(const struct sysfs_dir *dir, const uint8_t *data, size_t size, bool usable)
{
	_cleanup_free_ char *s = NULL;
	uint64_t number = 99, expected = 99;
	int r = sysfs_read_str(dir, &s, "value");
	int q = sysfs_read_u64(dir, &number, 0, "value");

	if (!usable || size > 4096) {
		fuzz_check(r == -EBADMSG && q == -EBADMSG && !s && number == 99);
		return;
	}
	if (data[size - 1] == '\n')
		size--;
	fuzz_check(r == 0 && strlen(s) == size && !memcmp(s, data, size));
	fuzz_check(q == (parse_u64(s, 0, &expected) < 0 ? -EBADMSG : 0));
	fuzz_check(number == expected);
}

static void check_file(const struct sysfs_dir *dir, const uint8_t *data, size_t size, bool usable)
{
	_cleanup_free_ char *s = NULL;
	int r = sysfs_read_file(dir, &s, "value");

	if (usable)
		fuzz_check(r == 0 && strlen(s) == size && !memcmp(s, data, size));
	else
		fuzz_check(r == -EBADMSG && !s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	struct heard heard = { .data = data, .size = size };
	const struct sysfs_observer observer = { .file = hear, .data = &heard };
	bool usable = size && !memchr(data, '\0', size);
	int root, fd;

	fuzz_check(sysfs_new(&fs, fuzz_directory(), NULL, NULL) == 0);
	root = open(fuzz_directory(), O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd = openat(root, "value", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	fuzz_check(root >= 0 && fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
	close(root);

	fuzz_check(sysfs_dir_open(fs, &dir, "/") == 0);
	check_str(&dir, data, size, usable);
	check_file(&dir, data, size, usable);
	sysfs_observe(fs, &observer);
	check_str(&dir, data, size, usable);
	fuzz_check(heard.n == 2);
	sysfs_dir_done(&dir);
	return 0;
}

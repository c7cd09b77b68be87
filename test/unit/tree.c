/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "unit.h"

static int remove_one(const char *path, const struct stat *st _unused_, int type _unused_,
		      struct FTW *ftw _unused_)
{
	return remove(path);
}

static void remove_all(const char *path)
{
	assert_int_equal(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

int tree_set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");
	struct tree *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	assert_true(asprintf(&t->folder, "%s/daxbus-unit-XXXXXX", tmp && *tmp ? tmp : "/tmp") > 0);
	assert_non_null(mkdtemp(t->folder));
	assert_int_equal(sysfs_new(&t->fs, t->folder, NULL, NULL), 0);
	*state = t;
	return 0;
}

int tree_tear_down(void **state)
{
	struct tree *t = *state;

	sysfs_free(t->fs);
	remove_all(t->folder);
	free(t->folder);
	free(t);
	return 0;
}

static char *_format_(2, 0) path_in(const struct tree *t, const char *format, va_list args)
{
	_cleanup_free_ char *path = NULL;
	char *s = NULL;

	assert_true(vasprintf(&path, format, args) >= 0);
	assert_true(asprintf(&s, "%s%s", t->folder, path) >= 0);
	return s;
}

/* The folders above the last component. */
static void make_parents(const struct tree *t, char *s)
{
	for (char *p = strchr(s + strlen(t->folder) + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		assert_true(mkdir(s, 0755) == 0 || errno == EEXIST);
		*p = '/';
	}
}

static void write_bytes(const struct tree *t, char *s, const char *bytes, size_t length)
{
	int fd;

	make_parents(t, s);
	fd = open(s, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, length), length);
	close(fd);
}

/* The path that a function's own format and arguments say. */
#define PATH_IN(path)                                                                              \
	_cleanup_free_ char *path = NULL;                                                          \
	va_list args;                                                                              \
	va_start(args, format);                                                                    \
	path = path_in(t, format, args);                                                           \
	va_end(args)

void tree_folder(const struct tree *t, const char *format, ...)
{
	PATH_IN(s);
	make_parents(t, s);
	assert_true(mkdir(s, 0755) == 0 || errno == EEXIST);
}

void tree_write(const struct tree *t, const char *text, const char *format, ...)
{
	_cleanup_free_ char *line = NULL;

	PATH_IN(s);
	assert_true(asprintf(&line, "%s\n", text) > 0);
	write_bytes(t, s, line, strlen(line));
}

void tree_write_u64(const struct tree *t, uint64_t number, const char *format, ...)
{
	char line[32];

	PATH_IN(s);
	snprintf(line, sizeof(line), "%" PRIu64 "\n", number);
	write_bytes(t, s, line, strlen(line));
}

void tree_write_hex(const struct tree *t, uint64_t number, const char *format, ...)
{
	char line[32];

	PATH_IN(s);
	snprintf(line, sizeof(line), "0x%" PRIx64 "\n", number);
	write_bytes(t, s, line, strlen(line));
}

void tree_write_nothing(const struct tree *t, const char *format, ...)
{
	PATH_IN(s);
	write_bytes(t, s, "", 0);
}

void tree_link(const struct tree *t, const char *target, const char *format, ...)
{
	PATH_IN(s);
	make_parents(t, s);
	assert_int_equal(symlink(target, s), 0);
}

void tree_remove(const struct tree *t, const char *format, ...)
{
	PATH_IN(s);
	remove_all(s);
}

void tree_process(const struct tree *t, unsigned int pid, const char *name, unsigned int mebibytes)
{
	_cleanup_free_ char *maps = NULL;

	assert_true(asprintf(&maps,
			     "7e00 default anon=3 N0=3 kernelpagesize_kB=4\n"
			     "7f00 default huge N0=9999 N1=%u kernelpagesize_kB=1024",
			     mebibytes) > 0);
	tree_write(t, name, "/proc/%u/comm", pid);
	tree_write(t, maps, "/proc/%u/numa_maps", pid);
	tree_folder(t, "/proc/%u/task/%u", pid, pid);
}

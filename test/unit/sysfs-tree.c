/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sysfs-tree.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "unit.h"

char *_format_(1, 2) format_path(const char *format, ...)
{
	va_list args;
	char *s = NULL;

	va_start(args, format);
	assert_true(vasprintf(&s, format, args) >= 0);
	va_end(args);
	return s;
}

void make_folder(const struct fixture *f, const char *path)
{
	_cleanup_free_ char *s = format_path("%s%s", f->tree, path);

	for (char *slash = strchr(s + strlen(f->tree) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(s, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
	assert_true(mkdir(s, 0755) == 0 || errno == EEXIST);
}

static void make_file(const struct fixture *f, const char *path, const char *content, size_t length)
{
	_cleanup_free_ char *s = format_path("%s%s", f->tree, path);
	_cleanup_close_ int fd = open(s, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, length), length);
}

void make_text(const struct fixture *f, const char *path, const char *text)
{
	make_file(f, path, text, strlen(text));
}

void make_filled(const struct fixture *f, const char *path, size_t length, const char *end)
{
	_cleanup_free_ char *content = malloc(length);

	assert_non_null(content);
	memset(content, 'x', length);
	memcpy(content + length - strlen(end), end, strlen(end));
	make_file(f, path, content, length);
}

void make_link(const struct fixture *f, const char *path, const char *target)
{
	_cleanup_free_ char *s = format_path("%s%s", f->tree, path);

	assert_int_equal(symlink(target, s), 0);
}

static void make_bus(const struct fixture *f)
{
	make_folder(f, DEVICE "/mapping0");
	make_folder(f, "/sys/bus/dax/devices");
	make_folder(f, "/sys/bus/dax/drivers/kmem");
	make_link(f, "/sys/bus/dax/devices/dax0.0", "../../../devices/platform/hmem.0/dax0.0");
	make_link(f, "/sys/bus/dax/devices/absolute", DEVICE);
	make_link(f, "/sys/bus/dax/devices/twice", "absolute/../dax0.0/.");
	make_link(f, "/sys/bus/dax/devices/dangling", "../../../devices/platform/hmem.9/dax9.0");
	make_link(f, "/sys/bus/dax/devices/up", "../../../../../../../../../../etc");
	make_link(f, "/sys/bus/dax/devices/upper", "/../../..");
	make_link(f, "/sys/bus/dax/devices/self", "self");
	make_link(f, "/sys/bus/dax/devices/ping", "pong");
	make_link(f, "/sys/bus/dax/devices/pong", "./ping");
	make_link(f, "/sys/bus/dax/devices/to-file",
		  "../../../devices/platform/hmem.0/dax0.0/size");
	make_link(f, DEVICE "/driver", "../../../../bus/dax/drivers/kmem");
	make_link(f, DEVICE "/subsystem", "/sys/bus/dax");
	make_link(f, DEVICE "/root", "../../../../../../..");
	make_link(f, DEVICE "/mapping0/parent", "..");
	make_folder(f, "/etc");
	make_text(f, "/etc/hostname", "inside\n");
}

static void make_attributes(const struct fixture *f)
{
	make_text(f, DEVICE "/size", "1073741824\n");
	make_text(f, DEVICE "/mapping0/start", "0x140000000\n");
	make_text(f, DEVICE "/no-newline", "7");
	make_text(f, DEVICE "/two-newlines", "7\n\n");
	make_text(f, DEVICE "/newline", "\n");
	make_text(f, DEVICE "/signed", "-1\n");
	make_text(f, DEVICE "/word", "7 apples\n");
	make_text(f, DEVICE "/large", "18446744073709551616\n");
	make_text(f, DEVICE "/empty", "");
	make_file(f, DEVICE "/binary", "1\0002\n", 4);
	make_file(f, DEVICE "/nul", "", 1);
	make_filled(f, DEVICE "/page", ATTRIBUTES, "\n");
	make_filled(f, DEVICE "/page-and-one", ATTRIBUTES + 1, "\n");
	make_filled(f, DEVICE "/mebibyte", 1 << 20, "\n");
	make_folder(f, DEVICE "/name with spaces");
	make_text(f, DEVICE "/name with spaces/an attribute", "yes\n");
}

static void make_hostile(struct fixture *f)
{
	_cleanup_free_ char *outside = format_path("%s/outside", f->folder);
	_cleanup_free_ char *fifo = format_path("%s" DEVICE "/fifo", f->tree);
	_cleanup_free_ char *node = format_path("%s" DEVICE "/node", f->tree);
	_cleanup_close_ int fd = open(outside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	assert_int_equal(write(fd, OUTSIDE, strlen(OUTSIDE)), strlen(OUTSIDE));
	make_link(f, DEVICE "/to-outside", "../../../../../../outside");
	make_link(f, DEVICE "/to-outside-absolute", outside);
	make_link(f, DEVICE "/to-shadow", "/etc/shadow");
	make_link(f, DEVICE "/to-passwd", "../../../../../../../../../../etc/passwd");
	make_link(f, DEVICE "/to-size", "size");
	make_link(f, DEVICE "/to-itself", "to-itself");
	make_link(f, DEVICE "/mapping1", "mapping0");
	make_link(f, DEVICE "/mapping2", f->folder);
	assert_int_equal(mkfifo(fifo, 0644), 0);
	/* /dev/zero: endless, were it read. Only root may make one. */
	f->have_node = mknod(node, S_IFCHR | 0644, makedev(1, 5)) == 0;
}

static void make_chain(const struct fixture *f)
{
	make_folder(f, "/chain");
	make_folder(f, "/chain/link0");
	for (int i = 1; i <= 41; i++) {
		_cleanup_free_ char *path = format_path("/chain/link%d", i);
		_cleanup_free_ char *target = format_path("link%d", i - 1);

		make_link(f, path, target);
	}
}

static int remove_one(const char *path, const struct stat *st _unused_, int type _unused_,
		      struct FTW *ftw _unused_)
{
	return remove(path);
}

static int set_up(struct fixture *f, bool walk)
{
	const char *tmp = getenv("TMPDIR");

	*f = (struct fixture){ .walk = walk };
	f->folder = format_path("%s/daxbus-unit-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(f->folder));
	assert_int_equal(chmod(f->folder, 0755), 0);
	f->tree = format_path("%s/tree", f->folder);
	assert_int_equal(mkdir(f->tree, 0755), 0);
	make_bus(f);
	make_attributes(f);
	make_hostile(f);
	make_chain(f);
	assert_int_equal(sysfs_new(&f->fs, f->tree, NULL, NULL), 0);
	if (walk)
		sysfs_force_walk(f->fs);
	return 0;
}

static struct fixture fixture;

int set_up_openat2(void **state)
{
	*state = &fixture;
	if (syscall(SYS_openat2, AT_FDCWD, "/", NULL, 0) < 0 && (errno == ENOSYS || errno == EPERM))
		print_message("there is no openat2 here: the walk is tested twice\n");
	return set_up(&fixture, false);
}

int set_up_walk(void **state)
{
	*state = &fixture;
	return set_up(&fixture, true);
}

int tear_down(void **state)
{
	struct fixture *f = *state;
	int r;

	f->fs = sysfs_free(f->fs);
	r = nftw(f->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(f->folder);
	free(f->tree);
	return r;
}

struct sysfs_dir open_dir(struct sysfs *fs, const char *path)
{
	struct sysfs_dir dir = SYSFS_DIR_INIT;

	assert_int_equal(sysfs_dir_open(fs, &dir, "%s", path), 0);
	return dir;
}

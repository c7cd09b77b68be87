/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/string.h"
#include "base/strv.h"
#include "sysfs-tree.h"
#include "unit.h"

/* --- attributes --- */

static const struct {
	const char *name;
	int str;       /* what sysfs_read_str() returns */
	const char *s; /* and the text, when it is not too long to write here */
	int u64;       /* what sysfs_read_u64() returns */
	uint64_t number;
} attributes[] = {
	{ "size", 0, "1073741824", 0, 1073741824 },
	{ "./size", 0, "1073741824", 0, 1073741824 },
	{ "mapping0/start", 0, "0x140000000", 0, 0x140000000 },
	{ "mapping0//start", 0, "0x140000000", 0, 0x140000000 },
	{ "no-newline", 0, "7", 0, 7 },
	{ "two-newlines", 0, "7\n", -EBADMSG, 0 },
	{ "newline", 0, "", -EBADMSG, 0 },
	{ "signed", 0, "-1", -EBADMSG, 0 },
	{ "word", 0, "7 apples", -EBADMSG, 0 },
	{ "large", 0, "18446744073709551616", -EBADMSG, 0 },
	{ "name with spaces/an attribute", 0, "yes", -EBADMSG, 0 },
	{ "page", 0, NULL, -EBADMSG, 0 },
	{ "empty", -EBADMSG, NULL, -EBADMSG, 0 },
	{ "binary", -EBADMSG, NULL, -EBADMSG, 0 },
	{ "nul", -EBADMSG, NULL, -EBADMSG, 0 },
	{ "page-and-one", -EBADMSG, NULL, -EBADMSG, 0 },
	{ "mebibyte", -EBADMSG, NULL, -EBADMSG, 0 },
	{ "fifo", -EBADMSG, NULL, -EBADMSG, 0 },
	{ "mapping0", -EISDIR, NULL, -EISDIR, 0 },
	{ "missing", -ENOENT, NULL, -ENOENT, 0 },
	{ "missing/start", -ENOENT, NULL, -ENOENT, 0 },
	{ "size/start", -ENOTDIR, NULL, -ENOTDIR, 0 },
	{ "", -ENOENT, NULL, -ENOENT, 0 },
	{ ".", -ENOENT, NULL, -ENOENT, 0 },
	/* No link is followed, wherever it leads. */
	{ "to-size", -ELOOP, NULL, -ELOOP, 0 },
	{ "to-itself", -ELOOP, NULL, -ELOOP, 0 },
	{ "to-shadow", -ELOOP, NULL, -ELOOP, 0 },
	{ "to-passwd", -ELOOP, NULL, -ELOOP, 0 },
	{ "to-outside", -ELOOP, NULL, -ELOOP, 0 },
	{ "to-outside-absolute", -ELOOP, NULL, -ELOOP, 0 },
	{ "mapping1/start", -ELOOP, NULL, -ELOOP, 0 },
	{ "mapping2/outside", -ELOOP, NULL, -ELOOP, 0 },
	{ "root/etc/hostname", -ELOOP, NULL, -ELOOP, 0 },
	/* Nor does a name lead out. */
	{ "/etc/passwd", -EXDEV, NULL, -EXDEV, 0 },
	{ "..", -EXDEV, NULL, -EXDEV, 0 },
	{ "mapping0/../size", -EXDEV, NULL, -EXDEV, 0 },
	{ "../../../../../../outside", -EXDEV, NULL, -EXDEV, 0 },
};

static void test_attributes(void **state)
{
	struct fixture *f = *state;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir =
		open_dir(f->fs, "/sys/bus/dax/devices/dax0.0");

	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++) {
		_cleanup_free_ char *s = NULL;
		uint64_t number = 99;
		int r = sysfs_read_str(&dir, &s, "%s", attributes[i].name);
		int q = sysfs_read_u64(&dir, &number, 0, "%s", attributes[i].name);

		if (r != attributes[i].str || q != attributes[i].u64)
			fail_msg("%s: %d and %d", attributes[i].name, r, q);
		assert_row(i, (r == 0) == (s != NULL));
		if (attributes[i].s)
			assert_string_equal(s, attributes[i].s);
		else if (s)
			assert_int_equal(strlen(s), ATTRIBUTES - 1);
		assert_row(i, number == (q < 0 ? 99 : attributes[i].number));
	}
}

static void test_node(void **state)
{
	struct fixture *f = *state;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = open_dir(f->fs, DEVICE);
	char *s = NULL;

	if (!f->have_node) {
		print_message("only root can make a device node\n");
		skip();
	}
	assert_int_equal(sysfs_read_str(&dir, &s, "node"), -EBADMSG);
	assert_int_equal(sysfs_read_file(&dir, &s, "node"), -EBADMSG);
	assert_true(sysfs_has(&dir, "node"));
}

static void test_base(void **state)
{
	struct fixture *f = *state;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = open_dir(f->fs, DEVICE);
	uint64_t number = 0;

	assert_int_equal(sysfs_read_u64(&dir, &number, 10, "mapping%d/%s", 0, "start"), -EBADMSG);
	assert_int_equal(sysfs_read_u64(&dir, &number, 16, "mapping%d/%s", 0, "start"), 0);
	assert_int_equal(number, 0x140000000);
	assert_int_equal(sysfs_read_u64(&dir, &number, 16, "size"), 0);
	assert_int_equal(number, 0x1073741824);
}

/* --- whole files --- */

static void test_files(void **state)
{
	struct fixture *f = *state;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = open_dir(f->fs, DEVICE);
	_cleanup_free_ char *sparse = format_path("%s/sparse", f->tree);
	_cleanup_free_ char *s = NULL;

	assert_int_equal(sysfs_read_file(&dir, &s, "missing"), -ENOENT);
	assert_int_equal(sysfs_read_file(&dir, &s, "empty"), -EBADMSG);
	assert_int_equal(sysfs_read_file(&dir, &s, "binary"), -EBADMSG);
	assert_int_equal(sysfs_read_file(&dir, &s, "fifo"), -EBADMSG);
	assert_int_equal(sysfs_read_file(&dir, &s, "mapping0"), -EISDIR);
	assert_int_equal(sysfs_read_file(&dir, &s, "to-size"), -ELOOP);
	assert_int_equal(sysfs_read_file(&dir, &s, "../dax0.0/size"), -EXDEV);
	assert_null(s);
	assert_int_equal(sysfs_read_file(&dir, &s, "size"), 0);
	assert_string_equal(s, "1073741824\n");
	free(TAKE_PTR(s));
	assert_int_equal(sysfs_read_file(&dir, &s, "mebibyte"), 0);
	assert_int_equal(strlen(s), 1 << 20);
	free(TAKE_PTR(s));

	sysfs_dir_done(&dir);
	dir = open_dir(f->fs, "/");
	make_filled(f, "/largest", 16 << 20, "\n");
	assert_int_equal(sysfs_read_file(&dir, &s, "largest"), 0);
	assert_int_equal(strlen(s), 16 << 20);
	free(TAKE_PTR(s));
	make_filled(f, "/too-large", (16 << 20) + 1, "\n");
	assert_int_equal(sysfs_read_file(&dir, &s, "too-large"), -EFBIG);
	/* Without an end, as far as a reader can tell. */
	make_text(f, "/sparse", "");
	assert_int_equal(truncate(sparse, INT64_C(1) << 40), 0);
	assert_int_equal(sysfs_read_file(&dir, &s, "sparse"), -EFBIG);
	assert_null(s);
}

/* --- links --- */

static void test_links(void **state)
{
	static const struct {
		const char *folder, *name;
		int r;
		const char *path, *last;
	} rows[] = {
		{ "/sys/bus/dax/devices", "dax0.0", 0, DEVICE, "dax0.0" },
		{ "/sys/bus/dax/devices", "absolute", 0, DEVICE, "dax0.0" },
		{ "/sys/bus/dax/devices", "dangling", 0, "/sys/devices/platform/hmem.9/dax9.0",
		  "dax9.0" },
		{ "/sys/bus/dax/devices", "up", 0, "/etc", "etc" },
		{ "/sys/bus/dax/devices", "upper", 0, "/", NULL },
		{ "/sys/bus/dax/devices", "self", 0, "/sys/bus/dax/devices/self", "self" },
		{ "/sys/bus/dax", "devices/dax0.0", 0, DEVICE, "dax0.0" },
		{ "/", "sys/bus/dax/devices/dax0.0", 0, DEVICE, "dax0.0" },
		/* A link is relative to where its folder really is. */
		{ "/sys/bus/dax/devices/dax0.0", "driver", 0, "/sys/bus/dax/drivers/kmem", "kmem" },
		{ "/sys/bus/dax/devices/absolute", "mapping0/parent", 0, DEVICE, "dax0.0" },
		{ DEVICE, "subsystem", 0, "/sys/bus/dax", "dax" },
		{ DEVICE, "root", 0, "/", NULL },
		{ DEVICE, "to-shadow", 0, "/etc/shadow", "shadow" },
		{ DEVICE, "mapping1/parent", -ELOOP, NULL, NULL },
		{ DEVICE, "size", -EINVAL, NULL, NULL },
		{ DEVICE, "mapping0", -EINVAL, NULL, NULL },
		{ DEVICE, "missing", -ENOENT, NULL, NULL },
		{ DEVICE, "missing/parent", -ENOENT, NULL, NULL },
		{ DEVICE, "size/parent", -ENOTDIR, NULL, NULL },
		{ DEVICE, "../dax0.0/driver", -EXDEV, NULL, NULL },
		{ DEVICE, "/sys/bus/dax/devices/dax0.0", -EXDEV, NULL, NULL },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(sysfs_dir_done) struct sysfs_dir dir = open_dir(f->fs, rows[i].folder);
		_cleanup_free_ char *path = NULL, *last = NULL;
		int r = sysfs_read_link(&dir, &path, "%s", rows[i].name);
		int q = sysfs_read_link_name(&dir, &last, "%s", rows[i].name);

		if (r != rows[i].r)
			fail_msg("row %zu, %s: %d, not %d", i, rows[i].name, r, rows[i].r);
		assert_row(i, q == (r == 0 && !rows[i].last ? -EBADMSG : r));
		assert_row(i, (path != NULL) == (r == 0) && (last != NULL) == (q == 0));
		if (path)
			assert_string_equal(path, rows[i].path);
		if (last)
			assert_string_equal(last, rows[i].last);
	}
}

static void test_has(void **state)
{
	static const char *const there[] = { "size",   "mapping0",	  "mapping0/start",
					     "driver", "to-itself",	  "to-shadow",
					     "fifo",   "mapping0/parent", "name with spaces" };
	static const char *const not_there[] = { "missing",
						 "mapping9/start",
						 "mapping1/start",
						 "size/x",
						 "mapping2/outside",
						 "..",
						 "/etc",
						 "",
						 "to-itself/x" };
	struct fixture *f = *state;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = open_dir(f->fs, DEVICE);

	for (size_t i = 0; i < ARRAY_SIZE(there); i++)
		assert_row(i, sysfs_has(&dir, "%s", there[i]));
	for (size_t i = 0; i < ARRAY_SIZE(not_there); i++)
		assert_row(i, !sysfs_has(&dir, "%s", not_there[i]));
}

/* --- lists --- */

static int collect(void *data, const char *name)
{
	return strv_push(data, name);
}

static int stop_at_third(void *data, const char *name _unused_)
{
	return ++*(int *)data == 3 ? -ECANCELED : 0;
}

static void test_list(void **state)
{
	struct fixture *f = *state;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = open_dir(f->fs, "/sys/bus/dax");
	_cleanup_(strv_done) struct strv names = { 0 };

	/* Twice: where a folder was read to is not kept. */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(sysfs_list(&dir, collect, &names), 0);
		strv_sort(&names);
		assert_int_equal(names.n, 2);
		assert_string_equal(names.items[0], "devices");
		assert_string_equal(names.items[1], "drivers");
		strv_done(&names);
	}
	sysfs_dir_done(&dir);
	dir = open_dir(f->fs, "/sys/bus/dax/drivers/kmem");
	assert_int_equal(sysfs_list(&dir, collect, &names), 0);
	assert_int_equal(names.n, 0);
}

static void test_list_many(void **state)
{
	struct fixture *f = *state;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_(strv_done) struct strv names = { 0 };
	int count = 0;

	make_folder(f, "/many");
	for (int i = 0; i < 5000; i++) {
		_cleanup_free_ char *path =
			format_path("/many/an entry with spaces, number %04d", i);

		make_text(f, path, "");
	}
	dir = open_dir(f->fs, "/many");
	assert_int_equal(sysfs_list(&dir, collect, &names), 0);
	assert_int_equal(names.n, 5000);
	strv_sort(&names);
	for (int i = 0; i < 5000; i++) {
		_cleanup_free_ char *name = format_path("an entry with spaces, number %04d", i);

		assert_string_equal(names.items[i], name);
	}
	assert_int_equal(sysfs_list(&dir, stop_at_third, &count), -ECANCELED);
	assert_int_equal(count, 3);
}

/* --- the observer --- */

static void hear_file(void *data, const char *path, const char *content, ssize_t length)
{
	struct string *heard = data;

	assert_true((content == NULL) == (length < 0));
	if (content)
		string_add(heard, "file %s %.*s|\n", path, (int)length, content);
	else
		string_add(heard, "file %s %zd\n", path, length);
}

static void hear_link(void *data, const char *path, const char *target)
{
	string_add(data, "link %s %s\n", path, target);
}

static void hear_directory(void *data, const char *path)
{
	string_add(data, "folder %s\n", path);
}

static void assert_heard(struct string *heard, const char *expected)
{
	_cleanup_free_ char *s = string_take(heard);

	assert_string_equal(s, expected);
}

static void observe_folders(struct fixture *f, struct string *heard)
{
	struct sysfs_dir dir = open_dir(f->fs, "/sys/bus/dax/devices/twice");

	sysfs_dir_done(&dir);
	assert_heard(heard, "link /sys/bus/dax/devices/twice absolute/../dax0.0/.\n"
			    "link /sys/bus/dax/devices/absolute " DEVICE "\n"
			    "folder " DEVICE "\n");
}

static void observe_files(struct fixture *f, struct string *heard)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir =
		open_dir(f->fs, "/sys/bus/dax/devices/dax0.0");
	uint64_t number;
	char *s = NULL;

	assert_heard(heard,
		     "link /sys/bus/dax/devices/dax0.0 ../../../devices/platform/hmem.0/dax0.0\n"
		     "folder " DEVICE "\n");
	assert_int_equal(sysfs_read_u64(&dir, &number, 0, "mapping0/start"), 0);
	/* What is there is told, whether the reader can use it or not. */
	assert_int_equal(sysfs_read_u64(&dir, &number, 0, "word"), -EBADMSG);
	assert_int_equal(sysfs_read_str(&dir, &s, "empty"), -EBADMSG);
	assert_int_equal(sysfs_read_str(&dir, &s, "page-and-one"), -EBADMSG);
	assert_int_equal(sysfs_read_file(&dir, &s, "fifo"), -EBADMSG);
	/* What is not there as a file is not. */
	assert_int_equal(sysfs_read_str(&dir, &s, "missing"), -ENOENT);
	assert_int_equal(sysfs_read_str(&dir, &s, "mapping0"), -EISDIR);
	assert_int_equal(sysfs_read_str(&dir, &s, "to-shadow"), -ELOOP);
	assert_null(s);
	assert_int_equal(sysfs_read_link(&dir, &s, "mapping0/parent"), 0);
	free(s);
	assert_heard(heard, "file " DEVICE "/mapping0/start 0x140000000\n|\n"
			    "file " DEVICE "/word 7 apples\n|\n"
			    "file " DEVICE "/empty |\n"
			    "file " DEVICE "/page-and-one -74\n"
			    "file " DEVICE "/fifo -74\n"
			    "link " DEVICE "/mapping0/parent ..\n");
}

static void observe_presence(struct fixture *f, struct string *heard)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir =
		open_dir(f->fs, "/sys/devices/platform/hmem.0");
	int count = 0;

	assert_false(sysfs_has(&dir, "dax0.1"));
	assert_true(sysfs_has(&dir, "dax0.0"));
	assert_true(sysfs_has(&dir, "dax0.0/size"));
	assert_true(sysfs_has(&dir, "dax0.0/driver"));
	assert_true(sysfs_has(&dir, "dax0.0/to-itself"));
	assert_int_equal(sysfs_list(&dir, stop_at_third, &count), 0);
	assert_int_equal(count, 1);
	assert_heard(heard, "folder /sys/devices/platform/hmem.0\n"
			    "folder " DEVICE "\n"
			    "file " DEVICE "/size 1073741824\n|\n"
			    "link " DEVICE "/driver ../../../../bus/dax/drivers/kmem\n"
			    "link " DEVICE "/to-itself to-itself\n"
			    "folder /sys/devices/platform/hmem.0\n");
}

static void test_observer(void **state)
{
	struct fixture *f = *state;
	struct string heard = { 0 };
	const struct sysfs_observer observer = {
		.file = hear_file,
		.link = hear_link,
		.directory = hear_directory,
		.data = &heard,
	};
	struct sysfs_dir dir;

	assert_int_equal(EBADMSG, 74);
	sysfs_observe(f->fs, &observer);
	observe_folders(f, &heard);
	observe_files(f, &heard);
	observe_presence(f, &heard);
	sysfs_observe(f->fs, NULL);
	dir = open_dir(f->fs, "/sys/bus/dax/devices/dax0.0");
	sysfs_dir_done(&dir);
	assert_heard(&heard, "");
}

static void test_unreadable(void **state)
{
	struct fixture *f = *state;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = open_dir(f->fs, DEVICE);
	_cleanup_free_ char *path = format_path("%s" DEVICE "/resource", f->tree);
	struct string heard = { 0 };
	const struct sysfs_observer observer = { .file = hear_file, .data = &heard };
	bool root = geteuid() == 0;
	uint64_t number = 99;
	int r;

	make_text(f, DEVICE "/resource", "0x140000000\n");
	assert_int_equal(chmod(path, 0), 0);
	if (root)
		assert_int_equal(seteuid(65534), 0);
	sysfs_observe(f->fs, &observer);
	r = sysfs_read_u64(&dir, &number, 0, "resource");
	sysfs_observe(f->fs, NULL);
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(r, -EACCES);
	assert_int_equal(number, 99);
	assert_int_equal(EACCES, 13);
	assert_heard(&heard, "file " DEVICE "/resource -13\n");
}

/* --- the log --- */

static void _format_(6, 0)
	listen(void *data, int level, const char *file _unused_, int line _unused_,
	       const char *function _unused_, const char *format, va_list args)
{
	_cleanup_free_ char *s = NULL;

	assert_int_equal(level, LOG_DEBUG);
	assert_true(vasprintf(&s, format, args) >= 0);
	string_add(data, "%s\n", s);
}

static void test_log(void **state)
{
	struct fixture *f = *state;
	struct string heard = { 0 };
	const struct log log = { .fn = listen, .data = &heard, .level = LOG_DEBUG };
	struct sysfs_dir dir = SYSFS_DIR_INIT;
	struct sysfs *fs = NULL;
	uint64_t number;
	char *s = NULL;

	assert_int_equal(sysfs_new(&fs, f->tree, &log, NULL), 0);
	/* Without openat2() that is a line of its own. */
	string_done(&heard);
	if (f->walk)
		sysfs_force_walk(fs);
	assert_int_equal(sysfs_dir_open(fs, &dir, "/sys/bus/dax/devices/self"), -ELOOP);
	assert_int_equal(sysfs_dir_open(fs, &dir, "/sys/bus/dax/devices/missing"), -ENOENT);
	dir = open_dir(fs, "/sys/bus/dax/devices/dax0.0");
	assert_int_equal(sysfs_read_str(&dir, &s, "missing"), -ENOENT);
	assert_int_equal(sysfs_read_u64(&dir, &number, 0, "word"), -EBADMSG);
	assert_int_equal(sysfs_read_link(&dir, &s, "mapping0/start"), -EINVAL);
	sysfs_dir_done(&dir);
	assert_heard(&heard,
		     "cannot open /sys/bus/dax/devices/self: Too many levels of symbolic links\n"
		     "cannot read word in " DEVICE ": Bad message\n"
		     "cannot read mapping0/start in " DEVICE ": Invalid argument\n");
	sysfs_free(fs);
}

/* --- the running system --- */

static void test_live(void **state)
{
	struct fixture *f = *state;
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *ostype = NULL, *version = NULL, *missing = NULL;

	assert_int_equal(sysfs_new(&fs, "/", NULL, NULL), 0);
	if (f->walk)
		sysfs_force_walk(fs);
	dir = open_dir(fs, "/proc/sys/kernel");
	assert_int_equal(sysfs_read_str(&dir, &ostype, "ostype"), 0);
	assert_string_equal(ostype, "Linux");
	assert_int_equal(sysfs_read_str(&dir, &missing, "daxbus"), -ENOENT);
	sysfs_dir_done(&dir);
	dir = open_dir(fs, "/proc");
	assert_int_equal(sysfs_read_file(&dir, &version, "version"), 0);
	assert_true(starts_with(version, "Linux version "));
	assert_true(version[strlen(version) - 1] == '\n');
}

/* Nothing checks there what kind of file a name is, so that reading itself must not wait. */
static void test_live_fifo(void **state)
{
	struct fixture *f = *state;
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *fifo = format_path("%s" DEVICE "/fifo", f->tree);
	_cleanup_close_ int writer = -1;
	char *s = NULL;

	assert_int_equal(sysfs_new(&fs, NULL, NULL, NULL), 0);
	if (f->walk)
		sysfs_force_walk(fs);
	assert_int_equal(sysfs_dir_open(fs, &dir, "%s" DEVICE, f->tree), 0);
	assert_int_equal(sysfs_read_str(&dir, &s, "fifo"), -EBADMSG);
	assert_int_equal(sysfs_read_str(&dir, &s, "mapping0"), -EISDIR);
	writer = open(fifo, O_RDWR | O_CLOEXEC);
	assert_true(writer >= 0);
	assert_int_equal(sysfs_read_str(&dir, &s, "fifo"), -EAGAIN);
	assert_int_equal(sysfs_read_file(&dir, &s, "fifo"), -EAGAIN);
}

/* --- writing --- */

/* A copy is for reading, whatever its files would take. */
static void test_write_captured(void **state)
{
	struct fixture *f = *state;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = open_dir(f->fs, DEVICE);
	_cleanup_free_ char *s = NULL;

	assert_int_equal(sysfs_write(&dir, "0", "size"), -EROFS);
	assert_int_equal(sysfs_write(&dir, "0", "missing"), -EROFS);
	assert_int_equal(sysfs_write(&dir, "0", "../size"), -EXDEV);
	assert_int_equal(sysfs_read_str(&dir, &s, "size"), 0);
	assert_string_equal(s, "1073741824");
}

static void test_write_live(void **state)
{
	struct fixture *f = *state;
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *before = NULL, *after = NULL;

	assert_int_equal(sysfs_new(&fs, NULL, NULL, NULL), 0);
	if (f->walk)
		sysfs_force_walk(fs);
	assert_int_equal(sysfs_dir_open(fs, &dir, "/proc/%d", getpid()), 0);
	assert_int_equal(sysfs_read_str(&dir, &before, "comm"), 0);
	/* An answer of "nothing taken": here, to a value of no byte. */
	assert_int_equal(sysfs_write(&dir, "", "comm"), -ENXIO);
	assert_int_equal(sysfs_write(&dir, "a new name", "%s", "comm"), 0);
	assert_int_equal(sysfs_read_str(&dir, &after, "comm"), 0);
	assert_string_equal(after, "a new name");
	assert_int_equal(sysfs_write(&dir, before, "comm"), 0);
	/* What the kernel says to the open, and what it says to the value. */
	assert_int_equal(sysfs_write(&dir, "0", "missing"), -ENOENT);
	assert_int_equal(sysfs_write(&dir, "0", "fd"), -EISDIR);
	assert_int_equal(sysfs_write(&dir, "0", "exe"), -ELOOP);
	assert_int_equal(sysfs_write(&dir, "0", "../sys/kernel/ostype"), -EXDEV);
	assert_int_equal(sysfs_write(&dir, "many", "oom_score_adj"), -EINVAL);
	sysfs_dir_done(&dir);
	dir = open_dir(fs, "/proc/sys/kernel");
	/* Nor may root. */
	assert_int_equal(sysfs_write(&dir, "0", "ostype"), -EACCES);
}

/* --- devices, and folders that came again --- */

static void test_stat_device(void **state)
{
	struct fixture *f = *state;
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_close_ int device = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int file = open("/proc/version", O_RDONLY | O_CLOEXEC);
	uint64_t major = 99, minor = 99;

	assert_true(device >= 0 && file >= 0);
	assert_int_equal(sysfs_new(&fs, NULL, NULL, NULL), 0);
	if (f->walk)
		sysfs_force_walk(fs);
	dir = open_dir(fs, "/proc");
	assert_int_equal(sysfs_stat_device(&dir, &major, &minor, "self/fd/%d", file), -ENOTTY);
	assert_int_equal(sysfs_stat_device(&dir, &major, &minor, "self/fd/9999"), -ENOENT);
	assert_int_equal(sysfs_stat_device(&dir, &major, &minor, "../dev/zero"), -EXDEV);
	assert_int_equal(major, 99);
	assert_int_equal(sysfs_stat_device(&dir, &major, &minor, "self/fd/%d", device), 0);
	assert_int_equal(major, 1);
	assert_int_equal(minor, 5);
	sysfs_dir_done(&dir);
	dir = open_dir(f->fs, DEVICE);
	assert_int_equal(sysfs_stat_device(&dir, &major, &minor, "size"), -EROFS);
}

static void test_inode(void **state)
{
	struct fixture *f = *state;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = open_dir(f->fs, DEVICE);
	_cleanup_free_ char *path = format_path("%s" DEVICE, f->tree);
	uint64_t inode = 0;
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(sysfs_dir_inode(&dir, &inode), 0);
	assert_int_equal(inode, st.st_ino);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attributes), cmocka_unit_test(test_node),
		cmocka_unit_test(test_base),	   cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_files),	   cmocka_unit_test(test_links),
		cmocka_unit_test(test_has),	   cmocka_unit_test(test_list),
		cmocka_unit_test(test_list_many),  cmocka_unit_test(test_observer),
		cmocka_unit_test(test_log),	   cmocka_unit_test(test_live),
		cmocka_unit_test(test_live_fifo),  cmocka_unit_test(test_write_captured),
		cmocka_unit_test(test_write_live), cmocka_unit_test(test_stat_device),
		cmocka_unit_test(test_inode),
	};

	return cmocka_run_group_tests_name("sysfs with openat2", tests, set_up_openat2, tear_down) +
	       cmocka_run_group_tests_name("sysfs with the walk", tests, set_up_walk, tear_down);
}

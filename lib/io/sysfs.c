/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/sysfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/string.h"
#include "io/slow-file.h"
#include "io/sysfs.h"

/*
 * The kernel hands out a page of an attribute at most; on machines with larger pages nothing here
 * comes near that.
 */
#define ATTRIBUTE_MAX 4096
#define FILE_MAX      (16UL << 20)
#define FILE_FLAGS    (O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)

/* Put a name together from the variable arguments of the calling function. */
#define FORMAT_NAME(ret, format)                                                                   \
	({                                                                                         \
		va_list _args;                                                                     \
		int _r;                                                                            \
		va_start(_args, format);                                                           \
		_r = path_name_format(ret, format, _args);                                         \
		va_end(_args);                                                                     \
		_r;                                                                                \
	})

static int path_of(struct path *ret, const struct sysfs_dir *dir, const char *name)
{
	path_init(ret);
	return path_append(ret, dir->path) ?: path_append(ret, name);
}

/* --- the observer ----------------------------------------------------------------------------- */

static int tell_file(const struct sysfs_dir *dir, const char *name, const char *content,
		     ssize_t length)
{
	const struct sysfs_observer *observer = dir->fs->observer;
	struct path path;
	int r;

	if (!observer || !observer->file)
		return 0;
	r = path_of(&path, dir, name);
	if (r < 0)
		return r;
	observer->file(observer->data, path_text(&path), content, length);
	return 0;
}

static void report_link(void *data, const struct path *path, const char *target)
{
	const struct sysfs *fs = data;

	if (fs->observer && fs->observer->link)
		fs->observer->link(fs->observer->data, path_text(path), target);
}

static void report_directory(const struct sysfs *fs, const char *path)
{
	if (fs->observer && fs->observer->directory)
		fs->observer->directory(fs->observer->data, path);
}

/* --- directories ------------------------------------------------------------------------------ */

int sysfs_dir_open(struct sysfs *fs, struct sysfs_dir *ret, const char *format, ...)
{
	char buffer[PATH_MAX];
	char *path = NULL;
	va_list args;
	int fd = -1;
	int r;

	va_start(args, format);
	r = path_format(buffer, format, args);
	va_end(args);
	if (r < 0)
		return r;
	if (!*buffer)
		return -ENOENT;
	r = fs->ops->open_directory(fs, buffer, &fd, &path);
	if (r < 0) {
		if (r != -ENOENT)
			log_debug(fs->log, "cannot open %s: %s", buffer, strerror(-r));
		return r;
	}
	*ret = (struct sysfs_dir){ .fs = fs, .fd = fd, .path = path };
	report_directory(fs, path);
	return 0;
}

void sysfs_dir_done(struct sysfs_dir *dir)
{
	close_p(&dir->fd);
	free(dir->path);
	*dir = (struct sysfs_dir)SYSFS_DIR_INIT;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* What a failed open or check says about whether a file is there. */
static bool is_unreadable_file(int r)
{
	return r == -EACCES || r == -EPERM || r == -EBADMSG;
}

static int open_any(const struct sysfs_dir *dir, const char *name, int flags,
		    struct sysfs_file *ret)
{
	struct sysfs_file file = { .fs = dir->fs, .fd = -1 };
	int r = dir->fs->ops->open(dir, name, flags, &file);

	if (r == 0)
		*ret = file;
	return r;
}

static int open_checked(const struct sysfs_dir *dir, const struct name *name,
			struct sysfs_file *ret)
{
	int r = open_any(dir, name->text, FILE_FLAGS, ret), q;

	if (!is_unreadable_file(r))
		return r;
	q = tell_file(dir, name->text, NULL, r);
	return q < 0 ? q : r;
}

/*
 * An observer gets what was read, right or wrong, and the reader's verdict on it is the return
 * value.
 */
static int judge(const struct sysfs_dir *dir, const struct name *name, int r, const char *content,
		 size_t length)
{
	int q = 0;

	if (r == 0)
		q = tell_file(dir, name->text, content, (ssize_t)length);
	else if (r != -EISDIR && r != -ENOMEM)
		q = tell_file(dir, name->text, NULL, r);
	if (q < 0)
		return q;
	if (r == 0 && (!length || memchr(content, '\0', length)))
		return -EBADMSG;
	return r;
}

struct attribute {
	char s[ATTRIBUTE_MAX + 1];
};

/* One attribute, without its last newline. */
static int read_attribute(const struct sysfs_dir *dir, const struct name *name,
			  struct attribute *ret)
{
	_cleanup_(sysfs_file_close) struct sysfs_file file = SYSFS_FILE_INIT;
	size_t length = 0;
	int r;

	r = open_checked(dir, name, &file);
	if (r < 0)
		return r;
	r = file.fs->ops->read(&file, ret->s, sizeof(ret->s), &length);
	if (r == 0 && length > ATTRIBUTE_MAX)
		r = -EBADMSG;
	r = judge(dir, name, r, ret->s, length);
	if (r < 0)
		return r;
	if (ret->s[length - 1] == '\n')
		length--;
	ret->s[length] = '\0';
	return 0;
}

static int say(const struct sysfs_dir *dir, const struct name *name, int r)
{
	if (r < 0 && r != -ENOENT)
		log_debug(dir->fs->log, "cannot read %s in %s: %s", name->text, dir->path,
			  strerror(-r));
	return r;
}

int sysfs_vread_str(const struct sysfs_dir *dir, char **ret, const char *format, va_list args)
{
	struct attribute attribute;
	struct name name;
	int r = path_name_format(&name, format, args)
			?: say(dir, &name, read_attribute(dir, &name, &attribute));

	return r ?: string_copy(ret, attribute.s);
}

int sysfs_read_str(const struct sysfs_dir *dir, char **ret, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = sysfs_vread_str(dir, ret, format, args);
	va_end(args);
	return r;
}

int sysfs_vread_u64(const struct sysfs_dir *dir, uint64_t *ret, int base, const char *format,
		    va_list args)
{
	struct attribute attribute;
	struct name name;
	int r = path_name_format(&name, format, args);

	if (r < 0)
		return r;
	r = read_attribute(dir, &name, &attribute);
	if (r == 0 && parse_u64(attribute.s, base, ret) < 0)
		r = -EBADMSG;
	return say(dir, &name, r);
}

int sysfs_read_u64(const struct sysfs_dir *dir, uint64_t *ret, int base, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = sysfs_vread_u64(dir, ret, base, format, args);
	va_end(args);
	return r;
}

static int read_on(void *data, char *buffer, size_t size, size_t *ret_length)
{
	struct sysfs_file *file = data;

	return file->fs->ops->read(file, buffer, size, ret_length);
}

/* The words of a command line end with NULs. */
static void end_words(char *s, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!s[i])
			s[i] = '\n';
}

/* Text is judged, and reported to the observer; words are neither, and there may be none. */
static int read_file(const struct sysfs_dir *dir, const struct name *name, bool is_text, char **ret)
{
	_cleanup_(sysfs_file_close) struct sysfs_file file = SYSFS_FILE_INIT;
	_cleanup_free_ char *content = NULL;
	size_t length = 0;
	int r = open_checked(dir, name, &file);

	if (r < 0)
		return r;
	r = root_read_whole(read_on, &file, FILE_MAX, &content, &length);
	if (is_text)
		r = judge(dir, name, r, content, length);
	else if (r == 0)
		end_words(content, length);
	if (r == 0)
		*ret = TAKE_PTR(content);
	return r;
}

int sysfs_read_file(const struct sysfs_dir *dir, char **ret, const char *format, ...)
{
	struct name name;
	int r = FORMAT_NAME(&name, format);

	return r ?: say(dir, &name, read_file(dir, &name, true, ret));
}

/*
 * The kernel prints as many lines as are asked for, each of which may take long, so that the first
 * ones are read a few at a time. Who wants more than these gets more at a time.
 */
#define FIRST_LINES 128
#define MORE_LINES  4096

struct line_stream {
	struct sysfs_file *file;
	size_t next; /* bytes to ask for */
};

static ssize_t read_stream(void *data, char *buffer, size_t size)
{
	struct line_stream *stream = data;
	size_t length = 0;
	int r = read_on(stream->file, buffer, size < stream->next ? size : stream->next, &length);

	if (r == 0 && stream->next < MORE_LINES)
		stream->next *= 2;
	if (r == 0)
		return (ssize_t)length;
	errno = -r;
	return -1;
}

static int call_for_lines(FILE *f, int (*fn)(void *data, char *line), void *data)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	ssize_t n;
	int r = 0;

	errno = 0;
	while (r == 0 && (n = getline(&line, &size, f)) >= 0) {
		if (n && line[n - 1] == '\n')
			line[n - 1] = '\0';
		r = fn(data, line);
	}
	return r ?: ferror(f) ? -errno : 0;
}

int sysfs_read_lines(const struct sysfs_dir *dir, int (*fn)(void *data, char *line), void *data,
		     const char *format, ...)
{
	_cleanup_(sysfs_file_close) struct sysfs_file file = SYSFS_FILE_INIT;
	struct line_stream stream = { .file = &file, .next = FIRST_LINES };
	char buffer[MORE_LINES];
	struct name name;
	FILE *f;
	int r = FORMAT_NAME(&name, format);

	if (r == 0)
		r = open_checked(dir, &name, &file);
	if (r < 0)
		return say(dir, &name, r);
	f = fopencookie(&stream, "r", (cookie_io_functions_t){ .read = read_stream });
	if (!f)
		return -errno;
	setvbuf(f, buffer, _IOFBF, sizeof(buffer));
	r = call_for_lines(f, fn, data);
	fclose(f);
	return r;
}

int sysfs_read_slow_lines(const struct sysfs_dir *dir, int (*fn)(void *data, char *line),
			  bool (*go_on)(void *data), void *data, const char *format, ...)
{
	_cleanup_(sysfs_file_close) struct sysfs_file file = SYSFS_FILE_INIT;
	struct name name;
	int r = FORMAT_NAME(&name, format);

	if (r == 0)
		r = open_checked(dir, &name, &file);

	if (r == 0)
		r = slow_file_read_lines(file.fd, fn, go_on, data);
	return r < 0 ? say(dir, &name, r) : r;
}

int sysfs_read_proc(struct sysfs *fs, char **ret, const char *name)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir proc = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(fs, &proc, "/proc");

	return r ?: sysfs_read_file(&proc, ret, "%s", name);
}

int sysfs_open_numbers(struct sysfs *fs, int *ret, const char *name)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir proc = SYSFS_DIR_INIT;
	int r;

	if (!fs->ops->is_host)
		return -EROFS;
	r = sysfs_dir_open(fs, &proc, "/proc");
	return r ?: root_open_beneath(&fs->door, proc.fd, name, FILE_FLAGS, ret);
}

ssize_t sysfs_read_numbers(int fd, uint64_t index, uint64_t *ret, size_t n)
{
	ssize_t length;

	if (index > INT64_MAX / sizeof(*ret))
		return -ENODATA;
	do
		length = pread(fd, ret, n * sizeof(*ret), (off_t)(index * sizeof(*ret)));
	while (length < 0 && errno == EINTR);
	if (length < 0)
		return -errno;
	length /= (ssize_t)sizeof(*ret);
	return length ? length : -ENODATA;
}

int sysfs_read_words(const struct sysfs_dir *dir, char **ret, const char *format, ...)
{
	struct name name;
	int r = FORMAT_NAME(&name, format);

	return r ?: say(dir, &name, read_file(dir, &name, false, ret));
}

/* Read a link and resolve it by its text. */
static int resolve_link(const struct sysfs_dir *dir, const struct name *name, struct path *ret)
{
	char target[PATH_MAX];
	int r = dir->fs->ops->read_link(dir, name, target) ?: path_of(ret, dir, name->text);

	if (r < 0)
		return r;
	report_link(dir->fs, ret, target);
	path_pop(ret);
	return path_follow(ret, target);
}

int sysfs_read_link(const struct sysfs_dir *dir, char **ret, const char *format, ...)
{
	struct name name;
	struct path path;
	int r = FORMAT_NAME(&name, format);

	if (r == 0)
		r = say(dir, &name, resolve_link(dir, &name, &path));
	return r ?: string_copy(ret, path_text(&path));
}

int sysfs_read_link_name(const struct sysfs_dir *dir, char **ret, const char *format, ...)
{
	struct name name;
	struct path path;
	int r = FORMAT_NAME(&name, format);

	if (r == 0)
		r = say(dir, &name, resolve_link(dir, &name, &path));
	/* The root has no name. */
	if (r == 0 && !path.length)
		return say(dir, &name, -EBADMSG);
	return r ?: string_copy(ret, strrchr(path.s, '/') + 1);
}

/*
 * A copy of the tree must answer sysfs_has() as the tree does: have the observer hear of the thing
 * by reading it.
 */
static void tell_presence(const struct sysfs_dir *dir, const struct name *name, mode_t mode)
{
	struct attribute attribute;
	struct path path;
	int r = 0;

	if (!dir->fs->observer)
		return;
	if (S_ISLNK(mode))
		r = resolve_link(dir, name, &path);
	else if (!S_ISDIR(mode))
		r = read_attribute(dir, name, &attribute);
	else if (path_of(&path, dir, name->text) == 0)
		report_directory(dir->fs, path_text(&path));
	say(dir, name, r);
}

bool sysfs_has(const struct sysfs_dir *dir, const char *format, ...)
{
	struct name name;
	mode_t mode = 0;
	int r = FORMAT_NAME(&name, format);

	if (r == 0)
		r = dir->fs->ops->find(dir, name.text, dir->fs->observer ? &mode : NULL);
	if (r == 0)
		tell_presence(dir, &name, mode);
	return r == 0;
}

int sysfs_stat_device(const struct sysfs_dir *dir, uint64_t *ret_major, uint64_t *ret_minor,
		      const char *format, ...)
{
	struct statx st;
	struct name name;
	int r = FORMAT_NAME(&name, format);

	if (r == 0 && !dir->fs->ops->is_host)
		r = -EROFS;
	if (r < 0)
		return r;
	if (statx(dir->fd, name.text, AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC, STATX_TYPE, &st) < 0)
		return -errno;
	if (!S_ISCHR(st.stx_mode))
		return -ENOTTY;
	*ret_major = st.stx_rdev_major;
	*ret_minor = st.stx_rdev_minor;
	return 0;
}

int sysfs_dir_inode(const struct sysfs_dir *dir, uint64_t *ret)
{
	struct stat st;

	if (fstat(dir->fd, &st) < 0)
		return -errno;
	*ret = st.st_ino;
	return 0;
}

int sysfs_stat_inode(const struct sysfs_dir *dir, uint64_t *ret_device, uint64_t *ret_inode,
		     const char *format, ...)
{
	struct statx st;
	struct name name;
	int r = FORMAT_NAME(&name, format);

	if (r < 0)
		return r;
	if (statx(dir->fd, name.text, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_INO, &st) < 0)
		return -errno;
	/* MKDEV() of the kernel's kdev_t.h */
	*ret_device = (uint64_t)st.stx_dev_major << 20 | st.stx_dev_minor;
	*ret_inode = st.stx_ino;
	return 0;
}

int sysfs_block_is_busy(const struct sysfs *fs, const char *name, bool *ret)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;

	if (!sysfs_is_host(fs))
		return -EROFS;
	if (strchr(name, '/'))
		return -EINVAL;
	if (string_format(&path, "/dev/%s", name) < 0)
		return -ENOMEM;
	fd = open(path, O_RDONLY | O_EXCL | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0 && errno != EBUSY)
		return -errno;
	*ret = fd < 0;
	return 0;
}

struct sysfs_listing {
	const struct sysfs_dir *dir;
	int (*fn)(void *data, const char *name);
	void *data;
};

static int list_entry(void *data, const char *name)
{
	const struct sysfs_listing *listing = data;
	int r;

	/* What keeps an empty directory of a captured tree alive is none of its entries. */
	if (name[0] == '.')
		return 0;
	r = listing->fn(listing->data, name);
	if (r > 0 && listing->dir->fs->observer)
		(void)sysfs_has(listing->dir, "%s", name);
	return r < 0 ? r : 0;
}

int sysfs_list(const struct sysfs_dir *dir, int (*fn)(void *data, const char *name), void *data)
{
	struct sysfs_listing listing = { dir, fn, data };
	int r;

	report_directory(dir->fs, dir->path);
	r = dir->fs->ops->list(dir, list_entry, &listing);
	if (r < 0)
		log_debug(dir->fs->log, "cannot list %s: %s", dir->path, strerror(-r));
	return r;
}

/* --- writing ---------------------------------------------------------------------------------- */

static int open_to_write(const struct sysfs_dir *dir, const char *name, struct sysfs_file *ret)
{
	return sysfs_is_live(dir->fs)
		       ? open_any(dir, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, ret)
		       : -EROFS;
}

int sysfs_check_writable(const struct sysfs_dir *dir)
{
	return sysfs_is_live(dir->fs) ? dir->fs->ops->check_writable(dir) : -EROFS;
}

int sysfs_open_to_write(const struct sysfs_dir *dir, struct sysfs_file *ret, const char *format,
			...)
{
	struct name name;
	int r = FORMAT_NAME(&name, format);

	return r < 0 ? r : open_to_write(dir, name.text, ret);
}

int sysfs_file_write(const struct sysfs_file *file, const char *value)
{
	return file->fs->ops->write(file, value);
}

void sysfs_file_close(struct sysfs_file *file)
{
	if (file->fs)
		file->fs->ops->close(file);
	*file = (struct sysfs_file)SYSFS_FILE_INIT;
}

int sysfs_write(const struct sysfs_dir *dir, const char *value, const char *format, ...)
{
	_cleanup_(sysfs_file_close) struct sysfs_file file = SYSFS_FILE_INIT;
	struct name name;
	int r = FORMAT_NAME(&name, format);

	if (r == 0)
		r = open_to_write(dir, name.text, &file);
	if (r < 0)
		return r;
	r = sysfs_file_write(&file, value);
	log_debug(dir->fs->log, "wrote %s to %s in %s: %s", value, name.text, dir->path,
		  r < 0 ? strerror(-r) : "done");
	return r;
}

/* --- the root --------------------------------------------------------------------------------- */

int sysfs_new_with(struct sysfs **ret, const struct sysfs_ops *ops, void *tree,
		   const struct log *log)
{
	struct sysfs *fs = calloc(1, sizeof(*fs));

	if (!fs)
		return -ENOMEM;
	*fs = (struct sysfs){ .ops = ops, .tree = tree, .door = ROOT_INIT, .log = log };
	*ret = fs;
	return 0;
}

int sysfs_new(struct sysfs **ret, const char *root, const struct log *log, struct daxbus_error *err)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	int r = sysfs_new_with(&fs, &sysfs_ops_live, NULL, log);

	if (r < 0)
		return error_oom(err);
	r = root_open(&fs->door, root, log, err);
	if (r < 0)
		return r;
	if (!fs->door.live)
		fs->ops = &sysfs_ops_captured;
	*ret = TAKE_PTR(fs);
	return 0;
}

struct sysfs *sysfs_free(struct sysfs *fs)
{
	if (!fs)
		return NULL;
	root_close(&fs->door);
	free(fs);
	return NULL;
}

bool sysfs_is_live(const struct sysfs *fs)
{
	return fs->ops->is_live;
}

bool sysfs_is_host(const struct sysfs *fs)
{
	return fs->ops->is_host;
}

void sysfs_observe(struct sysfs *fs, const struct sysfs_observer *observer)
{
	fs->observer = observer;
	fs->door.on_link = observer ? report_link : NULL;
	fs->door.data = fs;
}

bool sysfs_is_observed(const struct sysfs *fs)
{
	return fs->observer;
}

void sysfs_force_walk(struct sysfs *fs)
{
	fs->door.walk = true;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "parse.h"

/*
 * The kernel hands out a page of an attribute at most; on machines with larger pages nothing here
 * comes near that.
 */
#define ATTRIBUTE_MAX 4096
#define FILE_MAX      (16UL << 20)
/* What the kernel allows in one lookup (MAXSYMLINKS). */
#define LINKS_MAX     40
/* Folders that the walk keeps open at a time. The deepest path of a real sysfs has about 20. */
#define DEPTH_MAX     128
/*
 * openat2() may answer EAGAIN to ".." while anything is being renamed anywhere; past this, the
 * walk does it.
 */
#define OPENAT2_TRIES 32

#define FOLDER_FLAGS  (O_PATH | O_DIRECTORY | O_CLOEXEC)
#define FILE_FLAGS    (O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)

struct sysfs {
	int fd;
	char *root;	 /* as the caller named it */
	char *real_root; /* as /proc names it, without links; NULL until needed */
	bool live;
	bool walk; /* there is no openat2() */
	const struct log *log;
	const struct sysfs_observer *observer;
};

/* --- paths as text ---------------------------------------------------------------------------- */

/*
 * A canonical path: "/a/b", and "" for the root itself, so that components are put behind it
 * without a special case.
 */
struct path {
	size_t length;
	char s[PATH_MAX];
};

static void path_init(struct path *path)
{
	path->length = 0;
	path->s[0] = '\0';
}

static const char *path_text(const struct path *path)
{
	return path->length ? path->s : "/";
}

static int path_push(struct path *path, const char *component, size_t length)
{
	if (path->length + 1 + length >= sizeof(path->s))
		return -ENAMETOOLONG;
	path->s[path->length] = '/';
	memcpy(path->s + path->length + 1, component, length);
	path->length += 1 + length;
	path->s[path->length] = '\0';
	return 0;
}

static void path_pop(struct path *path)
{
	while (path->length && path->s[path->length - 1] != '/')
		path->length--;
	if (path->length)
		path->length--;
	path->s[path->length] = '\0';
}

enum component {
	COMPONENT_END,
	COMPONENT_NAME,
	COMPONENT_UP,
};

/* Take the next component that says something from *@s: a "." or a second slash does not. */
static enum component next_component(const char **s, const char **ret, size_t *ret_length)
{
	for (;;) {
		const char *start = *s + strspn(*s, "/");
		size_t length = strcspn(start, "/");

		*s = start + length;
		if (!length)
			return COMPONENT_END;
		if (length == 1 && start[0] == '.')
			continue;
		if (length == 2 && start[0] == '.' && start[1] == '.')
			return COMPONENT_UP;
		*ret = start;
		*ret_length = length;
		return COMPONENT_NAME;
	}
}

/* Follow @text from @path, ".." by dropping a component: right where no component is a link. */
static int path_append(struct path *path, const char *text)
{
	for (;;) {
		const char *component = NULL;
		size_t length = 0;
		int r = 0;

		switch (next_component(&text, &component, &length)) {
		case COMPONENT_END:
			return 0;
		case COMPONENT_UP:
			path_pop(path);
			break;
		case COMPONENT_NAME:
			r = path_push(path, component, length);
			break;
		}
		if (r < 0)
			return r;
	}
}

/* The same for the text of a link, which starts over at the root when it is absolute. */
static int path_follow(struct path *path, const char *target)
{
	if (*target == '/')
		path_init(path);
	return path_append(path, target);
}

static int path_of(struct path *ret, const struct sysfs_dir *dir, const char *name)
{
	path_init(ret);
	return path_append(ret, dir->path) ?: path_append(ret, name);
}

static int _format_(3, 0) format_text(char *buffer, size_t size, const char *format, va_list args)
{
	int n = vsnprintf(buffer, size, format, args);

	if (n < 0)
		return -EINVAL;
	return (size_t)n < size ? 0 : -ENAMETOOLONG;
}

/*
 * A name relative to a folder, cleaned. Names are put together from what a tree contains and from
 * what people type: one that leads out of the folder is refused here, whichever way files are
 * opened, with the errno of openat2(2).
 */
struct name {
	struct path path;
	const char *text; /* "a/b" */
	const char *last; /* "b" */
};

static int _format_(2, 0) format_name(struct name *ret, const char *format, va_list args)
{
	char buffer[PATH_MAX];
	const char *rest = buffer;
	int r = format_text(buffer, sizeof(buffer), format, args);

	if (r < 0)
		return r;
	if (*buffer == '/')
		return -EXDEV;
	path_init(&ret->path);
	for (;;) {
		const char *component = NULL;
		size_t length = 0;

		switch (next_component(&rest, &component, &length)) {
		case COMPONENT_END:
			if (!ret->path.length)
				return -ENOENT;
			ret->text = ret->path.s + 1;
			ret->last = strrchr(ret->path.s, '/') + 1;
			return 0;
		case COMPONENT_UP:
			return -EXDEV;
		case COMPONENT_NAME:
			r = path_push(&ret->path, component, length);
			if (r < 0)
				return r;
			break;
		}
	}
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

static void tell_link(const struct sysfs *fs, const struct path *path, const char *target)
{
	if (fs->observer && fs->observer->link)
		fs->observer->link(fs->observer->data, path_text(path), target);
}

static void tell_folder(const struct sysfs *fs, const char *path)
{
	if (fs->observer && fs->observer->folder)
		fs->observer->folder(fs->observer->data, path);
}

/* --- opening ---------------------------------------------------------------------------------- */

static int open_once(int at, const char *name, int flags, int *ret_fd)
{
	int fd;

	do
		fd = openat(at, name, flags);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

static int open_resolved(int at, const char *name, int flags, uint64_t resolve, int *ret_fd)
{
	struct open_how how = { .flags = (unsigned int)flags, .resolve = resolve };
	int tries = OPENAT2_TRIES;
	long fd;

	do
		fd = syscall(SYS_openat2, at, name, &how, sizeof(how));
	while (fd < 0 && (errno == EINTR || (errno == EAGAIN && --tries)));
	if (fd < 0)
		return -errno;
	*ret_fd = (int)fd;
	return 0;
}

static int read_link_at(int at, const char *name, char buffer[PATH_MAX])
{
	ssize_t n = readlinkat(at, name, buffer, PATH_MAX);

	if (n < 0)
		return -errno;
	if (n == PATH_MAX)
		return -ENAMETOOLONG;
	buffer[n] = '\0';
	return 0;
}

/*
 * The walk: what openat2() does with RESOLVE_IN_ROOT, one component at a time. No step follows a
 * link, and ".." goes back to the folder that the walk came through, so nothing that happens to
 * the tree meanwhile leads out of it.
 */
struct walk {
	struct sysfs *fs;
	int fds[DEPTH_MAX];
	struct path path; /* one component for each of @fds */
	size_t depth;
	unsigned int links;
	char pending[PATH_MAX];
};

static void walk_up(struct walk *walk)
{
	if (!walk->depth)
		return;
	close(walk->fds[--walk->depth]);
	path_pop(&walk->path);
}

static void walk_done(struct walk *walk)
{
	while (walk->depth)
		close(walk->fds[--walk->depth]);
}

/* Go on with the text of the link at walk->path, then with @rest, which lies in walk->pending. */
static int walk_link(struct walk *walk, const char *target, const char *rest)
{
	char pending[PATH_MAX];
	int n;

	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	tell_link(walk->fs, &walk->path, target);
	path_pop(&walk->path);
	n = snprintf(pending, sizeof(pending), "%s/%s", target, rest);
	if (n < 0 || (size_t)n >= sizeof(pending))
		return -ENAMETOOLONG;
	memcpy(walk->pending, pending, (size_t)n + 1);
	while (*target == '/' && walk->depth)
		walk_up(walk);
	return 0;
}

static int walk_down(struct walk *walk, const char **rest, const char *component, size_t length)
{
	int at = walk->depth ? walk->fds[walk->depth - 1] : walk->fs->fd;
	char target[PATH_MAX];
	const char *name;
	int r;

	if (walk->depth == DEPTH_MAX)
		return -ENAMETOOLONG;
	r = path_push(&walk->path, component, length);
	if (r < 0)
		return r;
	name = walk->path.s + walk->path.length - length;
	r = open_once(at, name, FOLDER_FLAGS | O_NOFOLLOW, &walk->fds[walk->depth]);
	if (r == 0) {
		walk->depth++;
		return 0;
	}
	if ((r != -ENOTDIR && r != -ELOOP) || read_link_at(at, name, target) < 0)
		return r;
	r = walk_link(walk, target, *rest);
	*rest = walk->pending;
	return r;
}

/* Open a folder and learn its canonical path on the way. */
static int walk_open(struct sysfs *fs, const char *path, int *ret_fd, char **ret_path)
{
	_cleanup_(walk_done) struct walk walk = { .fs = fs };
	const char *rest = path;
	char *canonical;
	int r = 0;

	path_init(&walk.path);
	while (r == 0) {
		const char *component = NULL;
		size_t length = 0;
		enum component next = next_component(&rest, &component, &length);

		if (next == COMPONENT_END)
			break;
		if (next == COMPONENT_UP)
			walk_up(&walk);
		else
			r = walk_down(&walk, &rest, component, length);
	}
	if (r < 0)
		return r;
	canonical = strdup(path_text(&walk.path));
	if (!canonical)
		return -ENOMEM;
	if (walk.depth)
		*ret_fd = walk.fds[--walk.depth];
	else
		r = open_once(fs->fd, ".", FOLDER_FLAGS, ret_fd);
	if (r < 0)
		free(canonical);
	else
		*ret_path = canonical;
	return r;
}

/* What /proc calls an open folder, if that is its name and not a remark about it. */
static char *real_path(int fd)
{
	static const char deleted[] = " (deleted)";
	char link[sizeof("/proc/self/fd/") + 3 * sizeof(fd)], target[PATH_MAX];
	size_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (read_link_at(AT_FDCWD, link, target) < 0 || *target != '/')
		return NULL;
	length = strlen(target);
	if (length >= strlen(deleted) && streq(target + length - strlen(deleted), deleted))
		return NULL;
	return strdup(target);
}

/* The canonical path of a folder below the root. Return: NULL where /proc does not tell. */
static char *canonical_path(struct sysfs *fs, int fd)
{
	_cleanup_free_ char *path = real_path(fd);
	size_t length;

	if (!path || fs->live)
		return TAKE_PTR(path);
	if (!fs->real_root)
		fs->real_root = real_path(fs->fd);
	if (!fs->real_root || !starts_with(path, fs->real_root))
		return NULL;
	length = streq(fs->real_root, "/") ? 0 : strlen(fs->real_root);
	/* "/tree" is no prefix of "/tree2". */
	if (path[length] != '/' && path[length] != '\0')
		return NULL;
	return strdup(path[length] ? path + length : "/");
}

/*
 * Open a folder with openat2(). A path without links, which is what sysfs_read_link() gives, costs
 * that one call: the kernel vouches that the text is canonical. Behind links it takes three.
 */
static int resolve_open(struct sysfs *fs, const char *path, int *ret_fd, char **ret_path)
{
	const uint64_t resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
	_cleanup_close_ int fd = -1;
	struct path canonical;
	int r;

	r = open_resolved(fs->fd, path, FOLDER_FLAGS, resolve | RESOLVE_NO_SYMLINKS, &fd);
	if (r == 0) {
		path_init(&canonical);
		r = path_append(&canonical, path);
		if (r < 0)
			return r;
		*ret_path = strdup(path_text(&canonical));
	} else if (r == -ELOOP) {
		r = open_resolved(fs->fd, path, FOLDER_FLAGS, resolve, &fd);
		if (r < 0)
			return r;
		*ret_path = canonical_path(fs, fd);
	} else {
		return r;
	}
	if (!*ret_path)
		return -EAGAIN;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

int sysfs_dir_open(struct sysfs *fs, struct sysfs_dir *ret, const char *format, ...)
{
	char buffer[PATH_MAX];
	char *path = NULL;
	va_list args;
	int fd = -1;
	int r;

	va_start(args, format);
	r = format_text(buffer, sizeof(buffer), format, args);
	va_end(args);
	if (r < 0)
		return r;
	if (!*buffer)
		return -ENOENT;
	/* An observer has to hear of the links on the way too. */
	r = fs->walk || fs->observer ? -EAGAIN : resolve_open(fs, buffer, &fd, &path);
	if (r == -EAGAIN)
		r = walk_open(fs, buffer, &fd, &path);
	if (r < 0) {
		if (r != -ENOENT)
			log_debug(fs->log, "cannot open %s: %s", buffer, strerror(-r));
		return r;
	}
	*ret = (struct sysfs_dir){ .fs = fs, .fd = fd, .path = path };
	tell_folder(fs, path);
	return 0;
}

void sysfs_dir_done(struct sysfs_dir *dir)
{
	close_p(&dir->fd);
	free(dir->path);
	*dir = (struct sysfs_dir)SYSFS_DIR_INIT;
}

/* O_NOFOLLOW answers ENOTDIR to a link where a folder was asked for: say what openat2() says. */
static int open_no_link(int at, const char *name, int flags, int *ret_fd)
{
	char target[PATH_MAX];
	int r = open_once(at, name, flags | O_NOFOLLOW, ret_fd);

	return r == -ENOTDIR && read_link_at(at, name, target) == 0 ? -ELOOP : r;
}

/* Open a name below a folder by components, none of which may be a link. */
static int walk_beneath(int at, const char *name, int flags, int *ret_fd)
{
	_cleanup_close_ int folder = -1;
	const char *slash;

	while ((slash = strchr(name, '/'))) {
		char component[NAME_MAX + 1];
		size_t length = (size_t)(slash - name);
		int next = -1;
		int r;

		if (length >= sizeof(component))
			return -ENAMETOOLONG;
		memcpy(component, name, length);
		component[length] = '\0';
		r = open_no_link(at, component, FOLDER_FLAGS, &next);
		if (r < 0)
			return r;
		close_p(&folder);
		at = folder = next;
		name = slash + 1;
	}
	return open_no_link(at, name, flags, ret_fd);
}

static int open_beneath(const struct sysfs_dir *dir, const char *name, int flags, int *ret_fd)
{
	const uint64_t resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;

	if (dir->fs->walk)
		return walk_beneath(dir->fd, name, flags, ret_fd);
	return open_resolved(dir->fd, name, flags, resolve, ret_fd);
}

/*
 * The folder that holds a name, for the calls that have no way to resolve safely. *@ret_owned is
 * the descriptor to close: most names have one component, and then it is the folder that is open
 * already and there is nothing to close.
 */
static int open_parent(const struct sysfs_dir *dir, const struct name *name, int *ret_at,
		       int *ret_owned)
{
	char parent[PATH_MAX];
	size_t length;
	int r;

	if (name->last == name->text) {
		*ret_at = dir->fd;
		return 0;
	}
	length = (size_t)(name->last - name->text) - 1;
	memcpy(parent, name->text, length);
	parent[length] = '\0';
	r = open_beneath(dir, parent, FOLDER_FLAGS, ret_owned);
	if (r == 0)
		*ret_at = *ret_owned;
	return r;
}

/* --- reading ---------------------------------------------------------------------------------- */

/*
 * In a captured tree: refuse what is not a regular file. Before it is opened, because opening
 * alone makes some devices act. Should a component be a link, then this looked at something else,
 * and opening is what refuses.
 */
static int check_regular(const struct sysfs_dir *dir, const struct name *name)
{
	struct stat st;

	if (dir->fs->live || fstatat(dir->fd, name->text, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    S_ISREG(st.st_mode))
		return 0;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return S_ISLNK(st.st_mode) ? -ELOOP : -EBADMSG;
}

/* What a failed open or check says about whether a file is there. */
static bool is_unreadable_file(int r)
{
	return r == -EACCES || r == -EPERM || r == -EBADMSG;
}

static int open_file(const struct sysfs_dir *dir, const struct name *name, int *ret_fd)
{
	int r, q;

	r = check_regular(dir, name) ?: open_beneath(dir, name->text, FILE_FLAGS, ret_fd);
	if (!is_unreadable_file(r))
		return r;
	q = tell_file(dir, name->text, NULL, r);
	return q < 0 ? q : r;
}

static int read_some(int fd, char *buffer, size_t size, size_t *ret_length)
{
	ssize_t n;

	do
		n = read(fd, buffer, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	*ret_length = (size_t)n;
	return 0;
}

/*
 * Everything up to @max bytes, or -EFBIG. /proc gives a few pages a call, whatever was asked for.
 */
static int read_all(int fd, size_t max, char **ret, size_t *ret_length)
{
	_cleanup_free_ char *content = NULL;
	size_t room = 0, length = 0;

	for (;;) {
		size_t n = 0;
		int r;

		if (room - length < 2) {
			char *grown;

			room = room ? room * 2 : 64UL << 10;
			if (room > max + 2)
				room = max + 2;
			grown = realloc(content, room);
			if (!grown)
				return -ENOMEM;
			content = grown;
		}
		r = read_some(fd, content + length, room - length - 1, &n);
		if (r < 0)
			return r;
		if (!n)
			break;
		length += n;
		if (length > max)
			return -EFBIG;
	}
	content[length] = '\0';
	*ret = TAKE_PTR(content);
	*ret_length = length;
	return 0;
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
	_cleanup_close_ int fd = -1;
	size_t length = 0;
	int r;

	r = open_file(dir, name, &fd);
	if (r < 0)
		return r;
	r = read_some(fd, ret->s, sizeof(ret->s), &length);
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

int sysfs_read_str(const struct sysfs_dir *dir, char **ret, const char *format, ...)
{
	struct attribute attribute;
	struct name name;
	va_list args;
	char *s;
	int r;

	va_start(args, format);
	r = format_name(&name, format, args);
	va_end(args);
	if (r < 0)
		return r;
	r = say(dir, &name, read_attribute(dir, &name, &attribute));
	if (r < 0)
		return r;
	s = strdup(attribute.s);
	if (!s)
		return -ENOMEM;
	*ret = s;
	return 0;
}

int sysfs_read_u64(const struct sysfs_dir *dir, uint64_t *ret, int base, const char *format, ...)
{
	struct attribute attribute;
	struct name name;
	va_list args;
	int r;

	va_start(args, format);
	r = format_name(&name, format, args);
	va_end(args);
	if (r < 0)
		return r;
	r = read_attribute(dir, &name, &attribute);
	if (r == 0 && parse_u64(attribute.s, base, ret) < 0)
		r = -EBADMSG;
	return say(dir, &name, r);
}

int sysfs_read_file(const struct sysfs_dir *dir, char **ret, const char *format, ...)
{
	_cleanup_free_ char *content = NULL;
	_cleanup_close_ int fd = -1;
	size_t length = 0;
	struct name name;
	va_list args;
	int r;

	va_start(args, format);
	r = format_name(&name, format, args);
	va_end(args);
	if (r < 0)
		return r;
	r = open_file(dir, &name, &fd);
	if (r == 0) {
		r = read_all(fd, FILE_MAX, &content, &length);
		r = judge(dir, &name, r, content, length);
	}
	if (r == 0)
		*ret = TAKE_PTR(content);
	return say(dir, &name, r);
}

/* Read a link and resolve it by its text. */
static int resolve_link(const struct sysfs_dir *dir, const struct name *name, struct path *ret)
{
	_cleanup_close_ int owned = -1;
	char target[PATH_MAX];
	int at = -1;
	int r;

	r = open_parent(dir, name, &at, &owned);
	if (r < 0)
		return r;
	r = read_link_at(at, name->last, target) ?: path_of(ret, dir, name->text);
	if (r < 0)
		return r;
	tell_link(dir->fs, ret, target);
	path_pop(ret);
	return path_follow(ret, target);
}

int sysfs_read_link(const struct sysfs_dir *dir, char **ret, const char *format, ...)
{
	struct name name;
	struct path path;
	va_list args;
	char *s;
	int r;

	va_start(args, format);
	r = format_name(&name, format, args);
	va_end(args);
	if (r < 0)
		return r;
	r = say(dir, &name, resolve_link(dir, &name, &path));
	if (r < 0)
		return r;
	s = strdup(path_text(&path));
	if (!s)
		return -ENOMEM;
	*ret = s;
	return 0;
}

int sysfs_read_link_name(const struct sysfs_dir *dir, char **ret, const char *format, ...)
{
	struct name name;
	struct path path;
	va_list args;
	char *s;
	int r;

	va_start(args, format);
	r = format_name(&name, format, args);
	va_end(args);
	if (r < 0)
		return r;
	r = resolve_link(dir, &name, &path);
	/* The root has no name. */
	if (r == 0 && !path.length)
		r = -EBADMSG;
	if (r < 0)
		return say(dir, &name, r);
	s = strdup(strrchr(path.s, '/') + 1);
	if (!s)
		return -ENOMEM;
	*ret = s;
	return 0;
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
		tell_folder(dir->fs, path_text(&path));
	say(dir, name, r);
}

bool sysfs_has(const struct sysfs_dir *dir, const char *format, ...)
{
	_cleanup_close_ int owned = -1;
	struct name name;
	struct stat st;
	va_list args;
	int at = -1;
	int r;

	va_start(args, format);
	r = format_name(&name, format, args);
	va_end(args);
	if (r < 0 || open_parent(dir, &name, &at, &owned) < 0)
		return false;
	if (fstatat(at, name.last, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	tell_presence(dir, &name, st.st_mode);
	return true;
}

static int list_entries(const struct sysfs_dir *dir, int fd,
			int (*fn)(void *data, const char *name), void *data)
{
	/* getdents64() and not readdir(), which adds three calls to each folder. */
	_Alignas(struct dirent64) char buffer[32 << 10];

	for (;;) {
		ssize_t n = getdents64(fd, buffer, sizeof(buffer));

		if (n <= 0)
			return n < 0 ? -errno : 0;
		for (ssize_t i = 0; i < n;) {
			const struct dirent64 *entry = (const void *)(buffer + i);
			int r;

			i += entry->d_reclen;
			/* ".", "..", and what keeps an empty folder of a captured tree alive */
			if (entry->d_name[0] == '.')
				continue;
			r = fn(data, entry->d_name);
			if (r < 0)
				return r;
			if (r > 0 && dir->fs->observer)
				(void)sysfs_has(dir, "%s", entry->d_name);
		}
	}
}

int sysfs_list(const struct sysfs_dir *dir, int (*fn)(void *data, const char *name), void *data)
{
	_cleanup_close_ int fd = -1;
	int r;

	r = open_once(dir->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, &fd);
	if (r < 0) {
		log_debug(dir->fs->log, "cannot list %s: %s", dir->path, strerror(-r));
		return r;
	}
	tell_folder(dir->fs, dir->path);
	return list_entries(dir, fd, fn, data);
}

/* --- the root --------------------------------------------------------------------------------- */

/*
 * Opening the root is also how to find out about openat2(): ENOSYS from kernels before 5.6, EPERM
 * from the filters of older container runtimes.
 */
static int open_root(struct sysfs *fs)
{
	int r = open_resolved(AT_FDCWD, fs->root, FOLDER_FLAGS, 0, &fs->fd);

	if (r != -ENOSYS && r != -EPERM)
		return r;
	log_debug(fs->log, "no openat2: %s", strerror(-r));
	fs->walk = true;
	return open_once(AT_FDCWD, fs->root, FOLDER_FLAGS, &fs->fd);
}

int sysfs_new(struct sysfs **ret, const char *root, const struct log *log, struct daxbus_error *err)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = calloc(1, sizeof(*fs));
	int r;

	if (!fs)
		return err_oom(err);
	fs->fd = -1;
	fs->log = log;
	fs->root = strdup(root ? root : "/");
	if (!fs->root)
		return err_oom(err);
	fs->live = *fs->root && !fs->root[strspn(fs->root, "/")];
	r = open_root(fs);
	if (r < 0)
		return err_set(err, r, "cannot open the folder '%s': %s", fs->root, strerror(-r));
	*ret = TAKE_PTR(fs);
	return 0;
}

struct sysfs *sysfs_free(struct sysfs *fs)
{
	if (!fs)
		return NULL;
	close_p(&fs->fd);
	free(fs->root);
	free(fs->real_root);
	free(fs);
	return NULL;
}

bool sysfs_is_live(const struct sysfs *fs)
{
	return fs->live;
}

void sysfs_observe(struct sysfs *fs, const struct sysfs_observer *observer)
{
	fs->observer = observer;
}

void sysfs_force_walk(struct sysfs *fs)
{
	fs->walk = true;
}

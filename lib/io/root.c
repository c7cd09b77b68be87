/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/syscall.h>

/* What the kernel allows in one lookup (MAXSYMLINKS). */
#define LINKS_MAX	40
/* Directories that the walk keeps open at a time. The deepest path of a real sysfs has about 20. */
#define DEPTH_MAX	128
/*
 * openat2() may answer EAGAIN to ".." while anything is being renamed anywhere; past this, the
 * walk does it.
 */
#define OPENAT2_TRIES	32

#define DIRECTORY_FLAGS (O_PATH | O_DIRECTORY | O_CLOEXEC)

/* --- one system call each --------------------------------------------------------------------- */

int root_open_once(int at, const char *name, int flags, int *ret_fd)
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

int root_read_link_at(int at, const char *name, char buffer[PATH_MAX])
{
	ssize_t n = readlinkat(at, name, buffer, PATH_MAX);

	if (n < 0)
		return -errno;
	if (n == PATH_MAX)
		return -ENAMETOOLONG;
	buffer[n] = '\0';
	return 0;
}

int root_read_some(int fd, char *buffer, size_t size, size_t *ret_length)
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

int root_list(int at, int (*fn)(void *data, const char *name), void *data)
{
	/* getdents64() and not readdir(), which adds three calls to each directory. */
	_Alignas(struct dirent64) char buffer[32 << 10];
	_cleanup_close_ int fd = -1;
	int r = root_open_once(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, &fd);

	while (r == 0) {
		ssize_t n = getdents64(fd, buffer, sizeof(buffer));

		if (n <= 0)
			return n < 0 ? -errno : 0;
		for (ssize_t i = 0; r == 0 && i < n;) {
			const struct dirent64 *entry = (const void *)(buffer + i);

			i += entry->d_reclen;
			if (!streq(entry->d_name, ".") && !streq(entry->d_name, ".."))
				r = fn(data, entry->d_name);
		}
	}
	return r;
}

/* /proc gives a few pages a call, whatever was asked for. */
int root_read_whole(int (*read_on)(void *data, char *buffer, size_t size, size_t *ret_length),
		    void *data, size_t max, char **ret, size_t *ret_length)
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
		r = read_on(data, content + length, room - length - 1, &n);
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

static int read_descriptor(void *data, char *buffer, size_t size, size_t *ret_length)
{
	return root_read_some(*(const int *)data, buffer, size, ret_length);
}

int root_read_all(int fd, size_t max, char **ret, size_t *ret_length)
{
	return root_read_whole(read_descriptor, &fd, max, ret, ret_length);
}

/* --- directories ------------------------------------------------------------------------------ */

/*
 * The walk: what openat2() does with RESOLVE_IN_ROOT, one component at a time. No step follows a
 * link, and ".." goes back to the directory that the walk came through, so nothing that happens to
 * the tree meanwhile leads out of it.
 */
struct walk {
	struct root *door;
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
	if (walk->door->on_link)
		walk->door->on_link(walk->door->data, &walk->path, target);
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
	int at = walk->depth ? walk->fds[walk->depth - 1] : walk->door->fd;
	char target[PATH_MAX];
	const char *name;
	int r;

	if (walk->depth == DEPTH_MAX)
		return -ENAMETOOLONG;
	r = path_push(&walk->path, component, length);
	if (r < 0)
		return r;
	name = walk->path.s + walk->path.length - length;
	r = root_open_once(at, name, DIRECTORY_FLAGS | O_NOFOLLOW, &walk->fds[walk->depth]);
	if (r == 0) {
		walk->depth++;
		return 0;
	}
	if ((r != -ENOTDIR && r != -ELOOP) || root_read_link_at(at, name, target) < 0)
		return r;
	r = walk_link(walk, target, *rest);
	*rest = walk->pending;
	return r;
}

/* Open a directory and learn its canonical path on the way. */
static int walk_open(struct root *door, const char *path, int *ret_fd, char **ret_path)
{
	_cleanup_(walk_done) struct walk walk = { .door = door };
	const char *rest = path;
	char *canonical;
	int r = 0;

	path_init(&walk.path);
	while (r == 0) {
		const char *component = NULL;
		size_t length = 0;
		enum component next = path_next_component(&rest, &component, &length);

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
		r = root_open_once(door->fd, ".", DIRECTORY_FLAGS, ret_fd);
	if (r < 0)
		free(canonical);
	else
		*ret_path = canonical;
	return r;
}

/* What /proc calls an open directory, if that is its name and not a remark about it. */
static char *real_path(int fd)
{
	char link[sizeof("/proc/self/fd/") + 3 * sizeof(fd)], target[PATH_MAX];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (root_read_link_at(AT_FDCWD, link, target) < 0 || *target != '/' ||
	    ends_with(target, " (deleted)"))
		return NULL;
	return strdup(target);
}

/* The canonical path of a directory below the root. Return: NULL if /proc does not say it. */
static char *canonical_path(struct root *door, int fd)
{
	_cleanup_free_ char *path = real_path(fd);
	size_t length;

	if (!path || door->live)
		return TAKE_PTR(path);
	if (!door->real_root)
		door->real_root = real_path(door->fd);
	if (!door->real_root || !starts_with(path, door->real_root))
		return NULL;
	length = streq(door->real_root, "/") ? 0 : strlen(door->real_root);
	/* "/tree" is no prefix of "/tree2". */
	if (path[length] != '/' && path[length] != '\0')
		return NULL;
	return strdup(path[length] ? path + length : "/");
}

/*
 * Open a directory with openat2(). A path without links, which is what sysfs_read_link() gives,
 * costs that one call: the kernel vouches that the text is canonical. Behind links it takes three.
 */
static int resolve_open(struct root *door, const char *path, int *ret_fd, char **ret_path)
{
	const uint64_t resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
	_cleanup_close_ int fd = -1;
	struct path canonical;
	int r;

	r = open_resolved(door->fd, path, DIRECTORY_FLAGS, resolve | RESOLVE_NO_SYMLINKS, &fd);
	if (r == 0) {
		path_init(&canonical);
		r = path_append(&canonical, path);
		if (r < 0)
			return r;
		*ret_path = strdup(path_text(&canonical));
	} else if (r == -ELOOP) {
		r = open_resolved(door->fd, path, DIRECTORY_FLAGS, resolve, &fd);
		if (r < 0)
			return r;
		*ret_path = canonical_path(door, fd);
	} else {
		return r;
	}
	if (!*ret_path)
		return -EAGAIN;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

int root_open_directory(struct root *door, const char *path, int *ret_fd, char **ret_path)
{
	/* A listener must hear of the links on the way too. */
	int r = door->walk || door->on_link ? -EAGAIN : resolve_open(door, path, ret_fd, ret_path);

	return r == -EAGAIN ? walk_open(door, path, ret_fd, ret_path) : r;
}

/* --- where a path ends ------------------------------------------------------------------------ */

void root_location_done(struct root_location *location)
{
	close_p(&location->directory);
	location->directory = -1;
}

/* Cut the last component off a path from the root. NULL when that is a directory by its name. */
static char *cut_last(char *path)
{
	size_t n = strlen(path);
	char *slash;

	while (n && path[n - 1] == '/')
		path[--n] = '\0';
	slash = strrchr(path, '/');
	if (!slash || streq(slash + 1, ".") || streq(slash + 1, ".."))
		return NULL;
	*slash = '\0';
	return slash + 1;
}

static int locate(struct root *door, const char *directory, const char *name,
		  struct root_location *ret)
{
	_cleanup_free_ char *canonical = NULL;
	int r;

	root_location_done(ret);
	r = root_open_directory(door, *directory ? directory : "/", &ret->directory, &canonical);
	if (r < 0)
		return r;
	path_init(&ret->path);
	r = path_append(&ret->path, canonical) ?: path_push(&ret->path, name, strlen(name));
	if (r == 0)
		ret->name = strrchr(ret->path.s, '/') + 1;
	return r;
}

/* What is before the last component is left to the root: ".." behind a link is not its text. */
int root_find(struct root *door, const char *path, bool follow, struct root_location *ret)
{
	char pending[PATH_MAX], target[PATH_MAX];
	int n = snprintf(pending, sizeof(pending), "%s", path);

	for (int links = 0; links < LINKS_MAX; links++) {
		char *name;
		int r;

		if (n < 0 || (size_t)n >= sizeof(pending))
			return -ENAMETOOLONG;
		name = cut_last(pending);
		r = name ? locate(door, pending, name, ret) : -ENOTDIR;
		if (r < 0 || !follow || root_read_link_at(ret->directory, ret->name, target) < 0)
			return r;
		path_pop(&ret->path);
		n = snprintf(pending, sizeof(pending), "%s/%s",
			     *target == '/' ? "" : path_text(&ret->path), target);
	}
	return -ELOOP;
}

/* --- below a directory ------------------------------------------------------------------------ */

/* O_NOFOLLOW answers ENOTDIR to a link where a directory was asked for: say what openat2() says. */
static int open_no_link(int at, const char *name, int flags, int *ret_fd)
{
	char target[PATH_MAX];
	int r = root_open_once(at, name, flags | O_NOFOLLOW, ret_fd);

	return r == -ENOTDIR && root_read_link_at(at, name, target) == 0 ? -ELOOP : r;
}

/* Open a name below a directory by components, none of which may be a link. */
static int walk_beneath(int at, const char *name, int flags, int *ret_fd)
{
	_cleanup_close_ int directory = -1;
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
		r = open_no_link(at, component, DIRECTORY_FLAGS, &next);
		if (r < 0)
			return r;
		close_p(&directory);
		at = directory = next;
		name = slash + 1;
	}
	return open_no_link(at, name, flags, ret_fd);
}

int root_open_beneath(const struct root *door, int directory, const char *name, int flags,
		      int *ret_fd)
{
	const uint64_t resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;

	if (door->walk)
		return walk_beneath(directory, name, flags, ret_fd);
	return open_resolved(directory, name, flags, resolve, ret_fd);
}

int root_open_parent(const struct root *door, int directory, const struct name *name, int *ret_at,
		     int *ret_owned)
{
	char parent[PATH_MAX];
	size_t length;
	int r;

	if (name->last == name->text) {
		*ret_at = directory;
		return 0;
	}
	length = (size_t)(name->last - name->text) - 1;
	memcpy(parent, name->text, length);
	parent[length] = '\0';
	r = root_open_beneath(door, directory, parent, DIRECTORY_FLAGS, ret_owned);
	if (r == 0)
		*ret_at = *ret_owned;
	return r;
}

/* --- the root --------------------------------------------------------------------------------- */

/*
 * Opening the root is also how to find out about openat2(): ENOSYS from kernels before 5.6, EPERM
 * from the filters of older container runtimes.
 */
int root_open(struct root *door, const char *root, const struct log *log, struct daxbus_error *err)
{
	int r;

	*door = ROOT_INIT;
	root = root ?: "/";
	door->live = *root && !root[strspn(root, "/")];
	r = open_resolved(AT_FDCWD, root, DIRECTORY_FLAGS, 0, &door->fd);
	if (r == -ENOSYS || r == -EPERM) {
		log_debug(log, "no openat2: %s", strerror(-r));
		door->walk = true;
		r = root_open_once(AT_FDCWD, root, DIRECTORY_FLAGS, &door->fd);
	}
	if (r < 0)
		error_set(err, r, "cannot open the directory '%s': %s", root, strerror(-r));
	return r;
}

void root_close(struct root *door)
{
	close_p(&door->fd);
	free(door->real_root);
	*door = ROOT_INIT;
}

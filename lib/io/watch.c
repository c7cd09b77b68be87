/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/watch.h"

#include <errno.h>
#include <limits.h>
#include <sys/inotify.h>

#include "base/array.h"
#include "base/string.h"

#define MASK                                                                                       \
	(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF |   \
	 IN_MOVE_SELF | IN_ONLYDIR)

int watch_start(struct watch *w)
{
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	return w->fd < 0 ? -errno : 0;
}

void watch_done(struct watch *w)
{
	close_p(&w->fd);
	free(w->items);
	*w = (struct watch)WATCH_INIT;
}

static bool is_whole(const struct watch_item *item)
{
	return item->length == strlen(item->directory);
}

static int watch_nearest(const struct watch *w, struct watch_item *item)
{
	_cleanup_free_ char *path = strdup(item->directory);

	if (!path)
		return -ENOMEM;
	for (;;) {
		item->id = inotify_add_watch(w->fd, *path ? path : "/", MASK);
		if (item->id >= 0)
			break;
		if ((errno != ENOENT && errno != ENOTDIR) || !*path)
			return -errno;
		*strrchr(path, '/') = '\0';
	}
	item->length = strlen(path);
	return 0;
}

/*
 * Watch the directory, or the nearest one above it that exists. What is created in that one before
 * it is watched has no event: search until it was watched before.
 */
static int find_place(const struct watch *w, struct watch_item *item)
{
	int id, r;

	do {
		id = item->id;
		r = watch_nearest(w, item);
	} while (r == 0 && item->id != id);
	return r;
}

int watch_add(struct watch *w, const char *directory, const char *name)
{
	struct watch_item item = { .directory = directory, .name = name };
	int r = find_place(w, &item);

	return r ?: ARRAY_PUSH(w->items, w->n, item);
}

/* Whether an entry of the watched directory is on the way to the wanted one. */
static bool is_on_the_way(const struct watch_item *item, const char *name)
{
	const char *rest = item->directory + item->length + 1;
	size_t n = strlen(name);

	return strncmp(rest, name, n) == 0 && (rest[n] == '/' || rest[n] == '\0');
}

static int move_place(struct watch *w, struct watch_item *item, watch_fn fn, void *data)
{
	bool was_whole = is_whole(item);
	int id = item->id, r = find_place(w, item);

	/* What has happened in it before it was watched, or with it: another one may replace it. */
	return r < 0 || item->id == id || !(was_whole || is_whole(item))
		       ? r
		       : fn(data, item->directory, NULL);
}

static int take_event(struct watch *w, struct watch_item *item, const struct inotify_event *e,
		      watch_fn fn, void *data)
{
	const char *name = e->len ? e->name : "";

	/* What is lost may also be that a directory on the way was created. */
	if (e->mask & IN_Q_OVERFLOW)
		return find_place(w, item) ?: fn(data, item->directory, NULL);
	if (e->wd != item->id)
		return 0;
	if (e->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED))
		return move_place(w, item, fn, data);
	if (!is_whole(item))
		return is_on_the_way(item, name) ? move_place(w, item, fn, data) : 0;
	return !item->name || streq(item->name, name) ? fn(data, item->directory, name) : 0;
}

int watch_read(struct watch *w, watch_fn fn, void *data)
{
	char buffer[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)]
		__attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n;

	while ((n = read(w->fd, buffer, sizeof(buffer))) > 0) {
		for (const char *p = buffer; p < buffer + n;) {
			const struct inotify_event *e = (const void *)p;
			int r = 0;

			for (size_t i = 0; r == 0 && i < w->n; i++)
				r = take_event(w, &w->items[i], e, fn, data);
			if (r < 0)
				return r;
			p += sizeof(*e) + e->len;
		}
	}
	return n < 0 && errno != EAGAIN && errno != EINTR ? -errno : 0;
}

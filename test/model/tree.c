/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of a model, for the library. Its files are rendered together when one of them is asked
 * for in a state that has not been rendered yet: a state has about a hundred, and an exploration
 * returns to the same few thousand states again and again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "io/path.h"
#include "render.h"

/* Places for renderings of states; some tens of kilobytes each. */
#define MODEL_RENDERINGS 2048

/* A state hashes to one place, where a later one of the same hash replaces it. */
static void render(struct model_tree *t)
{
	if (t->is_current)
		return;
	t->now = &t->renderings[model_hash(t->kernel, sizeof(*t->kernel), 0) % MODEL_RENDERINGS];
	t->is_current = true;
	if (!t->now->n_files || memcmp(&t->now->state, t->kernel, sizeof(*t->kernel)))
		model_render(t->now, t->kernel);
}

/* --- finding ---------------------------------------------------------------------------------- */

static size_t length_to(const char *path, const char *end)
{
	return end ? (size_t)(end - path) : strlen(path);
}

/* The first file whose path is not before the first @length characters of @path. */
static size_t lower_bound(const struct model_tree *t, const char *path, size_t length)
{
	size_t low = 0, high = t->now->n_files;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strncmp(t->now->files[middle].path, path, length) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A file, a link or a directory that was added; NULL for a directory that follows from its files.
 */
static const struct model_file *find_file(const struct model_tree *t, const char *path,
					  size_t length, bool *ret_is_directory)
{
	*ret_is_directory = !length;
	for (size_t i = lower_bound(t, path, length);
	     i < t->now->n_files && !strncmp(t->now->files[i].path, path, length); i++) {
		char next = t->now->files[i].path[length];

		if (!next) {
			*ret_is_directory = !t->now->files[i].content;
			return &t->now->files[i];
		}
		if (next == '/') {
			*ret_is_directory = true;
			return NULL;
		}
	}
	return NULL;
}

static struct model_tree *tree_of(const struct sysfs *fs)
{
	struct model_tree *t = fs->tree;

	render(t);
	return t;
}

/* The path of a name in a directory. */
static void join(const struct sysfs_dir *dir, const char *name, char ret[PATH_MAX])
{
	snprintf(ret, PATH_MAX, "%s/%s", streq(dir->path, "/") ? "" : dir->path, name);
}

/* --- operations ------------------------------------------------------------------------------- */

static int miss(const struct model_tree *t, const char *path)
{
	if (t->trace)
		fprintf(stderr, "not in the model: %s\n", path);
	return -ENOENT;
}

static int open_directory(struct sysfs *fs, const char *path, int *ret_fd, char **ret_path)
{
	struct model_tree *t = tree_of(fs);
	struct path now;
	const char *rest = path, *component;
	size_t length;
	bool is_directory = true;

	if (t->dead)
		return -EIO;
	path_init(&now);
	while (path_next_component(&rest, &component, &length) == COMPONENT_NAME) {
		const struct model_file *f;

		if (path_push(&now, component, length) < 0)
			return -ENAMETOOLONG;
		f = find_file(t, path_text(&now), now.length, &is_directory);
		if (f && f->is_link) {
			path_init(&now);
			if (path_append(&now, f->content) < 0)
				return -ENAMETOOLONG;
			find_file(t, path_text(&now), now.length, &is_directory);
		} else if (f && f->content) {
			return -ENOTDIR;
		}
		if (!is_directory)
			return miss(t, path_text(&now));
	}
	*ret_fd = -1;
	*ret_path = strdup(path_text(&now));
	return *ret_path ? 0 : -ENOMEM;
}

static int open_file(const struct sysfs_dir *dir, const char *name, int flags,
		     struct sysfs_file *ret)
{
	struct model_tree *t = tree_of(dir->fs);
	const struct model_file *f;
	char path[PATH_MAX];
	struct model_text *h;
	bool is_directory;

	if (t->dead)
		return -EIO;
	join(dir, name, path);
	f = find_file(t, path, strlen(path), &is_directory);
	if (is_directory)
		return -EISDIR;
	if (!f)
		return miss(t, path);
	if (f->is_link)
		return -ELOOP;
	if (f->access == (flags & O_WRONLY ? O_RDONLY : O_WRONLY))
		return -EACCES;
	/* Its content as it is now, or its path to write to. */
	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	h->text = strdup(flags & O_WRONLY ? path : f->content);
	h->length = h->text ? strlen(h->text) : 0;
	ret->handle = h;
	return 0;
}

int model_text_read(struct model_text *text, char *buffer, size_t size, size_t *ret_length)
{
	size_t rest = text->length - text->offset;

	*ret_length = rest < size ? rest : size;
	memcpy(buffer, text->text + text->offset, *ret_length);
	text->offset += *ret_length;
	return 0;
}

static int read_file(struct sysfs_file *file, char *buffer, size_t size, size_t *ret_length)
{
	return model_text_read(file->handle, buffer, size, ret_length);
}

static int write_file(const struct sysfs_file *file, const char *value)
{
	struct model_tree *t = file->fs->tree;
	const struct model_text *h = file->handle;
	struct model_event event = { ++t->n_writes, h->text, value };
	int r;

	if (t->dead)
		return -EIO;
	r = t->on_write ? t->on_write(t->data, &event) : 0;
	if (r == 0 && !t->dead)
		r = model_write(t->kernel, h->text, value);
	model_tree_changed(t);
	return r;
}

static void close_file(struct sysfs_file *file)
{
	struct model_text *h = file->handle;

	free(h->text);
	free(h);
}

static int read_link(const struct sysfs_dir *dir, const struct name *name, char target[PATH_MAX])
{
	struct model_tree *t = tree_of(dir->fs);
	const struct model_file *f;
	char path[PATH_MAX];
	bool is_directory;

	if (t->dead)
		return -EIO;
	join(dir, name->text, path);
	f = find_file(t, path, strlen(path), &is_directory);
	if (!f)
		return is_directory ? -EINVAL : miss(t, path);
	if (!f->is_link)
		return -EINVAL;
	snprintf(target, PATH_MAX, "%s", f->content);
	return 0;
}

static int find(const struct sysfs_dir *dir, const char *name, mode_t *ret_mode)
{
	struct model_tree *t = tree_of(dir->fs);
	const struct model_file *f;
	char path[PATH_MAX];
	bool is_directory;

	if (t->dead)
		return -EIO;
	join(dir, name, path);
	f = find_file(t, path, strlen(path), &is_directory);
	if (!f && !is_directory)
		return miss(t, path);
	if (ret_mode)
		*ret_mode = is_directory ? S_IFDIR : f->is_link ? S_IFLNK : S_IFREG;
	return 0;
}

static int list(const struct sysfs_dir *dir, int (*fn)(void *data, const char *name), void *data)
{
	struct model_tree *t = tree_of(dir->fs);
	char prefix[PATH_MAX], last[NAME_MAX + 1] = "";
	size_t length;
	int r = 0;

	if (t->dead)
		return -EIO;
	join(dir, "", prefix);
	length = strlen(prefix);
	for (size_t i = lower_bound(t, prefix, length);
	     r == 0 && i < t->now->n_files && starts_with(t->now->files[i].path, prefix); i++) {
		const char *rest = t->now->files[i].path + length;
		char name[NAME_MAX + 1];

		snprintf(name, sizeof(name), "%.*s", (int)length_to(rest, strchr(rest, '/')), rest);
		if (streq(name, last))
			continue;
		memcpy(last, name, sizeof(last));
		r = fn(data, name);
	}
	return r;
}

static int check_writable(const struct sysfs_dir *dir _unused_)
{
	return 0;
}

static const struct sysfs_ops ops = {
	.is_live = true,
	.open_directory = open_directory,
	.open = open_file,
	.read = read_file,
	.write = write_file,
	.close = close_file,
	.read_link = read_link,
	.find = find,
	.list = list,
	.check_writable = check_writable,
};

int model_tree_open(struct model_tree *tree, struct model_kernel *kernel, struct sysfs **ret)
{
	*tree = (struct model_tree){ .kernel = kernel };
	tree->renderings = calloc(MODEL_RENDERINGS, sizeof(*tree->renderings));
	if (!tree->renderings)
		return -ENOMEM;
	return sysfs_new_with(ret, &ops, tree, NULL);
}

void model_tree_changed(struct model_tree *tree)
{
	tree->is_current = false;
}

void model_tree_done(struct model_tree *tree)
{
	for (size_t i = 0; tree->renderings && i < MODEL_RENDERINGS; i++)
		model_rendering_clear(&tree->renderings[i]);
	free(tree->renderings);
	*tree = (struct model_tree){ 0 };
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/class-scan.h"

#include <errno.h>

#include "base/array.h"
#include "base/context.h"
#include "base/error.h"
#include "base/parse.h"
#include "base/string.h"
#include "base/strv.h"
#include "class-scan/file.h"
#include "class-scan/packages.h"
#include "class-scan/processes.h"
#include "class-scan/walk.h"

/* Where programs and what configures them live. What is a link there leads to one of the others. */
static const char *const usual_paths[] = {
	"/etc",	  "/usr", "/usr/local", "/bin",		"/sbin",	   "/lib",
	"/lib64", "/opt", "/run/udev",	"/run/systemd", "/run/modprobe.d", "/run/modules-load.d",
};

/*
 * struct scan_search - a search for users
 * @users: those found so far
 * @door: the root of the files
 * @mentions: of the file that is read
 * @verdict: instead of adding users, say here whether a file is one
 */
struct scan_search {
	const struct daxbus_ctx *ctx;
	struct class_consumers *users;
	struct root door;
	struct matches mentions;
	struct sysfs *fs;
	bool *verdict;
};

static void user_done(struct class_consumer *user)
{
	free(user->path);
	free(user->process);
	free(user->text);
	free(user->package);
}

void class_scan_free(struct class_consumers *users)
{
	for (size_t i = 0; users && i < users->n; i++)
		user_done(&users->items[i]);
	if (users)
		free(users->items);
	free(users);
}

static void scan_search_done(struct scan_search *search)
{
	match_done(&search->mentions);
	root_close(&search->door);
	sysfs_free(search->fs);
}

/* --- adding one ------------------------------------------------------------------------------- */

/* Take @user, whose strings are the caller's until then. */
static int take_user(struct class_consumers *users, struct class_consumer *user, enum finding use)
{
	user->code = findings[use].word;
	user->breaks = findings[use].breaks;
	user->instead = findings[use].instead;
	return ARRAY_PUSH(users->items, users->n, TAKE_STRUCT(*user));
}

/* --- files ------------------------------------------------------------------------------------ */

static int add_mentions(struct scan_search *search, const char *path, enum file_type kind)
{
	struct matches *m = &search->mentions;
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->n; i++) {
		_cleanup_(user_done) struct class_consumer user = {
			.kind = file_type_word(kind),
			.line = m->items[i].line,
			.offset = m->items[i].offset,
			.safe = m->safe,
		};

		user.text = TAKE_PTR(m->items[i].text);
		r = string_copy(&user.path, path)
			    ?: take_user(search->users, &user, m->items[i].use);
	}
	return r;
}

static int look_at_file(void *data, const char *path, int fd, const struct stat *st, bool named)
{
	struct scan_search *search = data;
	struct class_scan_counts *count = &search->users->count;
	enum file_type kind;
	uint64_t n = 0;
	bool cut = false;
	int r = file_inspect(&search->mentions, path, fd, st, named, &kind, &n, &cut);

	count->bytes += n;
	count->cut += cut ? 1 : 0;
	if (cut)
		log_debug(&search->ctx->log, "read only the first %" PRIu64 " bytes of %s", n,
			  path);
	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		count->unreadable++;
		log_debug(&search->ctx->log, "cannot read %s: %s", path, strerror(-r));
		return 0;
	}
	if (!search->verdict)
		return add_mentions(search, path, kind);
	*search->verdict |= search->mentions.n && !search->mentions.safe;
	return 0;
}

static struct walk begin_files(struct scan_search *search, struct class_scan_counts *count)
{
	return (struct walk){ .door = &search->door,
			      .count = count,
			      .log = &search->ctx->log,
			      .progress_fn = &search->ctx->progress_fn,
			      .file = look_at_file,
			      .data = search };
}

static bool is_missing(int r)
{
	return r == -ENOENT || r == -ENOTDIR;
}

/* A usual place that is not there, or nobody may look into, is no reason to stop. */
static int walk_usual(struct scan_search *search, struct walk *files, struct daxbus_error *error)
{
	for (size_t i = 0; i < ARRAY_SIZE(usual_paths); i++) {
		int r = walk_path(files, usual_paths[i], NULL);

		if (r == -EACCES)
			files->count->unreadable++;
		else if (r == -EINTR)
			return error_set(error, r, "stopped");
		else if (r == -ENOMEM)
			return error_oom(error);
		else if (r < 0 && !is_missing(r))
			log_debug(&search->ctx->log, "skipped %s: %s", usual_paths[i],
				  strerror(-r));
	}
	return 0;
}

static int walk_named(struct walk *files, const char *const *paths, size_t n,
		      struct daxbus_error *error)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		if (paths[i][0] != '/')
			return error_set(error, -EINVAL, "'%s' is no path from the root", paths[i]);
		r = walk_path(files, paths[i], error);
	}
	return r;
}

static int find_in_files(struct scan_search *search, const char *const *paths, size_t n,
			 struct daxbus_error *error)
{
	_cleanup_(walk_done) struct walk files = begin_files(search, &search->users->count);

	return paths ? walk_named(&files, paths, n, error) : walk_usual(search, &files, error);
}

/* --- processes -------------------------------------------------------------------------------- */

/* The words of a command line are the program of an interpreter that was given one so. */
static int inspect_command(struct scan_search *search, const char *command, bool *ret)
{
	struct matches *m = &search->mentions;
	size_t n = strlen(command);
	int r = 0;

	match_restart(m, SYNTAX_HASH);
	while (r == 0 && n) {
		size_t room;
		char *p = match_space(m, &room);

		room = room < n ? room : n;
		memcpy(p, command, room);
		command += room;
		n -= room;
		r = match_put(m, room);
	}
	r = r ?: match_end(m);
	if (r == 0)
		*ret |= m->n && !m->safe;
	return r;
}

/*
 * A process that has a device need not know where its directory is. Return: whether what it runs,
 * as far as that can be told, uses the class; -ENOMEM.
 */
static int inspect_process(struct scan_search *search, const char *pid, bool *ret)
{
	_cleanup_(strv_done) struct strv paths = { 0 };
	_cleanup_free_ char *command = NULL;
	struct class_scan_counts count = { 0 };
	_cleanup_(walk_done) struct walk files = begin_files(search, &count);
	bool uses = false;
	int r = processes_files(search->fs, pid, &paths, &command);

	*ret = true;
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	/* An operand may be a directory, of which the process is no part. */
	files.only_files = true;
	search->verdict = &uses;
	for (size_t i = 0; r == 0 && !uses && i < paths.n; i++) {
		r = walk_path(&files, paths.items[i], NULL);
		/* The program itself must be seen: a container's, or one deleted since, is not. */
		uses |= i == 0 && count.files == 0;
		r = r == -ENOMEM || r == -EINTR ? r : 0;
	}
	search->verdict = NULL;
	if (r == 0)
		r = inspect_command(search, command, &uses);
	if (r == 0)
		*ret = uses;
	return r;
}

static int add_process(void *data, const struct process *running)
{
	struct scan_search *search = data;
	_cleanup_(user_done) struct class_consumer user = { .kind = "process" };
	bool uses = true;
	int r = parse_u64(running->pid, 10, &user.pid);

	if (r == 0 && (running->use == USE_DEVICE_OPEN || running->use == USE_DEVICE_MAPPED))
		r = inspect_process(search, running->pid, &uses);
	if (!uses)
		user.safe = "its program and libraries name nothing of the class: it has to be "
			    "stopped while the device moves, and may be started again";
	if (r == 0)
		r = string_copy(&user.path, running->program)
			    ?: string_copy(&user.process, running->name)
			    ?: string_copy(&user.text, running->what);
	return r ?: take_user(search->users, &user, running->use);
}

static int find_processes(struct scan_search *search, struct daxbus_error *error)
{
	struct class_scan_counts *count = &search->users->count;
	int r = sysfs_new(&search->fs, search->ctx->sysroot, &search->ctx->log, error);

	if (r < 0)
		return r;
	r = processes_find(search->fs, add_process, search, &count->processes, &count->hidden);
	if (r == -ENOMEM)
		return error_oom(error);
	return r < 0 ? error_set(error, r, "cannot look at processes: %s", strerror(-r)) : 0;
}

/* --- the result ------------------------------------------------------------------------------- */

static int compare_users(const void *a, const void *b)
{
	const struct class_consumer *x = a, *y = b;

	/* Files have the number 0 and come last. */
	return compare_u64(x->pid - 1, y->pid - 1)
		?: strcmp(x->path ?: "", y->path ?: "")
		?: compare_u64(x->offset, y->offset);
}

static int open_search(struct scan_search *search, const char *root, struct daxbus_error *error)
{
	int r = root_open(&search->door, root, &search->ctx->log, error);

	if (r < 0)
		return r;
	r = match_init(&search->mentions, SYNTAX_PROGRAM, FILE_BUFFER);
	return r < 0 ? error_oom(error) : 0;
}

int class_scan_run(struct daxbus_ctx *ctx, const char *root, const char *const *paths, size_t n,
		   struct class_consumers **ret, struct daxbus_error *error)
{
	_cleanup_(class_scan_free_p) struct class_consumers *users = calloc(1, sizeof(*users));
	_cleanup_(scan_search_done) struct scan_search search = {
		.ctx = ctx,
		.users = users,
		.door = ROOT_INIT,
	};
	int r;

	if (!users)
		return error_oom(error);
	r = open_search(&search, root, error);
	if (r == 0 && !root)
		r = find_processes(&search, error);
	if (r == 0)
		r = find_in_files(&search, paths, n, error);
	if (r < 0)
		return r;
	if (packages_find(&ctx->log, &search.door, users->items, users->n) < 0)
		return error_oom(error);
	if (users->n)
		qsort(users->items, users->n, sizeof(*users->items), compare_users);
	*ret = TAKE_PTR(users);
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/node-users.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/string.h"
#include "parsers/numa.h"

/* What the link of a file descriptor contains; the last is the weakest: most processes have one. */
static const struct kind {
	const char *link;
	const char *name;
} kinds[] = {
	{ "/dev/vfio/", "VFIO" },
	{ "/dev/infiniband/", "RDMA" },
	{ "/dev/iommu", "iommufd" },
	{ "/dev/vhost-", "vhost" },
	{ "anon_inode:[io_uring]", "io_uring" },
	{ "/pipe:[", "pipes" },
};
#define KIND_PIPE (ARRAY_SIZE(kinds) - 1)

/* @user: the process that is being examined */
struct user_search {
	struct process_walk *walk;
	struct node_users *users;
	struct node_user user;
};

/* --- a process -------------------------------------------------------------------------------- */

static int add_bytes_of(void *data, const char *thread _unused_, char *line)
{
	struct user_search *search = data;
	uint64_t *bytes = &search->user.bytes;

	if (__builtin_add_overflow(*bytes, numa_maps_bytes(line, search->users->node), bytes))
		*bytes = UINT64_MAX;
	return 0;
}

/* A device of that name may be in the /dev of a chroot; other files of that name are no devices. */
static bool is_of_kind(const struct user_search *search, const struct kind *kind, const char *link,
		       const char *thread, const char *fd)
{
	uint64_t major, minor;

	return strstr(link, kind->link) && (!starts_with(kind->link, "/dev/") ||
					    sysfs_stat_device(&search->walk->proc, &major, &minor,
							      "%s/fd/%s", thread, fd) != -ENOTTY);
}

/* A link that cannot be read is that of a descriptor that is closed by now. */
static int classify_fd(void *data, const char *thread, const char *fd)
{
	struct user_search *search = data;
	_cleanup_free_ char *link = NULL;
	int r = sysfs_read_link(&search->walk->proc, &link, "%s/fd/%s", thread, fd);

	if (r < 0)
		return error_keep_oom(r);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (is_of_kind(search, &kinds[i], link, thread, fd))
			search->user.kinds |= 1U << i;
	search->user.pipes += strstr(link, kinds[KIND_PIPE].link) ? 1 : 0;
	return 0;
}

int node_users_find_kinds(struct process_walk *walk, unsigned int *ret)
{
	struct user_search search = { .walk = walk };
	int r = process_walk_files(walk, classify_fd, &search);

	*ret = search.user.kinds;
	return r;
}

bool node_users_is_strong(unsigned int found)
{
	return found & ~(1U << KIND_PIPE);
}

void node_users_add_kinds(unsigned int list, struct string *t)
{
	const char *separator = "";

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (list >> i & 1) {
			string_add(t, "%s%s", separator, kinds[i].name);
			separator = ", ";
		}
}

static bool has_more(const struct node_user *a, const struct node_user *b)
{
	return a->bytes > b->bytes;
}

/* Those with more than pipes first, then those with most pipes, and with most memory. */
static bool is_likelier(const struct node_user *a, const struct node_user *b)
{
	bool strong = node_users_is_strong(a->kinds), other = node_users_is_strong(b->kinds);

	if (strong != other)
		return strong;
	return a->pipes == b->pipes ? has_more(a, b) : a->pipes > b->pipes;
}

static void insert(struct node_user list[], size_t n, struct node_user user,
		   bool (*is_before)(const struct node_user *a, const struct node_user *b))
{
	for (size_t i = 0; i < n; i++) {
		struct node_user next = list[i];

		if (!is_before(&user, &next))
			continue;
		list[i] = user;
		user = next;
	}
}

static int examine(void *data)
{
	struct user_search *search = data;
	struct node_users *users = search->users;
	int r;

	search->user = (struct node_user){ 0 };
	snprintf(search->user.pid, sizeof(search->user.pid), "%s", search->walk->pid);
	r = process_walk_mappings(search->walk, "numa_maps", add_bytes_of, search);
	if (r < 0 || !search->user.bytes)
		return r;
	insert(users->most, NODE_USERS_MOST, search->user, has_more);
	r = process_walk_files(search->walk, classify_fd, search);
	if (r < 0 || !search->user.kinds)
		return r;
	users->n_pinners++;
	insert(users->pinners, PROCESS_WALK_NAMED, search->user, is_likelier);
	return 0;
}

int node_users_read(struct sysfs *fs, const struct progress_fn *progress_fn, uint64_t node,
		    struct node_users *ret)
{
	_cleanup_(process_walk_done) struct process_walk walk = PROCESS_WALK_INIT;
	struct user_search search = { .walk = &walk, .users = ret };

	walk.progress_fn = progress_fn;
	*ret = (struct node_users){ .fs = fs, .node = node };
	return error_keep_oom(process_walk_run(&walk, fs, examine, &search));
}

/* --- sentences -------------------------------------------------------------------------------- */

/* "NAME (PID)", and what is said of it. */
static int explain_users(const struct node_users *users, const struct node_user *user,
			 void (*add)(struct string *t, const struct node_users *users,
				     const struct node_user *user),
			 struct strv *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir proc = SYSFS_DIR_INIT;
	_cleanup_free_ char *label = NULL;
	struct string t = { 0 };
	int r = sysfs_dir_open(users->fs, &proc, "/proc")
			?: process_walk_label(&proc, user->pid, &label);

	if (r < 0)
		return error_keep_oom(r);
	string_add(&t, "%s ", label);
	add(&t, users, user);
	return strv_push_take(ret, string_take(&t));
}

static void add_pinner(struct string *t, const struct node_users *users,
		       const struct node_user *user)
{
	string_add(t, "may hold memory of node %" PRIu64 ": it has ", users->node);
	string_add_size(t, user->bytes);
	string_add(t, " there, and uses ");
	node_users_add_kinds(user->kinds, t);
	if (user->pipes)
		string_add(t, " (%u)", user->pipes);
}

static void add_user(struct string *t, const struct node_users *users _unused_,
		     const struct node_user *user)
{
	string_add(t, "has ");
	string_add_size(t, user->bytes);
	string_add(t, " there, which can move");
}

int node_users_explain_pinners(const struct node_users *users, struct strv *ret)
{
	char *s;
	int r = 0;

	for (size_t i = 0; r == 0 && i < PROCESS_WALK_NAMED && users->pinners[i].kinds; i++)
		r = explain_users(users, &users->pinners[i], add_pinner, ret);
	if (r < 0 || users->n_pinners <= PROCESS_WALK_NAMED)
		return r;
	return string_format(&s, "%" PRIu64 " more processes may hold memory of node %" PRIu64,
			     users->n_pinners - PROCESS_WALK_NAMED, users->node)
		       ?: strv_push_take(ret, s);
}

int node_users_explain_most(const struct node_users *users, struct strv *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < NODE_USERS_MOST && users->most[i].bytes; i++)
		r = explain_users(users, &users->most[i], add_user, ret);
	return r;
}

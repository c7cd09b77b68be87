/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/pinners.h"

#include <errno.h>
#include <inttypes.h>

#include "base/parse.h"
#include "base/string.h"
#include "parsers/numa.h"
#include "scan/holders.h"

/* So many processes are named. */
#define NAMED_MAX 5

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

struct pinner {
	uint64_t pid;
	uint64_t bytes;
	unsigned int kinds; /* bits */
	unsigned int pipes; /* descriptors of pipes */
};

/* @most: those with more than pipes first, then those with most pipes, and with most memory */
struct pinners {
	const struct sysfs_dir *proc;
	uint64_t node;
	uint64_t n;
	struct pinner most[NAMED_MAX];
};

/* --- a process -------------------------------------------------------------------------------- */

struct files {
	const struct sysfs_dir *dir;
	struct pinner *pinner;
};

static int classify_fd(void *data, const char *name)
{
	struct files *files = data;
	_cleanup_free_ char *link = NULL;
	int r = sysfs_read_link(files->dir, &link, "%s", name);

	/* A descriptor that is closed by now. */
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strstr(link, kinds[i].link))
			files->pinner->kinds |= 1U << i;
	files->pinner->pipes += strstr(link, kinds[KIND_PIPE].link) != NULL;
	return 0;
}

static int read_kinds(const struct pinners *search, const char *pid, struct pinner *pinner)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	struct files files = { .dir = &dir, .pinner = pinner };
	int r = sysfs_dir_open(search->proc->fs, &dir, "/proc/%s/fd", pid)
			?: sysfs_list(&dir, classify_fd, &files);

	return r == -ENOMEM ? r : 0;
}

static bool is_before(const struct pinner *a, const struct pinner *b)
{
	bool strong = a->kinds & ~(1U << KIND_PIPE), other = b->kinds & ~(1U << KIND_PIPE);

	if (strong != other)
		return strong;
	return a->pipes == b->pipes ? a->bytes > b->bytes : a->pipes > b->pipes;
}

static void add_pinner(struct pinners *search, struct pinner pinner)
{
	search->n++;
	for (size_t i = 0; i < NAMED_MAX; i++) {
		struct pinner next = search->most[i];

		if (!is_before(&pinner, &next))
			continue;
		search->most[i] = pinner;
		pinner = next;
	}
}

static int look_for_uses(void *data, const char *name)
{
	struct pinners *search = data;
	_cleanup_free_ char *maps = NULL;
	struct pinner pinner = { 0 };
	int r;

	if (parse_u64(name, 10, &pinner.pid) < 0)
		return 0;
	r = sysfs_read_file(search->proc, &maps, "%s/numa_maps", name);
	if (r == 0)
		pinner.bytes = numa_maps_bytes(maps, search->node);
	if (r == 0 && pinner.bytes)
		r = read_kinds(search, name, &pinner);
	if (pinner.kinds)
		add_pinner(search, pinner);
	return r == -ENOMEM ? r : 0;
}

/* --- sentences -------------------------------------------------------------------------------- */

static int explain_pinner(const struct pinners *search, const struct pinner *pinner,
			  struct strv *ret)
{
	_cleanup_free_ char *name = NULL, *pid = NULL;
	struct string t = { 0 };
	const char *separator = "";
	int r = string_format(&pid, "%" PRIu64, pinner->pid)
			?: holders_process_name(search->proc, pid, &name);

	if (r == -ENOMEM)
		return r;
	string_add(&t, "%s (%s) may hold memory of node %" PRIu64 ": it has ", name ?: "?", pid,
		   search->node);
	string_add_size(&t, pinner->bytes);
	string_add(&t, " there, and uses ");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (pinner->kinds >> i & 1) {
			string_add(&t, "%s%s", separator, kinds[i].name);
			separator = ", ";
		}
	if (pinner->pipes)
		string_add(&t, " (%u)", pinner->pipes);
	return strv_push_take(ret, string_take(&t));
}

static int explain_rest(const struct pinners *search, struct strv *ret)
{
	char *s;

	if (search->n <= NAMED_MAX)
		return 0;
	return string_format(&s, "%" PRIu64 " more processes may hold memory of node %" PRIu64,
			     search->n - NAMED_MAX, search->node)
		       ?: strv_push_take(ret, s);
}

int pinners_explain(struct sysfs *fs, uint64_t node, struct strv *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir proc = SYSFS_DIR_INIT;
	struct pinners search = { .proc = &proc, .node = node };
	int r = sysfs_dir_open(fs, &proc, "/proc") ?: sysfs_list(&proc, look_for_uses, &search);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	for (size_t i = 0; r == 0 && i < NAMED_MAX && search.most[i].pid; i++)
		r = explain_pinner(&search, &search.most[i], ret);
	return r ?: explain_rest(&search, ret);
}

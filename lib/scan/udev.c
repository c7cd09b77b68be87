/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/udev.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"
#include "base/parse.h"
#include "base/string.h"
#include "base/strv.h"
#include "base/utf8.h"
#include "io/rootfs.h"
#include "parsers/udev-rules.h"

/* --- rules ------------------------------------------------------------------------------------ */

struct search {
	struct root root;
	const struct log *log;
	struct strv seen; /* names of files: the first directory that has one counts */
	struct onliners *onliners;
};

static void search_done(struct search *search)
{
	root_close(&search->root);
	strv_done(&search->seen);
}

static int add_rule(struct search *search, const char *path, const struct udev_rule *rule,
		    enum onliner_when when)
{
	_cleanup_free_ char *name = NULL;

	if (asprintf(&name, "udev rule %s, line %u", path, rule->number) < 0) {
		name = NULL;
		return -ENOMEM;
	}
	/* The name of a file is anybody's. */
	utf8_hide_controls(name);
	return onliner_add(search->onliners, name, rule->word, when, rule->is_certain);
}

static int add_rules(struct search *search, const char *path, const char *text,
		     enum onliner_when when)
{
	static const char *const actions[] = {
		[ONLINER_ADDED] = "add", [ONLINER_OFFLINED] = "offline"
	};
	_cleanup_free_ char *copy = strdup(text);
	struct udev_rules rules = { 0 };
	int r = copy ? udev_rules_find(copy, actions[when], &rules) : -ENOMEM;

	for (size_t i = 0; r == 0 && i < rules.n; i++)
		r = add_rule(search, path, &rules.items[i], when);
	udev_rules_done(&rules);
	return r;
}

static int read_rules(struct search *search, const char *directory, const char *name)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	int r;

	if (asprintf(&path, "%s/%s", directory, name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	r = rootfs_read(&search->root, path, &text, NULL);
	if (r == 0)
		return add_rules(search, path, text, ONLINER_ADDED)
			       ?: add_rules(search, path, text, ONLINER_OFFLINED);
	log_debug(search->log, "cannot read %s: %s", path, strerror(-r));
	return error_keep_oom(r);
}

static int take_file(void *data, const char *name)
{
	return udev_rules_is_file(name) ? strv_push(data, name) : 0;
}

static int list_directory(struct search *search, const char *directory, struct strv *ret)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;
	int r = root_open_directory(&search->root, directory, &fd, &path);

	return r < 0 ? r : root_list(fd, take_file, ret);
}

static int read_directory(struct search *search, const char *directory)
{
	_cleanup_(strv_done) struct strv names = { 0 };
	int r = list_directory(search, directory, &names);

	if (r < 0) {
		log_debug(search->log, "cannot list %s: %s", directory, strerror(-r));
		return error_keep_oom(r);
	}
	strv_sort(&names);
	for (size_t i = 0; r == 0 && i < names.n; i++) {
		if (strv_has(&search->seen, names.items[i]))
			continue;
		r = strv_push(&search->seen, names.items[i]);
		if (r == 0)
			r = read_rules(search, directory, names.items[i]);
	}
	return r;
}

int udev_find_rules(const char *root, const struct log *log, struct onliners *add_to)
{
	_cleanup_(search_done) struct search search = { .root = ROOT_INIT,
							.log = log,
							.onliners = add_to };
	const char *directory;
	int r = root_open(&search.root, root, log, NULL);

	if (r < 0)
		return error_keep_oom(r);
	for (size_t i = 0; r == 0 && (directory = udev_rules_directory(i)); i++)
		r = read_directory(&search, directory);
	return r;
}

/* --- agents ----------------------------------------------------------------------------------- */

/*
 * Programs that bring memory online which they have not added: kata-agent with each new block (its
 * src/uevent.rs). Others, such as qemu-ga, only do so when an administrator asks for it.
 */
static const char *const agents[] = { "kata-agent" };

struct processes {
	struct sysfs_dir dir;
	struct onliners *onliners;
};

static int add_agent(struct onliners *onliners, const char *agent, const char *pid)
{
	char name[128];

	snprintf(name, sizeof(name), "agent %s (%s)", agent, pid);
	return onliner_add(onliners, name, "", ONLINER_ADDED, false);
}

static int take_process(void *data, const char *name)
{
	struct processes *processes = data;
	_cleanup_free_ char *command = NULL;
	uint64_t pid;
	int r;

	if (parse_u64(name, 10, &pid) < 0)
		return 0;
	r = sysfs_read_str(&processes->dir, &command, "%s/comm", name);
	if (r < 0)
		return error_keep_oom(r);
	for (size_t i = 0; i < ARRAY_SIZE(agents); i++)
		if (streq(command, agents[i]))
			return add_agent(processes->onliners, agents[i], name);
	return 0;
}

static int find_agents(struct sysfs *fs, struct onliners *add_to)
{
	struct processes processes = { .dir = SYSFS_DIR_INIT, .onliners = add_to };
	int r = sysfs_dir_open(fs, &processes.dir, "/proc");

	if (r == 0)
		r = sysfs_list(&processes.dir, take_process, &processes);
	sysfs_dir_done(&processes.dir);
	return error_keep_oom(r);
}

int udev_find_onliners(struct sysfs *fs, const struct log *log, struct onliners *add_to)
{
	int r = 0;

	if (!sysfs_is_live(fs))
		return 0;
	if (udev_is_running(fs))
		r = udev_find_rules(NULL, log, add_to);
	return r < 0 ? r : find_agents(fs, add_to);
}

/* --- udev itself ------------------------------------------------------------------------------ */

#define UDEV_DIRECTORY "/run/udev"

static bool udev_has(struct sysfs *fs, const char *name)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;

	return sysfs_is_live(fs) && sysfs_dir_open(fs, &dir, UDEV_DIRECTORY) == 0 &&
	       sysfs_has(&dir, "%s", name);
}

bool udev_is_running(struct sysfs *fs)
{
	return udev_has(fs, "control");
}

/*
 * Whether a socket has events of the kernel that its process has not read: a line of
 * /proc/net/netlink is "sk protocol process groups rmem ...".
 */
static bool is_unread(const char *line)
{
	unsigned int protocol, groups, bytes;

	return sscanf(line, "%*s %u %*s %x %u", &protocol, &groups, &bytes) == 3 &&
	       protocol == 15 /* NETLINK_KOBJECT_UEVENT */ && (groups & 1) && bytes;
}

static bool has_unread_events(struct sysfs *fs)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *text = NULL;

	if (sysfs_dir_open(fs, &dir, "/proc/self/net") < 0 ||
	    sysfs_read_file(&dir, &text, "netlink") < 0)
		return false;
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (is_unread(line))
			return true;
	}
	return false;
}

bool udev_is_busy(struct sysfs *fs)
{
	/* In the order in which an event goes through them. */
	return udev_is_running(fs) && (has_unread_events(fs) || udev_has(fs, "queue"));
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/udev.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "base/parse.h"
#include "base/string.h"
#include "base/strv.h"
#include "io/config-file.h"
#include "parsers/udev-rules.h"

/* --- rules ------------------------------------------------------------------------------------ */

static const char *const action_words[] = {
	[ONLINER_ADDED] = "add", [ONLINER_OFFLINED] = "offline"
};

static int find_in_text(const char *text, enum onliner_when when, struct udev_rules *ret)
{
	_cleanup_free_ char *copy = strdup(text);

	return copy ? udev_rules_find(copy, action_words[when], ret) : -ENOMEM;
}

/* Most files have no such rule, and a captured tree needs none of them. */
static bool has_rules(char *text)
{
	bool any = false;

	for (enum onliner_when when = ONLINER_ADDED; when <= ONLINER_OFFLINED; when++) {
		struct udev_rules rules = { 0 };

		any |= find_in_text(text, when, &rules) < 0 || rules.n;
		udev_rules_done(&rules);
	}
	return any;
}

static int add_rules(const char *path, const char *text, enum onliner_when when,
		     struct onliners *add_to)
{
	struct udev_rules rules = { 0 };
	int r = find_in_text(text, when, &rules);

	for (size_t i = 0; r == 0 && i < rules.n; i++)
		r = onliner_add_rule(add_to, path, rules.items[i].number, rules.items[i].word, when,
				     rules.items[i].is_certain);
	udev_rules_done(&rules);
	return r;
}

static int read_rules(struct sysfs *fs, const struct log *log, const char *path,
		      struct onliners *add_to)
{
	_cleanup_free_ char *text = NULL;
	int r = config_file_read(fs, path, has_rules, &text);

	if (r == 0)
		return add_rules(path, text, ONLINER_ADDED, add_to)
			       ?: add_rules(path, text, ONLINER_OFFLINED, add_to);
	if (r != -ENODATA)
		log_debug(log, "cannot read %s: %s", path, strerror(-r));
	return error_keep_oom(r);
}

int udev_find_rules(struct sysfs *fs, const struct log *log, struct onliners *add_to)
{
	static const struct config_directories where = { udev_rules_directories,
							 udev_rules_is_file };
	_cleanup_(strv_done) struct strv paths = { 0 };
	int r = config_file_list(fs, &where, &paths);

	for (size_t i = 0; r == 0 && i < paths.n; i++)
		r = read_rules(fs, log, paths.items[i], add_to);
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
		r = udev_find_rules(fs, log, add_to);
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
 * Whether a process is a 'daxbus monitor', which reads late, and not at all while nobody reads what
 * it prints. The kernel gives a socket the number of its process, unless that has another one.
 */
static bool is_monitor(const struct sysfs_dir *proc, unsigned int process)
{
	_cleanup_free_ char *name = NULL;

	return process != (unsigned int)getpid() &&
	       sysfs_read_str(proc, &name, "%u/comm", process) == 0 && streq(name, "daxbus");
}

/*
 * Whether a socket has events of the kernel that its process has not read: a line of
 * /proc/net/netlink is "sk protocol process groups rmem ...".
 */
static bool is_unread(const struct sysfs_dir *proc, const char *line)
{
	unsigned int protocol, process, groups, bytes;

	return sscanf(line, "%*s %u %u %x %u", &protocol, &process, &groups, &bytes) == 4 &&
	       protocol == 15 /* NETLINK_KOBJECT_UEVENT */ && (groups & 1) && bytes &&
	       !is_monitor(proc, process);
}

static bool has_unread_events(struct sysfs *fs)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT, proc = SYSFS_DIR_INIT;
	_cleanup_free_ char *text = NULL;

	if (sysfs_dir_open(fs, &dir, "/proc/self/net") < 0 ||
	    sysfs_read_file(&dir, &text, "netlink") < 0 || sysfs_dir_open(fs, &proc, "/proc") < 0)
		return false;
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (is_unread(&proc, line))
			return true;
	}
	return false;
}

bool udev_is_busy(struct sysfs *fs)
{
	/* In the order in which an event goes through them. */
	return udev_is_running(fs) && (has_unread_events(fs) || udev_has(fs, "queue"));
}

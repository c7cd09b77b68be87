/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/node.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/parse.h"
#include "base/string.h"
#include "execute/chardev.h"

bool policy_node_is_wanted(const struct policy_section *section)
{
	return policy_section_has(section, POLICY_KEY_OWNER) ||
	       policy_section_has(section, POLICY_KEY_GROUP) ||
	       policy_section_has(section, POLICY_KEY_PERMISSIONS) ||
	       policy_section_has(section, POLICY_KEY_LINK);
}

/* --- what is there ---------------------------------------------------------------------------- */

static bool is_device(const struct stat *st, const struct device *d)
{
	return S_ISCHR(st->st_mode) && is_known(&d->major) && is_known(&d->minor) &&
	       major(st->st_rdev) == d->major.v && minor(st->st_rdev) == d->minor.v;
}

/* A number needs no database, which may not be there early at boot. */
static bool find_user(const char *name, uint64_t *ret)
{
	const struct passwd *user;
	uint32_t number;

	if (parse_u32(name, 10, &number) == 0) {
		*ret = number;
		return true;
	}
	user = getpwnam(name);
	if (user)
		*ret = user->pw_uid;
	return user;
}

static bool find_group(const char *name, uint64_t *ret)
{
	const struct group *group;
	uint32_t number;

	if (parse_u32(name, 10, &number) == 0) {
		*ret = number;
		return true;
	}
	group = getgrnam(name);
	if (group)
		*ret = group->gr_gid;
	return group;
}

static int link_path(const struct policy_section *section, char **ret)
{
	return string_format(ret, CHARDEV_LINKS "/%s", section->values[POLICY_KEY_LINK].text);
}

static bool has_link(const struct device *d, const struct policy_section *section)
{
	_cleanup_free_ char *path = NULL;
	struct stat st;

	return link_path(section, &path) == 0 && stat(path, &st) == 0 && is_device(&st, d);
}

/* The first one by its name, so that it is the same each time. */
static void find_link(const struct device *d, char ret[POLICY_LINK_MAX])
{
	DIR *directory = opendir(CHARDEV_LINKS);
	const struct dirent *entry;
	struct stat st;

	while (directory && (entry = readdir(directory))) {
		bool is_better = !*ret || strcmp(entry->d_name, ret) < 0;

		if (entry->d_type == DT_LNK && is_better &&
		    strlen(entry->d_name) < POLICY_LINK_MAX && policy_is_link_name(entry->d_name) &&
		    fstatat(dirfd(directory), entry->d_name, &st, 0) == 0 && is_device(&st, d))
			strcpy(ret, entry->d_name);
	}
	if (directory)
		closedir(directory);
}

void policy_node_read(const struct device *d, const struct policy_section *section,
		      struct policy_node *ret)
{
	struct stat st;

	*ret = (struct policy_node){ .is = DAXBUS_NONE };
	/* The kernel creates it with the device, whatever the driver. */
	if (d->chardev.is != DAXBUS_KNOWN || lstat(d->chardev.v, &st) < 0 || !is_device(&st, d))
		return;
	ret->is = DAXBUS_KNOWN;
	ret->uid = st.st_uid;
	ret->gid = st.st_gid;
	ret->mode = st.st_mode & 07777;
	if (!section) {
		find_link(d, ret->link_name);
		return;
	}
	if (policy_section_has(section, POLICY_KEY_OWNER))
		ret->has_uid = find_user(section->values[POLICY_KEY_OWNER].text, &ret->wanted_uid);
	if (policy_section_has(section, POLICY_KEY_GROUP))
		ret->has_gid = find_group(section->values[POLICY_KEY_GROUP].text, &ret->wanted_gid);
	if (policy_section_has(section, POLICY_KEY_LINK))
		ret->link = has_link(d, section);
}

/* --- what is wanted --------------------------------------------------------------------------- */

static int add_node(const struct device *d, const struct policy_section *section,
		    const struct policy_node *node, struct steps *ret)
{
	const struct policy_value *mode = &section->values[POLICY_KEY_PERMISSIONS];
	_cleanup_free_ char *now = NULL, *wanted = NULL;
	int r = chardev_print(node->uid, node->gid, node->mode, &now)
			?: chardev_print(node->has_uid ? node->wanted_uid : node->uid,
					 node->has_gid ? node->wanted_gid : node->gid,
					 mode->text ? mode->number : node->mode, &wanted);

	if (r < 0 || streq(now, wanted))
		return r;
	return steps_add(ret, STEP_NODE, NULL, d->chardev.v, wanted, now) ? 0 : -ENOMEM;
}

static int add_link(const struct device *d, const struct policy_section *section, struct steps *ret)
{
	_cleanup_free_ char *path = NULL, *target = NULL;
	int r = link_path(section, &path) ?: string_format(&target, "../%s", d->name.v);

	if (r < 0)
		return r;
	return steps_add(ret, STEP_LINK, NULL, path, target, NULL) ? 0 : -ENOMEM;
}

int policy_node_steps(const struct device *d, const struct policy_section *section,
		      const struct policy_node *node, struct steps *ret, const char **ret_unknown)
{
	int r;

	*ret_unknown = NULL;
	if (policy_section_has(section, POLICY_KEY_OWNER) && !node->has_uid)
		*ret_unknown = "user";
	else if (policy_section_has(section, POLICY_KEY_GROUP) && !node->has_gid)
		*ret_unknown = "group";
	if (*ret_unknown)
		return -ENOENT;
	r = add_node(d, section, node, ret);
	if (r == 0 && policy_section_has(section, POLICY_KEY_LINK) && !node->link)
		r = add_link(d, section, ret);
	return r;
}

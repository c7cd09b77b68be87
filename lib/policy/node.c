/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/node.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/parse.h"
#include "base/string.h"

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
	return string_format(ret, POLICY_NODE_LINKS "/%s", section->values[POLICY_KEY_LINK].text);
}

static bool has_link(const struct device *d, const struct policy_section *section)
{
	_cleanup_free_ char *path = NULL;
	struct stat st;

	return link_path(section, &path) == 0 && stat(path, &st) == 0 && is_device(&st, d);
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
	if (!section)
		return;
	if (policy_section_has(section, POLICY_KEY_OWNER))
		ret->has_uid = find_user(section->values[POLICY_KEY_OWNER].text, &ret->wanted_uid);
	if (policy_section_has(section, POLICY_KEY_GROUP))
		ret->has_gid = find_group(section->values[POLICY_KEY_GROUP].text, &ret->wanted_gid);
	if (policy_section_has(section, POLICY_KEY_LINK))
		ret->link = has_link(d, section);
}

/* --- what is wanted --------------------------------------------------------------------------- */

static int set_owner(int fd, const struct policy_section *section, const struct policy_node *node)
{
	uid_t uid = node->has_uid ? (uid_t)node->wanted_uid : (uid_t)-1;
	gid_t gid = node->has_gid ? (gid_t)node->wanted_gid : (gid_t)-1;

	if ((policy_section_has(section, POLICY_KEY_OWNER) && !node->has_uid) ||
	    (policy_section_has(section, POLICY_KEY_GROUP) && !node->has_gid))
		return -ENOENT;
	return fchownat(fd, "", uid, gid, AT_EMPTY_PATH) < 0 ? -errno : 0;
}

/* fchmod(2) does not take a descriptor of O_PATH. */
static int set_permissions(int fd, const struct policy_section *section)
{
	const struct policy_value *mode = &section->values[POLICY_KEY_PERMISSIONS];
	char path[32];

	if (!mode->text)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return chmod(path, (mode_t)mode->number) < 0 ? -errno : 0;
}

/* A directory of links belongs to root alone: nobody else can put anything in the way. */
static int set_link(const struct device *d, const struct policy_section *section)
{
	_cleanup_free_ char *path = NULL, *target = NULL;
	struct stat st;

	if (!policy_section_has(section, POLICY_KEY_LINK))
		return 0;
	if (link_path(section, &path) < 0 || string_format(&target, "../%s", d->name.v) < 0)
		return -ENOMEM;
	if (mkdir(POLICY_NODE_LINKS, 0755) < 0 && errno != EEXIST)
		return -errno;
	if (lstat(path, &st) == 0) {
		if (!S_ISLNK(st.st_mode))
			return -EEXIST;
		if (unlink(path) < 0)
			return -errno;
	}
	return symlink(target, path) < 0 ? -errno : 0;
}

int policy_node_set(const struct device *d, const struct policy_section *section,
		    const struct policy_node *node, const char **ret_what)
{
	/* Opening the device itself would count as a user of it. */
	_cleanup_close_ int fd = open(d->chardev.v, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int r;

	*ret_what = "open the character device";
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!is_device(&st, d))
		return -ESTALE;
	*ret_what = "set its owner and group";
	r = set_owner(fd, section, node);
	if (r == 0) {
		*ret_what = "set its access mode";
		r = set_permissions(fd, section);
	}
	if (r == 0 && !node->link) {
		*ret_what = "create its link";
		r = set_link(d, section);
	}
	return r;
}

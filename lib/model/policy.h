/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_POLICY_H
#define DAXBUS_MODEL_POLICY_H

#include "base/error.h"
#include "model/range-list.h"
#include "model/request.h"

/*
 * Policies: which memory comes back after a boot, and how. A file describes the devices of a
 * region, or one device: a section [Match], and a section [Device] for each device. A section
 * [Region] says how the region is created if it is missing.
 */

#define POLICY_DIRECTORY   "/etc/daxbus/policy.d"

/*
 * Devices of a policy, and ranges of all of them: as many ranges as a device of a real machine may
 * have, and few enough to compare all.
 */
#define POLICY_DEVICES_MAX 1024

enum policy_section_kind {
	POLICY_NO_SECTION,
	POLICY_MATCH,
	POLICY_REGION,
	POLICY_DEVICE,
	_POLICY_SECTION_MAX,
};

/* The keys, in the order in which they are shown and written. Add rows; never change them. */
enum policy_key {
	/* [Match] */
	POLICY_KEY_IDENTITY,
	POLICY_KEY_PROVIDER,
	POLICY_KEY_UUID,
	POLICY_KEY_REGION_SIZE,
	POLICY_KEY_NODE,
	POLICY_KEY_DEVICE,
	POLICY_KEY_MULTIPLE,
	/* [Region] */
	POLICY_KEY_NEW_SIZE,
	POLICY_KEY_GRANULARITY,
	/* [Device] */
	POLICY_KEY_SIZE,
	POLICY_KEY_RANGE,
	POLICY_KEY_ALIGN,
	POLICY_KEY_MODE,
	POLICY_KEY_ONLINE,
	POLICY_KEY_MEMMAP,
	POLICY_KEY_OWNER,
	POLICY_KEY_GROUP,
	POLICY_KEY_PERMISSIONS,
	POLICY_KEY_LINK,
	_POLICY_KEY_MAX,
};

/*
 * struct policy_value - the value of a key
 * @text: as it is written, or NULL if the file does not set the key
 * @number: what it means: bytes, a node, an enum of request.h, or the bits of permissions
 * @line: where it is set
 */
struct policy_value {
	char *text;
	uint64_t number;
	unsigned int line;
};

/* A section; @ranges are those of all lines with Range=. */
struct policy_section {
	enum policy_section_kind kind;
	unsigned int line;
	struct policy_value values[_POLICY_KEY_MAX];
	struct range_list ranges;
};

/* A line that is wrong. @is_fatal: the file is not used because of it. */
struct policy_problem {
	char *file;
	unsigned int line; /* 0: the file as a whole */
	char *message;
	bool is_fatal;
};

/*
 * struct policy_file - a policy
 * @path: from the root
 * @match: what it applies to
 * @region: how the region is created; line 0: it is not
 * @devices: @n_devices devices, at least one if the file can be used
 * @is_broken: the file is not used
 */
struct policy_file {
	char *path;
	struct policy_section match;
	struct policy_section region;
	struct policy_section *devices;
	size_t n_devices;
	bool is_broken;
};

/* All policies, in the order of their names, and all problems. */
struct policy_set {
	struct policy_file **files;
	size_t n_files;
	struct policy_problem *problems;
	size_t n_problems;
};

struct policy_file *policy_file_new(const char *path) _must_check_;
void policy_file_free(struct policy_file *file);
static inline void policy_file_free_p(struct policy_file **file)
{
	policy_file_free(*file);
}
void policy_set_done(struct policy_set *set);
/* Add a problem. Return: 0; -ENOMEM. */
int policy_add_problem(struct policy_set *set, const char *file, unsigned int line, bool is_fatal,
		       const char *format, ...) _format_(5, 6) _must_check_;

/* "Match"; NULL for POLICY_NO_SECTION. */
const char *policy_section_name(enum policy_section_kind kind);
enum policy_section_kind policy_section_find(const char *name);

/* "Mode" */
const char *policy_key_name(enum policy_key key);
enum policy_section_kind policy_key_section(enum policy_key key);
/* One line about it, for the manual page. */
const char *policy_key_help(enum policy_key key);
/* The key that differs from @name only in upper and lower case; NULL: there is none. */
const char *policy_key_similar(enum policy_section_kind kind, const char *name);
/* Find a key of a section. Return: whether there is one. */
bool policy_key_find(enum policy_section_kind kind, const char *name, enum policy_key *ret);
/*
 * Set a value; the last one counts, except that each Range= adds one. Return: 0; -EINVAL, with
 * @ret_wanted a description of what is expected; -ENOMEM.
 */
int policy_section_set(struct policy_section *section, enum policy_key key, const char *text,
		       unsigned int line, const char **ret_wanted) _must_check_;
static inline bool policy_section_has(const struct policy_section *section, enum policy_key key)
{
	return section->values[key].text;
}
/* Check whether the device has a size or ranges. */
static inline bool policy_section_has_shape(const struct policy_section *section)
{
	return policy_section_has(section, POLICY_KEY_SIZE) ||
	       policy_section_has(section, POLICY_KEY_RANGE);
}

/* The mode that is wanted; MODE_NONE is also a mode. Return: whether one is. */
bool policy_section_mode(const struct policy_section *section, enum mode *ret);
/* The zone that is wanted in mode kmem. */
enum online policy_section_online(const struct policy_section *section);

/* "movable" */
const char *policy_online_word(enum online online);

/* Whether Link= can have this value. */
bool policy_is_link_name(const char *name);

#endif

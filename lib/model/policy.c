/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/policy.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <strings.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/string.h"
#include "base/utf8.h"

/* --- values ----------------------------------------------------------------------------------- */

static const char *const mode_words[] = {
	[MODE_NONE] = "none",
	[MODE_DEVDAX] = "devdax",
	[MODE_KMEM] = "kmem",
	[MODE_FAMFS] = "famfs",
};
static const char *const online_words[] = {
	[ONLINE_MOVABLE] = "movable",
	[ONLINE_KERNEL] = "kernel",
	[ONLINE_POLICY] = "policy",
	[ONLINE_NO] = "no",
};
/* As in systemd.syntax(7), so that nobody has to remember which of them are known. */
static const char *const yes_words[] = { "yes", "true", "on", "1" };
static const char *const no_words[] = { "no", "false", "off", "0" };

static int find_word(const char *const *words, size_t n, const char *text, uint64_t *ret)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(words[i], text) == 0) {
			*ret = i;
			return 0;
		}
	return -EINVAL;
}

static int parse_mode(const char *text, uint64_t *ret)
{
	/* the name in daxctl */
	if (streq(text, "system-ram"))
		text = "kmem";
	return find_word(mode_words, ARRAY_SIZE(mode_words), text, ret);
}

static int parse_online(const char *text, uint64_t *ret)
{
	return find_word(online_words, ARRAY_SIZE(online_words), text, ret);
}

static int parse_choice(const char *text, uint64_t *ret)
{
	uint64_t i;

	if (find_word(yes_words, ARRAY_SIZE(yes_words), text, &i) == 0)
		*ret = CHOICE_YES;
	else if (find_word(no_words, ARRAY_SIZE(no_words), text, &i) == 0)
		*ret = CHOICE_NO;
	else
		return -EINVAL;
	return 0;
}

static int parse_node(const char *text, uint64_t *ret)
{
	return parse_u64(text, 10, ret) < 0 || *ret > UINT32_MAX ? -EINVAL : 0;
}

static int parse_device(const char *text, uint64_t *ret _unused_)
{
	uint32_t region, instance;

	return parse_device_name(text, &region, &instance);
}

/* Letters, digits and some more: what becomes part of a path or of a selector. */
static bool is_plain(const char *text, const char *more)
{
	size_t n = 0;

	for (; text[n]; n++)
		if (!isalnum((unsigned char)text[n]) && !strchr(more, text[n]))
			return false;
	return n && n < 256;
}

static int parse_word(const char *text, uint64_t *ret _unused_)
{
	return is_plain(text, "_-") ? 0 : -EINVAL;
}

/* "uuid=…", "range=0x…", "serial=…+…" */
static int parse_identity(const char *text, uint64_t *ret _unused_)
{
	return is_plain(text, "_-=:+,./@") ? 0 : -EINVAL;
}

/* The name of a user or group, or its number. */
static int parse_account(const char *text, uint64_t *ret _unused_)
{
	return is_plain(text, "_-.$") && *text != '-' ? 0 : -EINVAL;
}

static int parse_permissions(const char *text, uint64_t *ret)
{
	size_t n = strspn(text, "01234567");

	if (text[n] || n < 3 || n > 4)
		return -EINVAL;
	*ret = strtoul(text, NULL, 8);
	return *ret > 0777 ? -EINVAL : 0;
}

bool policy_is_link_name(const char *name)
{
	return is_plain(name, "_-.+:") && *name != '.';
}

static int parse_link(const char *text, uint64_t *ret _unused_)
{
	return policy_is_link_name(text) ? 0 : -EINVAL;
}

/* --- keys ------------------------------------------------------------------------------------- */

#define SIZES "a size above 0 such as 1073741824, 1024M or 1GiB"

/* clang-format off */
static const struct key_row {
	enum policy_section_kind section;
	const char *name;
	/* @ret: 0; receives the value if that is a number. NULL: a range */
	int (*parse)(const char *text, uint64_t *ret);
	const char *wanted;
	const char *help;
} rows[] = {
	[POLICY_KEY_IDENTITY] = { POLICY_MATCH, "Identity", parse_identity,
		"an identity as in the column IDENTITY of 'daxbus list'",
		"the identity of the region or device, which stays the same over reboots" },
	[POLICY_KEY_PROVIDER] = { POLICY_MATCH, "Provider", parse_word, "pmem, hmem or cxl",
		"the provider of the region" },
	[POLICY_KEY_UUID] = { POLICY_MATCH, "UUID", parse_word, "the UUID of a namespace",
		"the UUID of the namespace on persistent memory" },
	[POLICY_KEY_REGION_SIZE] = { POLICY_MATCH, "Size", parse_positive_size, SIZES,
		"the size of the region" },
	[POLICY_KEY_NODE] = { POLICY_MATCH, "Node", parse_node, "the number of a NUMA node",
		"the target node of the region" },
	[POLICY_KEY_DEVICE] = { POLICY_MATCH, "Device", parse_device, "the name of a device, daxX.Y",
		"the name of a device; names do not stay the same over reboots" },
	[POLICY_KEY_MULTIPLE] = { POLICY_MATCH, "Multiple", parse_choice, "yes or no",
		"whether the policy may apply to several regions (default: no)" },
	[POLICY_KEY_NEW_SIZE] = { POLICY_REGION, "Size", parse_positive_size, SIZES,
		"the size of the region (default: all free memory of its memory devices)" },
	[POLICY_KEY_GRANULARITY] = { POLICY_REGION, "Granularity", parse_power_of_two,
		"a power of two such as 256 or 4K",
		"the size of the pieces of interleaving (default: granularity of the root decoder)" },
	[POLICY_KEY_SIZE] = { POLICY_DEVICE, "Size", parse_positive_size, SIZES,
		"the size of the device" },
	[POLICY_KEY_RANGE] = { POLICY_DEVICE, "Range", NULL,
		"a range START-END in hexadecimal, the last byte included",
		"a physical range of the device, START-END in hexadecimal, END included; repeat the key for further ranges" },
	[POLICY_KEY_ALIGN] = { POLICY_DEVICE, "Align", parse_power_of_two, "a power of two such as 4K, 2M or 1G",
		"the alignment of the device" },
	[POLICY_KEY_MODE] = { POLICY_DEVICE, "Mode", parse_mode, "devdax, kmem, famfs or none",
		"the mode of the device: devdax, kmem (or system-ram), famfs or none" },
	[POLICY_KEY_ONLINE] = { POLICY_DEVICE, "Online", parse_online, "movable, kernel, policy or no",
		"with Mode=kmem, the zone of the memory: movable, kernel, policy (auto_online_blocks of the kernel decides) or no (offline) (default: movable)" },
	[POLICY_KEY_MEMMAP] = { POLICY_DEVICE, "Memmap", parse_choice, "yes or no",
		"with Mode=kmem, whether the memmap is stored in the memory of the device (default: not changed)" },
	[POLICY_KEY_OWNER] = { POLICY_DEVICE, "Owner", parse_account, "the name or number of a user",
		"the owner of the character device" },
	[POLICY_KEY_GROUP] = { POLICY_DEVICE, "Group", parse_account, "the name or number of a group",
		"the group of the character device" },
	[POLICY_KEY_PERMISSIONS] = { POLICY_DEVICE, "Permissions", parse_permissions,
		"three or four octal digits such as 0660",
		"the access mode of the character device, in octal" },
	[POLICY_KEY_LINK] = { POLICY_DEVICE, "Link", parse_link,
		"a file name of letters, digits and _-.+:",
		"the name of a link to the character device, in the directory /dev/dax" },
};
/* clang-format on */
static_assert(ARRAY_SIZE(rows) == _POLICY_KEY_MAX, "rows has a row for each key");

static const char *const section_names[_POLICY_SECTION_MAX] = {
	[POLICY_MATCH] = "Match",
	[POLICY_REGION] = "Region",
	[POLICY_DEVICE] = "Device",
};

const char *policy_section_name(enum policy_section_kind kind)
{
	return section_names[kind];
}

enum policy_section_kind policy_section_find(const char *name)
{
	for (enum policy_section_kind i = POLICY_MATCH; i < _POLICY_SECTION_MAX; i++)
		if (streq(section_names[i], name))
			return i;
	return POLICY_NO_SECTION;
}

const char *policy_key_name(enum policy_key key)
{
	return rows[key].name;
}

enum policy_section_kind policy_key_section(enum policy_key key)
{
	return rows[key].section;
}

const char *policy_key_help(enum policy_key key)
{
	return rows[key].help;
}

bool policy_key_find(enum policy_section_kind kind, const char *name, enum policy_key *ret)
{
	for (enum policy_key i = 0; i < _POLICY_KEY_MAX; i++)
		if (rows[i].section == kind && streq(rows[i].name, name)) {
			*ret = i;
			return true;
		}
	return false;
}

static int add_wanted_range(struct policy_section *section, const char *text)
{
	uint64_t start, end;

	if (parse_range(text, &start, &end) < 0)
		return -EINVAL;
	return range_list_add(&section->ranges, start, end);
}

const char *policy_key_similar(enum policy_section_kind kind, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].section == kind && strcasecmp(rows[i].name, name) == 0)
			return rows[i].name;
	return NULL;
}

int policy_section_set(struct policy_section *section, enum policy_key key, const char *text,
		       unsigned int line, const char **ret_wanted)
{
	const struct key_row *row = &rows[key];
	struct policy_value *value = &section->values[key];
	uint64_t number = 0;
	int r = row->parse ? row->parse(text, &number) : add_wanted_range(section, text);

	if (r < 0 && r != -ENOMEM) {
		*ret_wanted = row->wanted;
		return -EINVAL;
	}
	if (r == 0)
		r = string_replace(&value->text, text);
	if (r < 0)
		return r;
	value->number = number;
	value->line = line;
	return 0;
}

bool policy_section_mode(const struct policy_section *section, enum mode *ret)
{
	if (!policy_section_has(section, POLICY_KEY_MODE))
		return false;
	*ret = (enum mode)section->values[POLICY_KEY_MODE].number;
	return true;
}

enum online policy_section_online(const struct policy_section *section)
{
	return policy_section_has(section, POLICY_KEY_ONLINE)
		       ? (enum online)section->values[POLICY_KEY_ONLINE].number
		       : ONLINE_MOVABLE;
}

const char *policy_online_word(enum online online)
{
	return online_words[online];
}

/* --- files ------------------------------------------------------------------------------------ */

static void section_done(struct policy_section *section)
{
	for (size_t i = 0; i < _POLICY_KEY_MAX; i++)
		free(section->values[i].text);
	range_list_done(&section->ranges);
}

struct policy_file *policy_file_new(const char *path)
{
	struct policy_file *file = calloc(1, sizeof(*file));

	if (!file)
		return NULL;
	file->match.kind = POLICY_MATCH;
	file->region.kind = POLICY_REGION;
	file->path = strdup(path);
	if (file->path)
		return file;
	free(file);
	return NULL;
}

void policy_file_free(struct policy_file *file)
{
	if (!file)
		return;
	section_done(&file->match);
	section_done(&file->region);
	ARRAY_FREE(file->devices, file->n_devices, section_done);
	free(file->path);
	free(file);
}

void policy_set_done(struct policy_set *set)
{
	for (size_t i = 0; i < set->n_files; i++)
		policy_file_free(set->files[i]);
	for (size_t i = 0; i < set->n_problems; i++) {
		free(set->problems[i].file);
		free(set->problems[i].message);
	}
	free(set->files);
	free(set->problems);
	*set = (struct policy_set){ 0 };
}

int policy_add_problem(struct policy_set *set, const char *file, unsigned int line, bool is_fatal,
		       const char *format, ...)
{
	struct policy_problem problem = { .line = line, .is_fatal = is_fatal };
	va_list args;
	int r;

	va_start(args, format);
	r = string_vformat(&problem.message, format, args);
	va_end(args);
	utf8_hide_controls(problem.message);
	if (r < 0 || string_copy(&problem.file, file) < 0 ||
	    ARRAY_PUSH(set->problems, set->n_problems, problem) < 0) {
		free(problem.file);
		free(problem.message);
		return -ENOMEM;
	}
	return 0;
}

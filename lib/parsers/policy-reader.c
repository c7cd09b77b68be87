/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/policy-reader.h"

#include <errno.h>

#include "base/array.h"
#include "model/identity.h"

#define WARN(reader, line, ...)                                                                    \
	policy_add_problem((reader)->set, (reader)->file->path, (line), false, __VA_ARGS__)
#define BREAK(reader, line, ...)                                                                   \
	((reader)->file->is_broken = true,                                                         \
	 policy_add_problem((reader)->set, (reader)->file->path, (line), true, __VA_ARGS__))

/* --- line by line ----------------------------------------------------------------------------- */

int policy_reader_section(struct policy_reader *reader, unsigned int line, const char *name)
{
	struct policy_file *file = reader->file;
	enum policy_section_kind kind = policy_section_find(name);
	const struct policy_section device = { .kind = POLICY_DEVICE, .line = line };

	reader->section = NULL;
	reader->has_section = true;
	switch (kind) {
	case POLICY_MATCH:
		if (reader->has_match)
			return BREAK(reader, line, "a second section [Match]");
		reader->has_match = true;
		reader->section = &file->match;
		file->match.line = line;
		return 0;
	case POLICY_REGION:
		if (file->region.line)
			return BREAK(reader, line, "a second section [Region]");
		reader->section = &file->region;
		file->region.line = line;
		return 0;
	case POLICY_DEVICE:
		if (ARRAY_PUSH(file->devices, file->n_devices, device) < 0)
			return -ENOMEM;
		reader->section = &file->devices[file->n_devices - 1];
		return 0;
	default:
		return WARN(reader, line, "unknown section [%s], ignored", name);
	}
}

/* The last one counts, and somebody may not have seen the other. */
static int check_twice(struct policy_reader *reader, enum policy_key key, unsigned int line,
		       const char *value)
{
	const struct policy_value *before = &reader->section->values[key];

	if (!before->text || key == POLICY_KEY_RANGE)
		return 0;
	return WARN(reader, line, "%s= is set a second time: '%s' counts, and not '%s' of line %u",
		    policy_key_name(key), value, before->text, before->line);
}

static int warn_unknown(struct policy_reader *reader, unsigned int line, const char *name)
{
	enum policy_section_kind kind = reader->section->kind;
	const char *similar = policy_key_similar(kind, name);

	return WARN(reader, line, "unknown key %s= in section [%s], ignored%s%s%s", name,
		    policy_section_name(kind), similar ? "; did you mean " : "",
		    similar ? similar : "", similar ? "=?" : "");
}

int policy_reader_key(struct policy_reader *reader, unsigned int line, const char *name,
		      const char *value)
{
	const char *wanted = NULL;
	enum policy_key key;
	int r;

	if (!reader->has_section)
		return BREAK(reader, line, "%s= is in front of the first section", name);
	if (!reader->section)
		return 0;
	if (!policy_key_find(reader->section->kind, name, &key))
		return warn_unknown(reader, line, name);
	r = check_twice(reader, key, line, value);
	if (r < 0)
		return r;
	r = policy_section_set(reader->section, key, value, line, &wanted);
	if (r == -EINVAL)
		return BREAK(reader, line, "%s= cannot be '%s': it is %s", name, value, wanted);
	return r;
}

int policy_reader_malformed(struct policy_reader *reader, unsigned int line, const char *what)
{
	return BREAK(reader, line, "%s", what);
}

/* --- the whole file --------------------------------------------------------------------------- */

static bool has_condition(const struct policy_section *match)
{
	for (enum policy_key key = 0; key < _POLICY_KEY_MAX; key++)
		if (key != POLICY_KEY_MULTIPLE && policy_section_has(match, key))
			return true;
	return false;
}

static int check_match(struct policy_reader *reader)
{
	const struct policy_section *match = &reader->file->match;
	const struct policy_value *device = &match->values[POLICY_KEY_DEVICE];

	if (!reader->has_match)
		return BREAK(reader, 0, "there is no section [Match]");
	if (!has_condition(match))
		return BREAK(reader, match->line, "[Match] has no condition");
	if (device->text)
		return WARN(reader, device->line,
			    "Device=%s: names of devices do not stay the same over reboots",
			    device->text);
	return 0;
}

/* Nothing else than serial numbers says which memory devices a missing region consists of. */
static int check_region(struct policy_reader *reader)
{
	const struct policy_file *file = reader->file;
	const char *identity = file->match.values[POLICY_KEY_IDENTITY].text;
	struct identity_serials serials;

	if (!file->region.line || (identity && identity_parse_serials(identity, &serials) == 0))
		return 0;
	return BREAK(reader, file->region.line,
		     "[Region] needs Identity=serial=... in [Match]: only regions of CXL memory "
		     "devices are created");
}

/* Without all sizes, nobody knows which section a device belongs to. */
static int check_shape(struct policy_reader *reader, size_t i)
{
	const struct policy_file *file = reader->file;
	const struct policy_section *device = &file->devices[i];
	bool has_shape = policy_section_has_shape(device);

	if (policy_section_has(device, POLICY_KEY_SIZE) &&
	    policy_section_has(device, POLICY_KEY_RANGE))
		return BREAK(reader, device->values[POLICY_KEY_SIZE].line,
			     "Size= and Range= exclude each other: a range has its own size");
	if (!has_shape && i + 1 < file->n_devices)
		return BREAK(reader, device->line,
			     "[Device] needs Size= or Range=, because another section follows");
	if (!has_shape && policy_section_has(device, POLICY_KEY_ALIGN))
		return BREAK(reader, device->values[POLICY_KEY_ALIGN].line,
			     "Align= needs Size= or Range=");
	if (has_shape && policy_section_has(&file->match, POLICY_KEY_DEVICE))
		return BREAK(reader, device->line,
			     "Size= and Range= need a match of a region, not Device=");
	return 0;
}

static int check_effect(struct policy_reader *reader, const struct policy_section *device)
{
	static const enum policy_key keys[] = { POLICY_KEY_ONLINE, POLICY_KEY_MEMMAP };
	enum mode mode = MODE_NONE;
	int r = 0;

	policy_section_mode(device, &mode);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(keys); i++)
		if (mode != MODE_KMEM && policy_section_has(device, keys[i]))
			r = WARN(reader, device->values[keys[i]].line,
				 "%s= has no effect without Mode=kmem", policy_key_name(keys[i]));
	return r;
}

static const struct range *find_overlap(const struct policy_section *a,
					const struct policy_section *b)
{
	for (size_t i = 0; i < a->ranges.n; i++)
		for (size_t k = 0; k < b->ranges.n && (a != b || k < i); k++)
			if (a->ranges.items[i].start <= b->ranges.items[k].end &&
			    b->ranges.items[k].start <= a->ranges.items[i].end)
				return &a->ranges.items[i];
	return NULL;
}

static int check_overlap(struct policy_reader *reader, size_t i)
{
	const struct policy_file *file = reader->file;
	const struct policy_section *device = &file->devices[i];

	for (size_t k = 0; k <= i; k++) {
		const struct range *range = find_overlap(device, &file->devices[k]);

		if (range)
			return BREAK(reader, device->values[POLICY_KEY_RANGE].line,
				     "the range %s overlaps another one", RANGE_TEXT(range));
	}
	return 0;
}

/* Two devices would take the link from each other, again and again. */
static int check_link(struct policy_reader *reader, size_t i)
{
	const struct policy_file *file = reader->file;
	const struct policy_value *link = &file->devices[i].values[POLICY_KEY_LINK];

	if (!link->text)
		return 0;
	if (file->match.values[POLICY_KEY_MULTIPLE].number == CHOICE_YES)
		return BREAK(reader, link->line,
			     "Link= and Multiple=yes exclude each other: a link leads to one "
			     "device");
	for (size_t k = 0; k < i; k++) {
		const struct policy_value *other = &file->devices[k].values[POLICY_KEY_LINK];

		if (other->text && streq(other->text, link->text))
			return BREAK(reader, link->line, "Link=%s is that of line %u, too",
				     link->text, other->line);
	}
	return 0;
}

static int check_devices(struct policy_reader *reader)
{
	const struct policy_file *file = reader->file;
	const struct policy_value *multiple = &file->match.values[POLICY_KEY_MULTIPLE];
	size_t n_ranges = 0;
	int r = 0;

	if (!file->n_devices)
		return BREAK(reader, 0, "there is no section [Device]");
	for (size_t i = 0; i < file->n_devices; i++)
		n_ranges += file->devices[i].ranges.n;
	if (file->n_devices > POLICY_DEVICES_MAX || n_ranges > POLICY_DEVICES_MAX)
		return BREAK(reader, 0, "more than %d devices or ranges", POLICY_DEVICES_MAX);
	if (n_ranges && multiple->number == CHOICE_YES)
		return BREAK(reader, multiple->line,
			     "Multiple=yes and Range= exclude each other: no other region has the "
			     "same addresses");
	for (size_t i = 0; r == 0 && i < file->n_devices; i++)
		r = check_shape(reader, i) ?: check_effect(reader, &file->devices[i])
			    ?: check_overlap(reader, i)
			    ?: check_link(reader, i);
	return r;
}

int policy_reader_end(struct policy_reader *reader)
{
	/* What follows from a line that is wrong would be a second line about it. */
	if (reader->file->is_broken)
		return 0;
	return check_match(reader)
		       ?: reader->file->is_broken ? 0
						  : check_region(reader)
							    ?: check_devices(reader);
}

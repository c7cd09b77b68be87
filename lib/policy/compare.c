/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/compare.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/array.h"
#include "base/string.h"
#include "model/fields.h"

struct comparing {
	const struct match *match;
	const struct policy_node *nodes;
	struct differences *ret;
};

/* --- differences ------------------------------------------------------------------------------ */

static _format_(3, 4) int add_difference_row(struct comparing *c, struct difference difference,
					     const char *format, ...)
{
	va_list args;
	int n;

	difference.code = policy_compare_kind_word(difference.kind);
	va_start(args, format);
	n = vasprintf(&difference.message, format, args);
	va_end(args);
	if (n >= 0 && ARRAY_PUSH(c->ret->items, c->ret->n, difference) == 0)
		return 0;
	if (n >= 0)
		free(difference.message);
	free(difference.is);
	return -ENOMEM;
}

static struct difference of_device(const struct comparing *c, size_t i, enum compare_kind kind)
{
	const struct match_device *m = &c->match->devices[i];

	return (struct difference){
		.kind = kind,
		.of = i,
		.device =
			m->device && m->device->name.is == DAXBUS_KNOWN ? m->device->name.v : NULL,
		.file = m->file->path,
		.line = m->section ? m->section->line : m->file->match.line,
	};
}

/* @is: what is there; NULL: unknown. */
static int add_value(struct comparing *c, size_t i, enum policy_key key, const char *is)
{
	const struct policy_value *value = &c->match->devices[i].section->values[key];
	struct difference difference = of_device(c, i, COMPARE_VALUE);

	difference.key = policy_key_name(key);
	difference.wanted = value->text ? value->text : "movable";
	/* The default of Online= comes with Mode=. */
	difference.line = value->text ? value->line
				      : c->match->devices[i].section->values[POLICY_KEY_MODE].line;
	if (string_copy(&difference.is, is) < 0)
		return -ENOMEM;
	return add_difference_row(c, difference, "%s: %s is %s instead of %s",
				  difference.device ? difference.device : "a device",
				  difference.key, is ? is : "unknown", difference.wanted);
}

/* --- values ----------------------------------------------------------------------------------- */

static int compare_number(struct comparing *c, size_t i, enum policy_key key,
			  const struct opt_u64 *is)
{
	const struct policy_value *wanted = &c->match->devices[i].section->values[key];
	char text[24];

	if (!wanted->text || (is_known(is) && is->v == wanted->number))
		return 0;
	snprintf(text, sizeof(text), "%" PRIu64, is->v);
	return add_value(c, i, key, is_known(is) ? text : NULL);
}

/* The lines of the file have one range each; what differs is the list. */
static int compare_ranges(struct comparing *c, size_t i)
{
	const struct match_device *m = &c->match->devices[i];
	_cleanup_(range_list_done) struct range_list is = { 0 };
	_cleanup_free_ char *text = NULL;

	if (!m->section->ranges.n)
		return 0;
	if (m->device->ranges == DAXBUS_UNKNOWN)
		return add_value(c, i, POLICY_KEY_RANGE, NULL);
	if (range_list_of(m->device, &is) < 0)
		return -ENOMEM;
	if (range_list_is_same(&is, &m->section->ranges))
		return 0;
	text = range_list_print(&is);
	return text ? add_value(c, i, POLICY_KEY_RANGE, text) : -ENOMEM;
}

static bool is_mode(const struct device *d, enum mode wanted)
{
	if (wanted == MODE_NONE)
		return d->driver.is == DAXBUS_NONE;
	return known_as(&d->mode, request_mode_name(wanted));
}

static const char *mode_now(const struct device *d)
{
	if (d->mode.is == DAXBUS_KNOWN)
		return d->mode.v;
	if (d->driver.is == DAXBUS_KNOWN)
		return d->driver.v;
	return d->driver.is == DAXBUS_NONE ? "none" : NULL;
}

bool policy_compare_online(const struct device *d, enum online wanted)
{
	const struct memory *memory = &d->memory;

	switch (wanted) {
	case ONLINE_MOVABLE:
		return is_known(&memory->movable) && is_known(&memory->blocks) &&
		       memory->movable.v == memory->blocks.v;
	case ONLINE_KERNEL:
		return is_known(&memory->kernel) && is_known(&memory->blocks) &&
		       memory->kernel.v == memory->blocks.v;
	case ONLINE_NO:
		return is_known(&memory->online) && memory->online.v == 0;
	case ONLINE_POLICY:
		break;
	}
	return true;
}

const char *policy_compare_online_now(const struct device *d)
{
	const struct memory *memory = &d->memory;

	if (!is_known(&memory->blocks) || !is_known(&memory->online))
		return NULL;
	if (memory->online.v == 0)
		return "no";
	if (policy_compare_online(d, ONLINE_MOVABLE))
		return "movable";
	return policy_compare_online(d, ONLINE_KERNEL) ? "kernel" : "mixed";
}

static int compare_mode(struct comparing *c, size_t i)
{
	const struct match_device *m = &c->match->devices[i];
	const struct policy_value *memmap = &m->section->values[POLICY_KEY_MEMMAP];
	const struct opt_u64 *memmap_now = &m->device->memmap_on_memory;
	enum online online = policy_section_online(m->section);
	enum mode mode;
	int r = 0;

	if (!policy_section_mode(m->section, &mode))
		return 0;
	if (!is_mode(m->device, mode))
		return add_value(c, i, POLICY_KEY_MODE, mode_now(m->device));
	if (mode != MODE_KMEM)
		return 0;
	if (!policy_compare_online(m->device, online))
		r = add_value(c, i, POLICY_KEY_ONLINE, policy_compare_online_now(m->device));
	/* A kernel without the attribute stores it elsewhere. */
	if (r == 0 && memmap->text &&
	    (memmap_now->is == DAXBUS_UNKNOWN || memmap_now->v != (memmap->number == CHOICE_YES)))
		r = add_value(c, i, POLICY_KEY_MEMMAP,
			      memmap_now->is == DAXBUS_UNKNOWN ? NULL
			      : memmap_now->v		       ? "yes"
							       : "no");
	return r;
}

static int compare_account(struct comparing *c, size_t i, enum policy_key key, uint64_t is,
			   bool exists, uint64_t wanted)
{
	char text[24];

	if (!policy_section_has(c->match->devices[i].section, key) || (exists && is == wanted))
		return 0;
	snprintf(text, sizeof(text), "%" PRIu64, is);
	return add_value(c, i, key, text);
}

static int compare_node(struct comparing *c, size_t i)
{
	const struct policy_node *node = c->nodes ? &c->nodes[i] : NULL;
	const struct policy_section *section = c->match->devices[i].section;
	const struct policy_value *mode = &section->values[POLICY_KEY_PERMISSIONS];
	char text[24];
	int r;

	if (!node || node->is == DAXBUS_NONE)
		return 0;
	r = compare_account(c, i, POLICY_KEY_OWNER, node->uid, node->has_uid, node->wanted_uid)
		    ?: compare_account(c, i, POLICY_KEY_GROUP, node->gid, node->has_gid,
				       node->wanted_gid);
	snprintf(text, sizeof(text), "%04" PRIo64, node->mode);
	if (r == 0 && mode->text && node->mode != mode->number)
		r = add_value(c, i, POLICY_KEY_PERMISSIONS, text);
	if (r == 0 && policy_section_has(section, POLICY_KEY_LINK) && !node->link)
		r = add_value(c, i, POLICY_KEY_LINK, "missing");
	return r;
}

/* --- devices and policies --------------------------------------------------------------------- */

/* What a device is to have, for people: "a device of 512 MiB". */
static int add_missing(struct comparing *c, size_t i)
{
	const struct match_device *m = &c->match->devices[i];
	struct difference difference = of_device(c, i, COMPARE_MISSING);
	const struct policy_value *size = &m->section->values[POLICY_KEY_SIZE];
	const struct policy_value *range = &m->section->values[POLICY_KEY_RANGE];

	difference.wanted = size->text ? size->text : range->text;
	difference.key = size->text    ? policy_key_name(POLICY_KEY_SIZE)
			 : range->text ? policy_key_name(POLICY_KEY_RANGE)
				       : NULL;
	return add_difference_row(c, difference,
				  "region%" PRIu64
				  ": the device of section [Device]%s%s%s%s is missing",
				  m->region->id.v, difference.key ? " with " : "",
				  difference.key ? difference.key : "", difference.key ? "=" : "",
				  difference.wanted ? difference.wanted : "");
}

static int compare_device(struct comparing *c, size_t i)
{
	const struct match_device *m = &c->match->devices[i];

	if (!m->device)
		return add_missing(c, i);
	if (!m->section)
		return add_difference_row(c, of_device(c, i, COMPARE_EXTRA),
					  "%s: the policy of its region has no such device",
					  m->device->name.v);
	return compare_number(c, i, POLICY_KEY_SIZE, &m->device->size)
		       ?: compare_ranges(c, i)
		       ?: compare_number(c, i, POLICY_KEY_ALIGN, &m->device->align)
		       ?: compare_mode(c, i) ?: compare_node(c, i);
}

static int compare_policy(struct comparing *c, const struct match_policy *policy)
{
	struct difference difference = {
		.of = SIZE_MAX,
		.file = policy->file->path,
		.line = policy->file->match.line,
	};

	switch (policy->state) {
	case MATCH_ABSENT:
		difference.kind = COMPARE_ABSENT;
		return add_difference_row(c, difference, "it matches no device that is there");
	case MATCH_AMBIGUOUS:
		difference.kind = COMPARE_AMBIGUOUS;
		return add_difference_row(
			c, difference,
			"it matches several regions, %s and %s, and is used for none; add "
			"Identity=, or Multiple=yes if it is for all of them",
			policy_match_region_name(policy->regions[0]),
			policy_match_region_name(policy->regions[1]));
	default:
		return 0;
	}
}

/* A file that is not used, or a directory. */
static int compare_problem(struct comparing *c, const struct policy_problem *problem)
{
	const struct difference difference = {
		.kind = COMPARE_BROKEN,
		.of = SIZE_MAX,
		.file = problem->file,
		.line = problem->line,
	};

	return problem->is_fatal ? add_difference_row(c, difference, "%s", problem->message) : 0;
}

int policy_compare_all(const struct policy_set *set, const struct match *match,
		       const struct policy_node *nodes, struct differences *ret)
{
	struct differences differences = { 0 };
	struct comparing c = { match, nodes, &differences };
	int r = 0;

	for (size_t i = 0; r == 0 && i < set->n_problems; i++)
		r = compare_problem(&c, &set->problems[i]);
	for (size_t i = 0; r == 0 && i < match->n_policies; i++)
		r = compare_policy(&c, &match->policies[i]);
	for (size_t i = 0; r == 0 && i < match->n_devices; i++)
		r = compare_device(&c, i);
	if (r < 0) {
		policy_compare_done(&differences);
		return r;
	}
	*ret = differences;
	return 0;
}

void policy_compare_done(struct differences *differences)
{
	for (size_t i = 0; i < differences->n; i++) {
		free(differences->items[i].is);
		free(differences->items[i].message);
	}
	free(differences->items);
	*differences = (struct differences){ 0 };
}

bool policy_compare_has_node(const struct differences *differences, size_t i)
{
	static const enum policy_key keys[] = { POLICY_KEY_OWNER, POLICY_KEY_GROUP,
						POLICY_KEY_PERMISSIONS, POLICY_KEY_LINK };

	for (size_t n = 0; n < differences->n; n++)
		for (size_t k = 0; k < ARRAY_SIZE(keys); k++)
			if (differences->items[n].of == i && differences->items[n].key &&
			    streq(differences->items[n].key, policy_key_name(keys[k])))
				return true;
	return false;
}

unsigned int policy_compare_needs(void)
{
	return NEED_DETAIL | NEED_ALIGN | NEED_MAPPINGS | NEED_MEMORY | NEED_NUMBER;
}

const char *policy_compare_kind_word(enum compare_kind kind)
{
	static const char *const words[] = {
		[COMPARE_VALUE] = "differs", [COMPARE_MISSING] = "missing",
		[COMPARE_EXTRA] = "extra",   [COMPARE_ABSENT] = "absent",
		[COMPARE_BROKEN] = "broken", [COMPARE_AMBIGUOUS] = "ambiguous",
	};
	static_assert(ARRAY_SIZE(words) == _COMPARE_KIND_MAX, "words has a row for each kind");

	return words[kind];
}

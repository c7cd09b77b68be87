/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/match.h"

#include <assert.h>
#include <errno.h>

#include "base/array.h"
#include "model/fields.h"

/* --- conditions ------------------------------------------------------------------------------- */

static bool has_text(const struct daxbus_object *object, const char *field, const char *text)
{
	struct daxbus_value value;

	return daxbus_get(object, daxbus_field_find(object->kind, field), &value) == 0 &&
	       value.presence == DAXBUS_KNOWN && streq(value.string, text);
}

static bool has_number(const struct opt_u64 *number, const struct policy_value *value)
{
	return is_known(number) && number->v == value->number;
}

static bool region_matches(const struct region *region, const struct policy_section *match)
{
	const struct policy_value *v = match->values;

	return (!v[POLICY_KEY_PROVIDER].text ||
		known_as(&region->provider, v[POLICY_KEY_PROVIDER].text)) &&
	       (!v[POLICY_KEY_UUID].text ||
		known_as(&region->pmem.uuid, v[POLICY_KEY_UUID].text)) &&
	       (!v[POLICY_KEY_REGION_SIZE].text ||
		has_number(&region->size, &v[POLICY_KEY_REGION_SIZE])) &&
	       (!v[POLICY_KEY_NODE].text || has_number(&region->target_node, &v[POLICY_KEY_NODE]));
}

/* Whether a policy is about the devices of a region one by one: it names one of them. */
static bool is_one_device(const struct policy_section *match, const struct region *region)
{
	const struct policy_value *identity = &match->values[POLICY_KEY_IDENTITY];

	return policy_section_has(match, POLICY_KEY_DEVICE) ||
	       (identity->text && !has_text(&region->object, "identity", identity->text));
}

static bool device_matches(const struct device *d, const struct policy_section *match)
{
	const struct policy_value *v = match->values;

	return (!v[POLICY_KEY_DEVICE].text || known_as(&d->name, v[POLICY_KEY_DEVICE].text)) &&
	       (!v[POLICY_KEY_IDENTITY].text ||
		has_text(&d->object, "identity", v[POLICY_KEY_IDENTITY].text) ||
		has_text(&d->region->object, "identity", v[POLICY_KEY_IDENTITY].text));
}

/* --- what a policy gets ----------------------------------------------------------------------- */

struct matching {
	const struct daxbus_snapshot *s;
	const struct policy_file **region_owner; /* of each region of @s, or NULL */
	const struct policy_file **device_owner; /* of each device of @s, or NULL */
	struct match *match;
};

static bool is_phantom(const struct device *d)
{
	return strv_has(&d->flags.v, "phantom");
}

/* An empty device is only a place for one; a phantom is the memory of another device. */
static bool counts(const struct device *d)
{
	return !d->is_orphan && !is_phantom(d) && !(is_known(&d->size) && d->size.v == 0);
}

static bool is_matched(const struct daxbus_snapshot *s, const struct region *region,
		       const struct policy_section *match)
{
	for (size_t i = 0; i < region->n_devices; i++) {
		const struct device *d = s->devices[region->first_device + i];

		if (counts(d) && (!match || device_matches(d, match)))
			return true;
	}
	return false;
}

/* A region that has only phantoms is none; so is space for namespaces, which has no devices. */
static bool is_fulfilled(const struct matching *m, const struct region *region,
			 const struct policy_section *match)
{
	bool only_phantoms =
		region->n_devices == 1 && is_phantom(m->s->devices[region->first_device]);

	if (region->is_nd || only_phantoms || !region_matches(region, match))
		return false;
	return !is_one_device(match, region) || is_matched(m->s, region, match);
}

static int add_match_device(struct matching *m, const struct match_device *device)
{
	return ARRAY_PUSH(m->match->devices, m->match->n_devices, *device);
}

static uint64_t start_of(const struct device *d)
{
	return d->ranges == DAXBUS_KNOWN && d->n_mappings ? d->mappings[0].start.v : UINT64_MAX;
}

/* By address, or where it is not known by number. */
static int compare_places(const void *a, const void *b)
{
	const struct device *x = *(const struct device *const *)a;
	const struct device *y = *(const struct device *const *)b;
	uint64_t at_x = start_of(x), at_y = start_of(y);

	if (at_x != at_y)
		return at_x < at_y ? -1 : 1;
	return x->instance < y->instance ? -1 : x->instance > y->instance;
}

/* The devices of a region in the order of their addresses; @ret has room for all. */
static size_t list_devices(const struct daxbus_snapshot *s, const struct region *region,
			   const struct device **ret)
{
	size_t n = 0;

	for (size_t i = 0; i < region->n_devices; i++)
		if (counts(s->devices[region->first_device + i]))
			ret[n++] = s->devices[region->first_device + i];
	if (n)
		qsort(ret, n, sizeof(*ret), compare_places);
	return n;
}

/* Take the device that begins where the section does, or the first one; NULL: there is none. */
static const struct device *take_matching(const struct device **devices, size_t n,
					  const struct policy_section *section)
{
	for (size_t i = 0; i < n; i++) {
		const struct device *d = devices[i];

		if (!d || (section->ranges.n && start_of(d) != section->ranges.items[0].start))
			continue;
		devices[i] = NULL;
		return d;
	}
	return NULL;
}

/* A device for each section, and those that no section describes. */
static int add_layout(struct matching *m, const struct policy_file *file,
		      const struct region *region)
{
	_cleanup_free_ const struct device **devices =
		calloc(region->n_devices + 1, sizeof(*devices));
	_cleanup_free_ const struct device **taken = calloc(file->n_devices + 1, sizeof(*taken));
	size_t n;
	int r = 0;

	if (!devices || !taken)
		return -ENOMEM;
	n = list_devices(m->s, region, devices);
	/* Those with addresses first: they leave the others for sizes. */
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < file->n_devices; i++)
			if ((file->devices[i].ranges.n > 0) == (pass == 0))
				taken[i] = take_matching(devices, n, &file->devices[i]);
	for (size_t i = 0; r == 0 && i < file->n_devices; i++) {
		const struct match_device device = { file, region, &file->devices[i], taken[i] };

		r = add_match_device(m, &device);
	}
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct match_device device = { file, region, NULL, devices[i] };

		if (devices[i])
			r = add_match_device(m, &device);
	}
	return r;
}

/* One section without a shape describes each device that nobody else has. */
static int add_each(struct matching *m, const struct policy_file *file, const struct region *region,
		    const struct policy_file **ret_winner)
{
	bool one = is_one_device(&file->match, region);
	int r = 0;

	for (size_t i = 0; r == 0 && i < region->n_devices; i++) {
		const struct device *d = m->s->devices[region->first_device + i];
		const struct policy_file **owner = &m->device_owner[region->first_device + i];
		const struct match_device device = { file, region, &file->devices[0], d };

		if (!counts(d) || (one && !device_matches(d, &file->match)))
			continue;
		if (*owner) {
			*ret_winner = *owner;
			continue;
		}
		*owner = file;
		r = add_match_device(m, &device);
	}
	return r;
}

static size_t index_of(const struct matching *m, const struct region *region)
{
	size_t i = 0;

	while (m->s->regions[i] != region)
		i++;
	return i;
}

/* Whether another policy has one device of the region already. */
static const struct policy_file *find_owner(const struct matching *m, const struct region *region)
{
	for (size_t i = 0; i < region->n_devices; i++)
		if (m->device_owner[region->first_device + i])
			return m->device_owner[region->first_device + i];
	return NULL;
}

static int claim_region(struct matching *m, struct match_policy *policy,
			const struct region *region)
{
	const struct policy_file **owner = &m->region_owner[index_of(m, region)];
	const struct policy_file *file = policy->file, *other = *owner;
	bool shaped = policy_section_has_shape(&file->devices[0]);

	if (!other && shaped)
		other = find_owner(m, region);
	if (other) {
		if (!policy->winner)
			policy->winner = other;
		return 0;
	}
	/* A shape is about all devices of the region, whichever of them the policy names. */
	if (shaped || !is_one_device(&file->match, region))
		*owner = file;
	return shaped ? add_layout(m, file, region) : add_each(m, file, region, &policy->winner);
}

static int match_policy(struct matching *m, struct match_policy *policy)
{
	const struct policy_section *match = &policy->file->match;
	size_t n = 0, before = m->match->n_devices;
	int r = 0;

	if (policy->file->is_broken) {
		policy->state = MATCH_BROKEN;
		return 0;
	}
	for (size_t i = 0; i < m->s->n_regions; i++)
		if (is_fulfilled(m, m->s->regions[i], match) && n++ < 2)
			policy->regions[n - 1] = m->s->regions[i];
	if (n > 1 && match->values[POLICY_KEY_MULTIPLE].number != CHOICE_YES) {
		policy->state = MATCH_AMBIGUOUS;
		return 0;
	}
	for (size_t i = 0; r == 0 && i < m->s->n_regions; i++)
		if (is_fulfilled(m, m->s->regions[i], match))
			r = claim_region(m, policy, m->s->regions[i]);
	policy->state = m->match->n_devices > before ? MATCH_USED
			: policy->winner	     ? MATCH_HIDDEN
						     : MATCH_ABSENT;
	return r;
}

static int match_all(struct matching *m, const struct policy_set *set)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < set->n_files; i++) {
		m->match->policies[i].file = set->files[i];
		r = match_policy(m, &m->match->policies[i]);
	}
	return r;
}

/* At least one, all NULL. */
static const struct policy_file **new_files(size_t n)
{
	return calloc(n + 1, sizeof(const struct policy_file *));
}

int policy_match_policies(const struct policy_set *set, const struct daxbus_snapshot *s,
			  struct match *ret)
{
	_cleanup_free_ const struct policy_file **regions = new_files(s->n_regions);
	_cleanup_free_ const struct policy_file **devices = new_files(s->n_devices);
	struct match match = {
		.policies = calloc(set->n_files + 1, sizeof(*match.policies)),
		.n_policies = set->n_files,
	};
	struct matching m = { s, regions, devices, &match };
	int r = regions && devices && match.policies ? match_all(&m, set) : -ENOMEM;

	if (r < 0) {
		policy_match_done(&match);
		return r;
	}
	*ret = match;
	return 0;
}

void policy_match_done(struct match *match)
{
	free(match->policies);
	free(match->devices);
	*match = (struct match){ 0 };
}

unsigned int policy_match_needs(void)
{
	const struct daxbus_field *identity = daxbus_field_find(DAXBUS_DEVICE, "identity");

	return NEED_REGION | NEED_RANGES | NEED_SIZE | NEED_TARGET_NODE | NEED_PMEM | NEED_FLAGS |
	       NEED_DRIVER | (identity ? fields_needs(identity) : 0);
}

/* --- words ------------------------------------------------------------------------------------ */

const char *policy_match_state_word(enum match_state state)
{
	static const char *const words[] = {
		[MATCH_USED] = "used",		 [MATCH_ABSENT] = "absent",
		[MATCH_AMBIGUOUS] = "ambiguous", [MATCH_HIDDEN] = "hidden",
		[MATCH_BROKEN] = "broken",
	};
	static_assert(ARRAY_SIZE(words) == _MATCH_STATE_MAX, "words has a row for each state");

	return words[state];
}

const char *policy_match_region_name(const struct region *region)
{
	return region->path.is == DAXBUS_KNOWN ? region->path.v : "unknown";
}

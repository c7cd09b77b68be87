/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/write.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>

#include "base/string.h"

#define HEADER		"# Written by 'daxbus policy save', which may replace it.\n"

/* Longer lines do not fit into libinih. */
#define LINE_MAX_LENGTH 190

bool policy_write_is_ours(const char *text)
{
	return starts_with(text, HEADER);
}

/* The identity, if this version of the library knows one, and a line has room for it. */
static const char *identity_of(const struct region *region)
{
	struct daxbus_value value;
	const struct daxbus_field *field = daxbus_field_find(DAXBUS_REGION, "identity");

	if (daxbus_get(&region->object, field, &value) < 0 || value.presence != DAXBUS_KNOWN ||
	    strlen(value.string) > LINE_MAX_LENGTH)
		return NULL;
	return value.string;
}

int policy_write_name(const struct region *region, char **ret)
{
	const char *identity = identity_of(region);
	const char *provider = region->provider.is == DAXBUS_KNOWN ? region->provider.v : "unknown";
	int r;

	if (identity)
		r = string_format(ret, "50-%s-%s.conf", provider, identity);
	else if (region->pmem.uuid.is == DAXBUS_KNOWN)
		r = string_format(ret, "50-%s-%s.conf", provider, region->pmem.uuid.v);
	else
		r = string_format(ret, "50-%s-node%" PRIu64 "-region%" PRIu64 ".conf", provider,
				  region->target_node.v, region->id.v);
	for (char *p = r == 0 ? *ret : NULL; p && *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-._", *p))
			*p = '-';
	return r;
}

/* --- [Match] ---------------------------------------------------------------------------------- */

static void add_key(struct string *t, enum policy_key key, const char *value)
{
	string_add(t, "%s=%s\n", policy_key_name(key), value);
}

static void write_number(struct string *t, enum policy_key key, const struct opt_u64 *number)
{
	if (is_known(number))
		string_add(t, "%s=%" PRIu64 "\n", policy_key_name(key), number->v);
}

static void add_match(struct string *t, const struct region *region)
{
	const char *identity = identity_of(region);

	string_add(t, "[%s]\n", policy_section_name(POLICY_MATCH));
	if (region->provider.is == DAXBUS_KNOWN)
		add_key(t, POLICY_KEY_PROVIDER, region->provider.v);
	if (identity) {
		add_key(t, POLICY_KEY_IDENTITY, identity);
		return;
	}
	if (region->pmem.uuid.is == DAXBUS_KNOWN) {
		add_key(t, POLICY_KEY_UUID, region->pmem.uuid.v);
		return;
	}
	write_number(t, POLICY_KEY_REGION_SIZE, &region->size);
	write_number(t, POLICY_KEY_NODE, &region->target_node);
}

/* --- [Device] --------------------------------------------------------------------------------- */

static void add_shape(struct string *t, const struct device *d)
{
	for (size_t i = 0; i < d->n_mappings; i++)
		string_add(t, "%s=0x%" PRIx64 "-0x%" PRIx64 "\n", policy_key_name(POLICY_KEY_RANGE),
			   d->mappings[i].start.v, d->mappings[i].end.v);
	write_number(t, POLICY_KEY_ALIGN, &d->align);
}

static void add_mode(struct string *t, const struct device *d)
{
	const char *online = policy_compare_online_now(d);

	if (d->driver.is == DAXBUS_NONE) {
		add_key(t, POLICY_KEY_MODE, "none");
		return;
	}
	add_key(t, POLICY_KEY_MODE, d->mode.v);
	if (!streq(d->mode.v, "kmem"))
		return;
	/* Some of it in each zone, or some offline, cannot be described. */
	add_key(t, POLICY_KEY_ONLINE, online && !streq(online, "mixed") ? online : "movable");
	if (is_known(&d->memmap_on_memory))
		add_key(t, POLICY_KEY_MEMMAP, d->memmap_on_memory.v ? "yes" : "no");
}

/* What the kernel gives every device need not be said. */
static void add_node(struct string *t, const struct policy_node *node)
{
	if (node->is != DAXBUS_KNOWN || (!node->uid && !node->gid && node->mode == 0600))
		return;
	string_add(t, "%s=%" PRIu64 "\n", policy_key_name(POLICY_KEY_OWNER), node->uid);
	string_add(t, "%s=%" PRIu64 "\n", policy_key_name(POLICY_KEY_GROUP), node->gid);
	string_add(t, "%s=%04" PRIo64 "\n", policy_key_name(POLICY_KEY_PERMISSIONS), node->mode);
}

static bool is_worth_saving(const struct device *d)
{
	return !d->is_orphan && !strv_has(&d->flags.v, "phantom") &&
	       !(is_known(&d->size) && d->size.v == 0);
}

static const char *why_not(const struct region *region, const struct device *d)
{
	if (d->is_class)
		return "its devices are in /sys/class/dax";
	if (d->driver.is == DAXBUS_UNKNOWN)
		return "the driver of a device cannot be read";
	if (d->driver.is == DAXBUS_KNOWN && d->mode.is != DAXBUS_KNOWN)
		return "a device has a driver that is no mode of daxbus";
	if (is_known(&region->dynamic) && region->dynamic.v && d->ranges != DAXBUS_KNOWN)
		return "the addresses of a device cannot be read";
	return NULL;
}

int policy_write_text(const struct daxbus_snapshot *s, const struct region *region,
		      const struct policy_node *nodes, char **ret, const char **ret_why)
{
	struct string t = { 0 };
	bool dynamic = is_known(&region->dynamic) && region->dynamic.v;
	size_t n = 0;

	string_add(&t, "%s", HEADER);
	add_match(&t, region);
	*ret_why = NULL;
	for (size_t i = 0; !*ret_why && i < region->n_devices; i++) {
		const struct device *d = s->devices[region->first_device + i];

		if (!is_worth_saving(d))
			continue;
		*ret_why = why_not(region, d);
		if (*ret_why)
			break;
		string_add(&t, "\n[%s]\n", policy_section_name(POLICY_DEVICE));
		if (dynamic)
			add_shape(&t, d);
		add_mode(&t, d);
		if (nodes)
			add_node(&t, &nodes[region->first_device + i]);
		n++;
	}
	if (!*ret_why && !n)
		*ret_why = "it has no devices";
	if (*ret_why) {
		string_done(&t);
		return -EOPNOTSUPP;
	}
	*ret = string_take(&t);
	return *ret ? 0 : -ENOMEM;
}

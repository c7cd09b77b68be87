/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/write.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>

#include "base/string.h"
#include "base/utf8.h"
#include "model/identity.h"

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

static void make_file_name(char *s)
{
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("-._", *s))
			*s = '-';
}

static int name_by_identity(const char *provider, const char *identity, char **ret)
{
	int r = string_format(ret, "50-%s-%s.conf", provider, identity);

	if (r == 0)
		make_file_name(*ret);
	return r;
}

int policy_write_name(const struct region *region, char **ret)
{
	const char *identity = identity_of(region);
	const char *provider = region->provider.is == DAXBUS_KNOWN ? region->provider.v : "unknown";
	int r;

	if (identity)
		return name_by_identity(provider, identity, ret);
	if (region->pmem.uuid.is == DAXBUS_KNOWN)
		r = string_format(ret, "50-%s-%s.conf", provider, region->pmem.uuid.v);
	else
		r = string_format(ret, "50-%s-node%" PRIu64 "-region%" PRIu64 ".conf", provider,
				  region->target_node.v, region->id.v);
	if (r == 0)
		make_file_name(*ret);
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

/* --- [Region] --------------------------------------------------------------------------------- */

/* A region that firmware did not assemble is gone after a reboot. */
static void write_region_section(struct string *t, const struct region *region,
				 const struct cxl_bus *bus)
{
	const char *identity = identity_of(region);
	const struct cxl_region *cxl = region->cxl.region.is == DAXBUS_KNOWN
					       ? cxl_bus_region(bus, region->cxl.region.v)
					       : NULL;
	struct opt_u64 is_firmware = cxl ? cxl_bus_is_firmware(bus, cxl) : unknown();
	struct identity_serials serials;

	if (!is_known(&is_firmware) || is_firmware.v || !identity ||
	    identity_parse_serials(identity, &serials) < 0)
		return;
	string_add(t, "\n[%s]\n", policy_section_name(POLICY_REGION));
	write_number(t, POLICY_KEY_NEW_SIZE, &cxl->size);
	if (serials.n > 1)
		write_number(t, POLICY_KEY_GRANULARITY, &cxl->granularity);
}

/* --- [Device] --------------------------------------------------------------------------------- */

static void add_shape(struct string *t, const struct device *d)
{
	for (size_t i = 0; i < d->n_mappings; i++)
		string_add(t, "%s=0x%" PRIx64 "-0x%" PRIx64 "\n", policy_key_name(POLICY_KEY_RANGE),
			   d->mappings[i].start.v, d->mappings[i].end.v);
	write_number(t, POLICY_KEY_ALIGN, &d->align);
}

/*
 * The kernel gives the devices of CXL regions the attribute, also where a parameter turns it off,
 * and where 'policy apply' would refuse to set it: what a new device has without a policy is not
 * said.
 */
static void add_memmap(struct string *t, const char *provider, bool in_device)
{
	if (!in_device || !provider || !streq(provider, "cxl"))
		add_key(t, POLICY_KEY_MEMMAP, in_device ? "yes" : "no");
}

static void add_mode(struct string *t, const struct region *region, const struct device *d)
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
		add_memmap(t, region->provider.is == DAXBUS_KNOWN ? region->provider.v : NULL,
			   d->memmap_on_memory.v);
}

/* What the kernel gives every device need not be said. */
static void add_node(struct string *t, const struct policy_node *node)
{
	if (node->is == DAXBUS_KNOWN && *node->link_name)
		add_key(t, POLICY_KEY_LINK, node->link_name);
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
		      const struct cxl_bus *bus, const struct policy_node *nodes, char **ret,
		      const char **ret_why)
{
	struct string t = { 0 };
	bool dynamic = is_known(&region->dynamic) && region->dynamic.v;
	size_t n = 0, n_ranges = 0;

	string_add(&t, "%s", HEADER);
	add_match(&t, region);
	write_region_section(&t, region, bus);
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
		add_mode(&t, region, d);
		if (nodes)
			add_node(&t, &nodes[region->first_device + i]);
		n++;
		n_ranges += dynamic ? d->n_mappings : 0;
	}
	if (!*ret_why && !n)
		*ret_why = "it has no devices";
	if (n > POLICY_DEVICES_MAX || n_ranges > POLICY_DEVICES_MAX)
		*ret_why = "it has more devices or ranges than a policy can describe";
	if (*ret_why) {
		string_done(&t);
		return -EOPNOTSUPP;
	}
	*ret = string_take(&t);
	return *ret ? 0 : -ENOMEM;
}

/* --- layouts ---------------------------------------------------------------------------------- */

static const char *word_of(const char *setting, unsigned int value)
{
	return daxbus_request_choices(DAXBUS_CREATE, setting)[value];
}

/* The only device of a region with a UUID is a namespace: nobody divides it. */
static bool is_namespace(const struct saved_device *saved)
{
	return starts_with(saved->identity, "uuid=");
}

static void add_saved(struct string *t, const struct saved_device *saved)
{
	const struct daxbus_request *how = &saved->how;
	const char *mode = request_mode_name(how->mode);

	string_add(t, "\n[%s]\n", policy_section_name(POLICY_DEVICE));
	for (size_t i = 0; !is_namespace(saved) && i < how->layout.n; i++)
		string_add(t, "%s=0x%" PRIx64 "-0x%" PRIx64 "\n", policy_key_name(POLICY_KEY_RANGE),
			   how->layout.items[i].start, how->layout.items[i].end);
	if (!is_namespace(saved) && how->align)
		string_add(t, "%s=%" PRIu64 "\n", policy_key_name(POLICY_KEY_ALIGN), how->align);
	add_key(t, POLICY_KEY_MODE, mode ?: "none");
	if (how->mode != MODE_KMEM)
		return;
	add_key(t, POLICY_KEY_ONLINE,
		word_of("online", saved->has_zone ? how->online : ONLINE_MOVABLE));
	if (how->memmap_on_memory != CHOICE_UNSET)
		add_memmap(t, saved->provider, how->memmap_on_memory == CHOICE_YES);
}

static const char *why_not_saved(const struct saved_device *devices, size_t n)
{
	bool has_memory = false;

	if (!devices->identity)
		return "the layout has no identity of its devices";
	if (strlen(devices->identity) > LINE_MAX_LENGTH)
		return "the identity is too long";
	/* What a line break would begin is a line of the policy. */
	if (utf8_has_control(devices->identity) ||
	    (devices->provider && utf8_has_control(devices->provider)))
		return "its identity or provider has a control character";
	for (size_t i = 0; i < n; i++) {
		if (devices[i].how.mode == MODE_COMPAT)
			return "its devices are in /sys/class/dax";
		has_memory |= devices[i].how.layout.n > 0;
	}
	return has_memory ? NULL : "it has no devices";
}

int policy_write_saved(const struct saved_device *devices, size_t n, char **ret_name, char **ret,
		       const char **ret_why)
{
	_cleanup_free_ char *name = NULL;
	struct string t = { 0 };
	int r;

	*ret_why = why_not_saved(devices, n);
	if (*ret_why)
		return -EOPNOTSUPP;
	r = name_by_identity(devices->provider ?: "unknown", devices->identity, &name);
	if (r < 0)
		return r;
	string_add(&t, "%s[%s]\n", HEADER, policy_section_name(POLICY_MATCH));
	if (devices->provider)
		add_key(&t, POLICY_KEY_PROVIDER, devices->provider);
	add_key(&t, POLICY_KEY_IDENTITY, devices->identity);
	for (size_t i = 0; i < n; i++)
		if (devices[i].how.layout.n)
			add_saved(&t, &devices[i]);
	*ret = string_take(&t);
	if (!*ret)
		return -ENOMEM;
	*ret_name = TAKE_PTR(name);
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>

#include "base/string.h"
#include "explain/check.h"

/* --- which driver is missing ------------------------------------------------------------------ */

enum surroundings_driver explain_drivers_default(const struct explain_input *in,
						 const struct device *d)
{
	bool by_region = in->around->kernel >= KERNEL(6, 3, 0);

	return by_region && !known_as(&d->provider, "pmem") ? DRIVER_KMEM : DRIVER_DEVDAX;
}

static bool is_without_driver(const struct device *d)
{
	return !d->is_class && !d->is_orphan && !d->is_region && d->driver.is == DAXBUS_NONE &&
	       !strv_has(&d->flags.v, "stuck") && !strv_has(&d->flags.v, "phantom") &&
	       !(is_known(&d->size) && !d->size.v);
}

bool explain_drivers_has_provider(const struct daxbus_snapshot *s, const char *provider)
{
	for (size_t i = 0; i < s->n_regions; i++)
		if (known_as(&s->regions[i]->provider, provider) && s->regions[i]->n_devices)
			return true;
	return false;
}

/* A committed region of volatile memory gets its device from the driver. */
static const struct cxl_region *find_ready_region(const struct cxl_bus *bus)
{
	for (size_t i = 0; i < bus->n_regions; i++) {
		const struct cxl_region *region = &bus->regions[i];

		if (region->bound && is_known(&region->commit) && region->commit.v &&
		    (region->mode.is != DAXBUS_KNOWN || streq(region->mode.v, "ram")))
			return region;
	}
	return NULL;
}

/*
 * What there is for a driver to do, for the message; NULL if it is not missed. @ret_evidence: where
 * that can be seen, if it is not in the list; may receive NULL.
 */
static const char *what_for(const struct explain_input *in, enum surroundings_driver driver,
			    struct string *t, const struct source_line **ret_evidence)
{
	const struct cxl_region *region;

	*ret_evidence = NULL;
	switch (driver) {
	case DRIVER_HMEM:
		if (!in->everything || !in->around->has_soft_reserved ||
		    explain_drivers_has_provider(in->s, "hmem"))
			return NULL;
		*ret_evidence = &in->around->soft_reserved;
		string_add(t, "memory that the firmware has set aside (Soft Reserved)");
		break;
	case DRIVER_CXL:
		region = find_ready_region(&in->around->cxl);
		if (!in->everything || !region || explain_drivers_has_provider(in->s, "cxl"))
			return NULL;
		string_add(t, "the CXL region %s", region->name);
		break;
	case DRIVER_DEVDAX:
	case DRIVER_KMEM:
		for (size_t i = 0; i < in->s->n_devices; i++) {
			const struct device *d = in->s->devices[i];

			if (is_without_driver(d) && explain_drivers_default(in, d) == driver)
				string_add(t, "%s%s", t->length ? ", " : "", d->name.v);
		}
		break;
	default:
		break;
	}
	return t->length ? t->s : NULL;
}

/* Whether a driver is not there, and what for; the text is to be freed by string_done(). */
static bool is_missed(const struct explain_input *in, enum surroundings_driver driver,
		      struct string *t, const struct source_line **ret_evidence)
{
	const struct opt_u64 *registered = &in->around->drivers[driver].registered;

	return is_known(registered) && !registered->v && what_for(in, driver, t, ret_evidence);
}

void explain_drivers_add_line(struct causes *causes, const struct source_line *line)
{
	if (line && line->file)
		cause_add_evidence(causes, line->file, line->line, line->text);
}

/* What the kernel said last is about what is there now. */
#define MESSAGES_SHOWN 3

/* Whether a message has the text, and does not come again. */
static bool is_last_of_its_kind(const struct strv *messages, size_t i, const char *text)
{
	if (!strstr(messages->items[i], text))
		return false;
	for (size_t k = i + 1; k < messages->n; k++)
		if (streq(messages->items[k], messages->items[i]))
			return false;
	return true;
}

void explain_drivers_add_messages(const struct explain_input *in, struct causes *causes,
				  const char *text)
{
	const struct strv *messages = &in->around->messages;
	size_t n = 0, first = messages->n;

	while (first && n < MESSAGES_SHOWN)
		n += is_last_of_its_kind(messages, --first, text);
	for (size_t i = first; i < messages->n; i++)
		if (is_last_of_its_kind(messages, i, text))
			cause_add_evidence(causes, "kernel", 0, messages->items[i]);
}

/* --- the checks ------------------------------------------------------------------------------- */

void explain_drivers_no_bus(const struct explain_input *in, struct causes *causes)
{
	if (!in->everything || in->s->bus.models.is != DAXBUS_KNOWN || in->s->bus.models.v.n)
		return;
	cause_add(causes, CAUSE_NO_BUS, NULL, "the kernel has no dax bus");
	cause_add_evidence(causes, "/sys/bus/dax", 0, NULL);
	cause_add_evidence(causes, "/proc/sys/kernel/osrelease", 0, in->around->release);
}

typedef bool (*is_cause_fn)(const struct driver_facts *facts);

/* Add a cause for each driver that is missed, and of which @is_cause is true. */
static void add_missed(const struct explain_input *in, enum cause_code code, const char *why,
		       is_cause_fn is_cause, struct causes *causes)
{
	for (enum surroundings_driver i = 0; i < _DRIVER_MAX; i++) {
		const struct driver_facts *facts = &in->around->drivers[i];
		const struct source_line *seen;
		struct string t = { 0 };

		if (is_cause(facts) && is_missed(in, i, &t, &seen)) {
			cause_add(causes, code, surroundings_rows[i].module,
				  "%s, the driver for %s, %s", surroundings_rows[i].module, t.s,
				  why);
			if (code == CAUSE_BLACKLISTED) {
				explain_drivers_add_line(causes, &facts->blacklisted);
				explain_drivers_add_line(causes, &facts->origin);
			} else if (code == CAUSE_NOT_BUILT) {
				explain_drivers_add_line(causes, &facts->option);
			}
			explain_drivers_add_line(causes, seen);
		}
		causes->failed |= t.failed;
		string_done(&t);
	}
}

static bool is_absent(const struct driver_facts *facts)
{
	return is_known(&facts->module) && facts->module.v == DAXBUS_MODULE_ABSENT;
}

static bool is_blacklisted(const struct driver_facts *facts)
{
	return facts->blacklisted.file && !is_absent(facts);
}

static bool is_only_not_loaded(const struct driver_facts *facts)
{
	return !facts->blacklisted.file && !is_absent(facts);
}

void explain_drivers_blacklisted(const struct explain_input *in, struct causes *causes)
{
	add_missed(in, CAUSE_BLACKLISTED, "is blacklisted and not loaded", is_blacklisted, causes);
}

void explain_drivers_not_built(const struct explain_input *in, struct causes *causes)
{
	add_missed(in, CAUSE_NOT_BUILT, "is not in this kernel", is_absent, causes);
}

void explain_drivers_not_loaded(const struct explain_input *in, struct causes *causes)
{
	add_missed(in, CAUSE_NOT_LOADED, "is not loaded", is_only_not_loaded, causes);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>

#include "base/string.h"
#include "explain/check.h"
#include "model/range-list.h"

#define DEVICES "/sys/bus/dax/devices/"

/* --- evidence --------------------------------------------------------------------------------- */

/* A file of a device, with a number in it. */
static void add_number_of(struct causes *causes, const struct device *d, const char *name,
			  const struct opt_u64 *value)
{
	_cleanup_free_ char *path = NULL, *text = NULL;

	if (string_format(&path, DEVICES "%s/%s", d->name.v, name) < 0 ||
	    (is_known(value) && string_format(&text, "%" PRIu64, value->v) < 0)) {
		causes->failed = true;
		return;
	}
	cause_add_evidence(causes, path, 0, text);
}

void explain_device_add_ranges(struct causes *causes, const struct device *d)
{
	for (size_t i = 0; i < d->n_mappings; i++) {
		const struct mapping *m = &d->mappings[i];
		_cleanup_free_ char *path = NULL;

		if (string_format(&path, DEVICES "%s/mapping%zu", d->name.v, i) < 0)
			causes->failed = true;
		else
			cause_add_evidence(causes, path, 0,
					   range_list_text(m->start.v, m->end.v).s);
	}
}

/* What the kernel said of it. */
static void add_messages(const struct explain_input *in, struct causes *causes,
			 const struct device *d)
{
	_cleanup_free_ char *text = NULL;

	if (string_format(&text, " %s: ", d->name.v) < 0)
		causes->failed = true;
	else
		explain_drivers_add_messages(in, causes, text);
}

/* --- flags ------------------------------------------------------------------------------------ */

/* Call @add for each device with a flag. */
static void each_flagged(const struct explain_input *in, struct causes *causes, const char *flag,
			 void (*add)(const struct explain_input *in, struct causes *causes,
				     const struct device *d))
{
	for (size_t i = 0; i < in->s->n_devices; i++)
		if (strv_has(&in->s->devices[i]->flags.v, flag))
			add(in, causes, in->s->devices[i]);
}

static void add_stuck(const struct explain_input *in, struct causes *causes, const struct device *d)
{
	cause_add(causes, CAUSE_STUCK, d->name.v,
		  "the kernel keeps memory of %s, because kmem was unbound while it was online",
		  d->name.v);
	explain_device_add_ranges(causes, d);
	add_messages(in, causes, d);
}

void explain_device_stuck(const struct explain_input *in, struct causes *causes)
{
	each_flagged(in, causes, "stuck", add_stuck);
}

static void add_partial(const struct explain_input *in, struct causes *causes,
			const struct device *d)
{
	cause_add(causes, CAUSE_PARTIAL, d->name.v,
		  "kmem could not add %" PRIu64 " of the memory blocks of %s", d->memory.missing.v,
		  d->name.v);
	explain_device_add_ranges(causes, d);
	add_messages(in, causes, d);
}

void explain_device_partial(const struct explain_input *in, struct causes *causes)
{
	each_flagged(in, causes, "partial", add_partial);
}

static void add_misaligned(const struct explain_input *in _unused_, struct causes *causes,
			   const struct device *d)
{
	cause_add(causes, CAUSE_MISALIGNED, d->name.v,
		  "%s does not start at a multiple of its alignment, so that a program that maps "
		  "it reaches other memory",
		  d->name.v);
	add_number_of(causes, d, "align", &d->align);
	explain_device_add_ranges(causes, d);
}

void explain_device_misaligned(const struct explain_input *in, struct causes *causes)
{
	each_flagged(in, causes, "misaligned", add_misaligned);
}

static void add_phantom(const struct explain_input *in _unused_, struct causes *causes,
			const struct device *d)
{
	cause_add(causes, CAUSE_PHANTOM, d->name.v,
		  "%s is the memory of another device once more: kernels before 6.1 register it "
		  "for each description of it",
		  d->name.v);
	explain_device_add_ranges(causes, d);
}

void explain_device_phantom(const struct explain_input *in, struct causes *causes)
{
	each_flagged(in, causes, "phantom", add_phantom);
}

/* --- memory without a device ------------------------------------------------------------------ */

void explain_device_orphan(const struct explain_input *in, struct causes *causes)
{
	for (size_t i = 0; i < in->s->n_orphans; i++) {
		const struct orphan *o = in->s->orphans[i];
		struct range_list_text range = range_list_text(o->start.v, o->end.v);

		cause_add(causes, CAUSE_ORPHAN, range.s,
			  "%s, which was %s, has no device any more: its provider went away while "
			  "memory was online",
			  range.s, o->former_device.v ?: "a device");
		cause_add_evidence(causes, "/proc/iomem", 0, "System RAM (kmem)");
	}
}

/* --- what a device lacks ---------------------------------------------------------------------- */

static bool is_on_bus(const struct device *d)
{
	return !d->is_class && !d->is_orphan && !d->is_region;
}

static bool is_without_size(const struct device *d)
{
	return is_known(&d->size) && !d->size.v;
}

static bool is_hopeless(const struct device *d)
{
	return strv_has(&d->flags.v, "stuck") || strv_has(&d->flags.v, "phantom");
}

/*
 * Whether what kmem requires matters: not of a device that a program has by another driver, unless
 * somebody asks for this one.
 */
static bool is_for_kmem(const struct explain_input *in, const struct device *d)
{
	return is_on_bus(d) && !is_hopeless(d) &&
	       (!in->everything || d->driver.is != DAXBUS_KNOWN || streq(d->driver.v, "kmem"));
}

void explain_device_class_device(const struct explain_input *in, struct causes *causes)
{
	for (size_t i = 0; i < in->s->n_devices; i++) {
		const struct device *d = in->s->devices[i];

		if (!d->is_class)
			continue;
		cause_add(causes, CAUSE_CLASS_DEVICE, d->name.v,
			  "%s belongs to /sys/class/dax, the older device model, which cannot "
			  "change its mode",
			  d->name.v);
		cause_add_evidence(causes, "/sys/class/dax", 0, d->name.v);
	}
}

void explain_device_empty_device(const struct explain_input *in, struct causes *causes)
{
	for (size_t i = 0; i < in->s->n_devices; i++) {
		const struct device *d = in->s->devices[i];

		if (!is_on_bus(d) || !is_without_size(d))
			continue;
		cause_add(causes, CAUSE_EMPTY_DEVICE, d->name.v,
			  "%s has the size 0, and no driver takes it", d->name.v);
		add_number_of(causes, d, "size", &d->size);
	}
}

/* Why the memory has no node: the kernel does not read the table, or what firmware has of it. */
static void add_no_target_node(const struct explain_input *in, struct causes *causes,
			       const struct device *d)
{
	const struct source_line *off = &in->around->settings[SETTING_NO_NUMA];

	cause_add(causes, CAUSE_NO_TARGET_NODE, d->name.v,
		  off->file
			  ? "the kernel does not know to which NUMA node the memory of %s belongs, "
			    "because its command line says that there are none, so that kmem "
			    "refuses it"
			  : "neither firmware nor the provider says to which NUMA node the memory "
			    "of %s belongs, so that kmem refuses it",
		  d->name.v);
	if (off->file) {
		explain_drivers_add_line(causes, off);
		explain_drivers_add_line(causes, &in->around->origins[SETTING_NO_NUMA]);
		cause_set_next(causes,
			       "Remove that parameter from the kernel's command line, and reboot.");
	}
	add_number_of(causes, d, "target_node", &d->target_node);
	if (!off->file)
		cause_add_evidence(causes, "/sys/firmware/acpi/tables/SRAT", 0,
				   in->around->has_srat ? "has no entry for this memory" : NULL);
	add_messages(in, causes, d);
}

void explain_device_no_target_node(const struct explain_input *in, struct causes *causes)
{
	for (size_t i = 0; i < in->s->n_devices; i++) {
		const struct device *d = in->s->devices[i];

		if (is_for_kmem(in, d) && d->target_node.is == DAXBUS_NONE)
			add_no_target_node(in, causes, d);
	}
}

/* Bytes of whole memory blocks in a device. */
static uint64_t usable_of(const struct device *d, uint64_t block)
{
	uint64_t usable = 0, start;

	for (size_t i = 0; i < d->n_mappings; i++)
		usable += range_list_inside(d->mappings[i].start.v, d->mappings[i].end.v, block,
					    &start);
	return usable;
}

void explain_device_too_small(const struct explain_input *in, struct causes *causes)
{
	const struct opt_u64 *block = &in->s->bus.block_size;

	for (size_t i = 0; i < in->s->n_devices; i++) {
		const struct device *d = in->s->devices[i];
		_cleanup_free_ char *text = NULL;

		if (!is_for_kmem(in, d) || d->ranges != DAXBUS_KNOWN || !d->n_mappings ||
		    !is_known(block) || usable_of(d, block->v))
			continue;
		cause_add(causes, CAUSE_TOO_SMALL, d->name.v,
			  "%s does not contain a whole memory block, so that kmem refuses it",
			  d->name.v);
		explain_device_add_ranges(causes, d);
		if (string_format(&text, "%" PRIx64, block->v) < 0)
			causes->failed = true;
		else
			cause_add_evidence(causes, "/sys/devices/system/memory/block_size_bytes", 0,
					   text);
	}
}

/* Whether the driver that it lacks is a cause already. */
static bool lacks_module(const struct explain_input *in, const struct causes *causes,
			 const struct device *d)
{
	const char *module = surroundings_rows[explain_drivers_default(in, d)].module;

	return cause_has(causes, CAUSE_BLACKLISTED, module) ||
	       cause_has(causes, CAUSE_NOT_BUILT, module) ||
	       cause_has(causes, CAUSE_NOT_LOADED, module);
}

/*
 * Without addresses, a device without a driver cannot be told from a second name for the memory of
 * another region's device (a phantom, which no driver takes).
 */
static bool may_be_second(const struct explain_input *in, const struct device *d)
{
	if (d->ranges == DAXBUS_KNOWN || !known_as(&d->region->provider, "hmem"))
		return false;
	for (size_t i = 0; i < in->s->n_devices; i++) {
		const struct device *other = in->s->devices[i];

		if (other->region != d->region && is_known(&d->size) && is_known(&other->size) &&
		    other->size.v == d->size.v)
			return true;
	}
	return false;
}

void explain_device_unbound(const struct explain_input *in, struct causes *causes)
{
	for (size_t i = 0; i < in->s->n_devices; i++) {
		const struct device *d = in->s->devices[i];

		if (!is_on_bus(d) || d->driver.is != DAXBUS_NONE || is_without_size(d) ||
		    is_hopeless(d) || may_be_second(in, d) || lacks_module(in, causes, d))
			continue;
		cause_add(causes, CAUSE_UNBOUND, d->name.v,
			  "%s has no driver: it was unbound, or its driver refused it", d->name.v);
		if (cause_has(causes, CAUSE_NO_TARGET_NODE, d->name.v) ||
		    cause_has(causes, CAUSE_TOO_SMALL, d->name.v))
			cause_set_next(causes, "Run 'daxbus reconfigure --mode=devdax %s'.",
				       d->name.v);
		add_number_of(causes, d, "driver", &(struct opt_u64){ 0 });
		add_messages(in, causes, d);
	}
}

/* --- what cannot be seen ---------------------------------------------------------------------- */

void explain_device_not_root(const struct explain_input *in, struct causes *causes)
{
	for (size_t i = 0; i < in->s->n_devices; i++) {
		const struct device *d = in->s->devices[i];

		if (d->ranges != DAXBUS_UNKNOWN)
			continue;
		cause_add(causes, CAUSE_NOT_ROOT, NULL,
			  in->around->is_live
				  ? "only root can read addresses, on which other causes depend"
				  : "the tree was not captured by root, and lacks addresses");
		if (!in->around->is_live)
			cause_set_next(causes, "Capture the tree again as root.");
		return;
	}
}

/* Causes that only the running system has. */
void explain_device_container(const struct explain_input *in, struct causes *causes)
{
	const struct surroundings *around = in->around;

	if (!around->own_processes && !around->read_only)
		return;
	cause_add(causes, CAUSE_CONTAINER, NULL, "daxbus runs in a container: %s%s%s",
		  around->read_only ? "it cannot write to /sys" : "",
		  around->read_only && around->own_processes ? ", and " : "",
		  around->own_processes ? "it does not see the processes of the host" : "");
	if (around->read_only)
		cause_add_evidence(causes, "/sys", 0, "mounted read-only");
	if (around->own_processes)
		cause_add_evidence(causes, "/proc/self/ns/pid", 0, "not the first PID namespace");
}

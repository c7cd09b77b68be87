/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/flags.h"

#include "base/strv.h"
#include "scan/block-set.h"
#include "scan/memory.h"

#define WASTEFUL_PART 10 /* flagged if a tenth of the device is lost */

bool flags_may_be_phantom(const struct device *d)
{
	return !d->is_class && d->driver.is == DAXBUS_NONE && d->n_mappings &&
	       d->ranges == DAXBUS_KNOWN && known_as(&d->region->provider, "hmem");
}

static uint64_t largest_power_of_two_in(uint64_t v)
{
	return v & -v;
}

bool flags_need_align(const struct device *d)
{
	if (d->ranges != DAXBUS_KNOWN || is_known(&d->align))
		return false;
	return d->n_mappings != 1 ||
	       d->mappings[0].start.v & (largest_power_of_two_in(d->size.v) - 1);
}

static bool is_misaligned(const struct device *d)
{
	if (!is_known(&d->align) || d->align.v == 0)
		return false;
	for (size_t i = 0; i < d->n_mappings; i++)
		if (d->mappings[i].start.v % d->align.v)
			return true;
	return false;
}

static bool overlap(const struct device *a, const struct device *b)
{
	for (size_t i = 0; i < a->n_mappings; i++)
		for (size_t k = 0; k < b->n_mappings; k++)
			if (a->mappings[i].start.v <= b->mappings[k].end.v &&
			    b->mappings[k].start.v <= a->mappings[i].end.v)
				return true;
	return false;
}

/*
 * Of two devices with the same range the real one is the one that is bound, else the one that came
 * first.
 */
bool flags_is_phantom(const struct daxbus_snapshot *s, const struct device *d)
{
	if (s->n_regions < 2 || !flags_may_be_phantom(d))
		return false;
	for (size_t i = 0; i < s->n_devices; i++) {
		const struct device *other = s->devices[i];

		if (other->region == d->region || other->ranges != DAXBUS_KNOWN)
			continue;
		if (other->driver.is != DAXBUS_KNOWN && other->region_id.v > d->region_id.v)
			continue;
		if (overlap(d, other))
			return true;
	}
	return false;
}

/*
 * A device that device_dax or kmem has bound holds its range; blocks in any other's range are left
 * behind.
 */
static bool may_be_stuck(const struct device *d)
{
	return !d->is_class && d->n_mappings && d->ranges == DAXBUS_KNOWN &&
	       !known_as(&d->mode, "kmem") && !known_as(&d->mode, "devdax") &&
	       !known_as(&d->mode, "famfs");
}

static bool is_partial(const struct device *d)
{
	return known_as(&d->mode, "kmem") && is_known(&d->memory.missing) && d->memory.missing.v &&
	       !known_as(&d->kernel_state, "unplugged");
}

/* A misaligned start and end lose up to two blocks: of a large device, that is not a problem. */
static bool is_wasteful(const struct device *d)
{
	return known_as(&d->mode, "kmem") && is_known(&d->memory.lost) && is_known(&d->size) &&
	       d->memory.lost.v && d->memory.lost.v >= d->size.v / WASTEFUL_PART;
}

/*
 * Whether what the flags are judged by is known. An alignment that a kernel does not tell (before
 * 5.10) is no reason for doubt: there was no way to break it then.
 */
static bool is_judged(const struct device *d)
{
	if (d->ranges == DAXBUS_UNKNOWN || d->driver.is == DAXBUS_UNKNOWN)
		return false;
	if (flags_need_align(d) && d->align.is == DAXBUS_UNKNOWN)
		return false;
	if (!known_as(&d->mode, "kmem"))
		return true;
	return d->memory.lost.is != DAXBUS_UNKNOWN &&
	       (d->memory.missing.is != DAXBUS_UNKNOWN || known_as(&d->kernel_state, "unplugged"));
}

struct machine {
	struct block_set blocks;
	uint64_t block_size;
	enum daxbus_presence is; /* NONE: nobody has asked yet */
};

static int read_machine(struct sysfs *fs, struct machine *machine)
{
	int r;

	machine->block_size = memory_block_size(fs).v;
	r = block_set_read(fs, &machine->blocks, "/sys/devices/system/memory");
	machine->is = machine->block_size && r == 0 ? DAXBUS_KNOWN : DAXBUS_UNKNOWN;
	return r == -ENOMEM ? r : 0;
}

/* Unknown flags are told as such: a list without `stuck` must mean that nothing is stuck. */
static int flag_stuck(struct sysfs *fs, struct machine *machine, struct device *d)
{
	int r = 0;

	if (!may_be_stuck(d) || strv_has(&d->flags.v, "phantom"))
		return 0;
	if (machine->is == DAXBUS_NONE)
		r = read_machine(fs, machine);
	if (r < 0)
		return r;
	if (machine->is == DAXBUS_UNKNOWN)
		d->flags.is = DAXBUS_UNKNOWN;
	else if (block_set_in_device(&machine->blocks, d, machine->block_size))
		r = strv_push(&d->flags.v, "stuck");
	return r;
}

static int flag_device(struct sysfs *fs, const struct daxbus_snapshot *s, struct machine *machine,
		       struct device *d)
{
	int r = 0;

	d->flags.is = is_judged(d) ? DAXBUS_KNOWN : DAXBUS_UNKNOWN;
	if (flags_is_phantom(s, d))
		r = strv_push(&d->flags.v, "phantom");
	if (r == 0)
		r = flag_stuck(fs, machine, d);
	if (r == 0 && is_partial(d))
		r = strv_push(&d->flags.v, "partial");
	if (r == 0 && is_misaligned(d))
		r = strv_push(&d->flags.v, "misaligned");
	if (r == 0 && is_wasteful(d))
		r = strv_push(&d->flags.v, "wasteful");
	return r;
}

int flags_read(struct sysfs *fs, struct daxbus_snapshot *s)
{
	struct machine machine = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_devices; i++)
		r = flag_device(fs, s, &machine, s->devices[i]);
	block_set_done(&machine.blocks);
	return r;
}

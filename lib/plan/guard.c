/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/guard.h"

#include <errno.h>
#include <inttypes.h>

#include "base/string.h"
#include "base/strv.h"

typedef int (*guard_fn)(struct plan_builder *p);

static int run_guards(struct plan_builder *p, const guard_fn *guards, size_t n)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = guards[i](p);
	return r;
}

static bool has_flag(const struct plan_builder *p, const char *flag)
{
	return strv_has(&p->d->flags.v, flag);
}

static bool is_known_as(const struct opt_u64 *o, uint64_t v)
{
	return is_known(o) && o->v == v;
}

/* --- the device ------------------------------------------------------------------------------- */

static int guard_class(struct plan_builder *p)
{
	if (p->d->is_class)
		return builder_refuse(p, REASON_CLASS_DEVICE,
				      "it belongs to /sys/class/dax, not to the dax bus");
	return 0;
}

static int guard_driver_known(struct plan_builder *p)
{
	if (p->d->driver.is == DAXBUS_UNKNOWN)
		return builder_refuse(p, REASON_UNKNOWN_STATE, "cannot read its driver");
	return 0;
}

static int guard_empty(struct plan_builder *p)
{
	if (is_known_as(&p->d->size, 0))
		return builder_refuse(p, REASON_EMPTY_DEVICE, "it has no memory");
	return 0;
}

static int guard_phantom(struct plan_builder *p)
{
	if (has_flag(p, "phantom"))
		return builder_refuse(p, REASON_PHANTOM, "it duplicates another device");
	return 0;
}

static int guard_stuck(struct plan_builder *p)
{
	if (has_flag(p, "stuck"))
		return builder_refuse(
			p, REASON_STUCK,
			"it was unbound from kmem while memory was online, and the kernel "
			"keeps that memory until the next reboot");
	return 0;
}

static int guard_flags(struct plan_builder *p)
{
	if (p->d->flags.is == DAXBUS_UNKNOWN)
		return builder_unknown(p, "its flags (stuck, partial, misaligned)");
	return 0;
}

int guard_orphan(struct plan_builder *p)
{
	if (!p->d->is_orphan || p->request->action == DAXBUS_ONLINE ||
	    p->request->action == DAXBUS_OFFLINE)
		return 0;
	return builder_refuse(p, REASON_STUCK,
			      "its device has left the bus, and the kernel keeps the memory until "
			      "the next reboot");
}

int guard_shaped(struct plan_builder *p)
{
	static const guard_fn guards[] = { guard_class, guard_driver_known, guard_phantom,
					   guard_stuck, guard_flags };

	return run_guards(p, guards, ARRAY_SIZE(guards));
}

int guard_device(struct plan_builder *p)
{
	static const guard_fn guards[] = { guard_class, guard_driver_known, guard_empty,
					   guard_phantom, guard_stuck };

	return run_guards(p, guards, ARRAY_SIZE(guards));
}

/* --- leaving a driver ------------------------------------------------------------------------- */

static int guard_foreign(struct plan_builder *p)
{
	if (!p->from || request_mode_of_driver(p->from) != MODE_NONE)
		return 0;
	return builder_refuse(
		p, REASON_FOREIGN_DRIVER,
		"it is bound to %s, and daxbus cannot determine what uses it through that driver",
		p->from);
}

static int refuse_held(struct plan_builder *p, const struct strv *holders)
{
	_cleanup_(string_done) struct string list = { 0 };

	for (size_t i = 0; i < holders->n; i++)
		string_add(&list, "%s%s", i ? ", " : "", holders->items[i]);
	if (list.failed)
		return -ENOMEM;
	return builder_refuse(p, request_held_reason(p->request), "it is in use: %s", list.s);
}

static int refuse_hidden(struct plan_builder *p)
{
	if (!p->facts->root)
		return builder_unknown(p, "which processes have it open or mapped");
	return builder_refuse(p, reason_if_hidden(request_held_reason(p->request)),
			      "cannot determine which processes have it open or mapped: not all "
			      "processes are visible here, or the kernel itself uses it");
}

/* The kernel unbinds device_dax without waiting for the processes that have the device mapped. */
int guard_holders(struct plan_builder *p)
{
	const struct opt_strv *holders = &p->facts->holders;

	if (holders->is == DAXBUS_UNKNOWN)
		return refuse_hidden(p);
	return holders->is == DAXBUS_KNOWN && holders->v.n ? refuse_held(p, &holders->v) : 0;
}

static int guard_mapped(struct plan_builder *p)
{
	enum mode mode = request_mode_of_driver(p->from);

	return mode == MODE_DEVDAX || mode == MODE_FAMFS ? guard_holders(p) : 0;
}

static int guard_partial(struct plan_builder *p)
{
	if (!has_flag(p, "partial") || kernel_version_survives_partial(p->facts->kernel))
		return 0;
	return builder_refuse(p, REASON_PARTIAL,
			      "%" PRIu64 " memory block%s of it could not be added, and this "
			      "kernel may crash when it is unbound",
			      p->d->memory.missing.v, plural(p->d->memory.missing.v));
}

/* kmem removes nothing of a range with a block online, but reports success. */
static int guard_online(struct plan_builder *p)
{
	const struct opt_u64 *online = &p->d->memory.online;

	if (builder_is_unplugged(p->d) || is_known_as(online, 0))
		return 0;
	if (is_known(online))
		return builder_refuse(p, REASON_MEMORY_ONLINE,
				      "%" PRIu64 " memory block%s of it %s online", online->v,
				      plural(online->v), online->v == 1 ? "is" : "are");
	if (p->facts->root)
		return builder_refuse(p, REASON_MEMORY_ONLINE,
				      "cannot read which of its memory blocks are online");
	return builder_unknown(p, "which of its memory blocks are online");
}

/* --- memory that goes offline ---------------------------------------------------------------- */

/* The data in blocks that go offline first fits into other memory. */
static int guard_room(struct plan_builder *p, uint64_t blocks)
{
	const struct facts *facts = p->facts;
	uint64_t bytes = blocks * p->block_size, need;

	if (!blocks)
		return 0;
	if (!is_known(&facts->node_used) || !is_known(&facts->memory_available))
		return builder_note(
			p,
			"%s: cannot determine whether the data in its memory fits into other memory",
			p->d->name.v);
	if (is_known(&facts->node_free))
		bytes -= bytes < facts->node_free.v ? bytes : facts->node_free.v;
	need = bytes < facts->node_used.v ? bytes : facts->node_used.v;
	if (need <= facts->memory_available.v)
		return 0;
	return builder_refuse(p, REASON_NO_ROOM_ELSEWHERE,
			      "%s in use must move to other memory, with %s available there",
			      SIZE_TEXT(need), SIZE_TEXT(facts->memory_available.v));
}

static bool empties_node(const struct plan_builder *p, uint64_t blocks)
{
	const struct opt_u64 *online = &p->facts->node_online;

	return blocks && (!is_known(online) || online->v <= blocks * p->block_size);
}

static int refuse_bound(struct plan_builder *p, const struct strv *bound)
{
	_cleanup_(string_done) struct string list = { 0 };

	for (size_t i = 0; i < bound->n; i++)
		string_add(&list, "%s%s", i ? ", " : "", bound->items[i]);
	if (list.failed)
		return -ENOMEM;
	return builder_refuse(p, REASON_NODE_BOUND,
			      "it has the last memory of node %" PRIu64
			      ", and processes may use no other; the kernel kills them when they "
			      "allocate memory meanwhile: %s",
			      p->d->target_node.v, list.s);
}

/*
 * The kernel gives processes that are bound to a node other nodes when the node has no memory left,
 * but not before: a process that allocates memory while the last blocks go offline is killed.
 */
static int guard_bound(struct plan_builder *p, uint64_t blocks)
{
	const struct opt_strv *bound = &p->facts->node_bound;

	if (!empties_node(p, blocks))
		return 0;
	if (bound->is == DAXBUS_KNOWN)
		return refuse_bound(p, &bound->v);
	if (bound->is != DAXBUS_UNKNOWN)
		return 0;
	if (!p->facts->root)
		return builder_unknown(p, "which processes are bound to its node");
	return builder_refuse(p, REASON_HOLDERS_UNKNOWN,
			      "cannot determine which processes are bound to node %" PRIu64
			      ", which will have no memory: not all processes are visible here",
			      p->d->target_node.v);
}

int guard_offline(struct plan_builder *p, uint64_t blocks)
{
	return guard_room(p, blocks) ?: guard_bound(p, blocks);
}

static int guard_blocks(struct plan_builder *p)
{
	uint64_t online = p->count[ZONE_MOVABLE] + p->count[ZONE_KERNEL];

	if (!p->blocks_are_known)
		return builder_unknown(p, "which of its memory blocks are online");
	return guard_offline(p, online);
}

int guard_leave(struct plan_builder *p, bool keeps_online)
{
	int r = guard_foreign(p) ?: guard_mapped(p);

	if (r || !builder_is_in_kmem(p))
		return r;
	r = guard_flags(p) ?: guard_partial(p);
	if (r)
		return r;
	return keeps_online ? guard_online(p) : guard_blocks(p);
}

/* --- a driver --------------------------------------------------------------------------------- */

static int guard_misaligned(struct plan_builder *p)
{
	const struct device *d = p->d;

	if (!has_flag(p, "misaligned"))
		return 0;
	for (size_t i = 0; i < d->n_mappings; i++)
		if (is_known(&d->align) && d->align.v && d->mappings[i].start.v % d->align.v)
			return builder_refuse(p, REASON_MISALIGNED,
					      "its range at 0x%" PRIx64
					      " does not start at a multiple of its alignment, %s",
					      d->mappings[i].start.v, SIZE_TEXT(d->align.v));
	return builder_refuse(p, REASON_MISALIGNED,
			      "one of its ranges does not start at a multiple of its alignment");
}

/* A bind that fails leaves a stale memmap behind, which only a new device does not have. */
static int guard_range(struct plan_builder *p)
{
	const struct opt_str *holder = &p->facts->range_holder;

	/* New ranges of a device are checked when they are chosen. */
	if (p->from || p->is_shaped)
		return 0;
	if (holder->is == DAXBUS_UNKNOWN)
		return builder_unknown(p, "what /proc/iomem shows in its range");
	if (holder->is == DAXBUS_KNOWN)
		return builder_refuse(p, REASON_RANGE_HELD, "'%s' holds its range", holder->v);
	return 0;
}

static int guard_stale_memmap(struct plan_builder *p)
{
	if (p->from || !(is_same(p->driver, "device_dax") || is_same(p->driver, "fsdev_dax")))
		return 0;
	if (is_known_as(&p->facts->stale_memmap, 1))
		return builder_refuse(
			p, REASON_STALE_MEMMAP,
			"an earlier bind failed and left a stale memmap, with which the kernel refuses another one");
	return 0;
}

static int refuse_no_driver(struct plan_builder *p, const char *driver)
{
	return builder_refuse(p, REASON_NO_DRIVER, "the running kernel has no driver %s%s", driver,
			      streq(driver, "fsdev_dax") ? "; Linux 7.1 and later have it" : "");
}

int guard_module(struct plan_builder *p, const char *driver, const struct opt_u64 *module)
{
	if (!is_known(module))
		return builder_note(p, "cannot determine whether the driver %s has a module",
				    driver);
	switch (module->v) {
	case DAXBUS_MODULE_AVAILABLE:
		return 0;
	case DAXBUS_MODULE_BLACKLISTED:
		return builder_refuse(p, REASON_MODULE_BLACKLISTED,
				      "modprobe.d blacklists the module of the driver %s", driver);
	case DAXBUS_MODULE_LOADED:
	case DAXBUS_MODULE_BUILTIN:
		return builder_refuse(p, REASON_NO_DRIVER,
				      "the module %s is there, but no driver %s on its bus", driver,
				      driver);
	}
	return refuse_no_driver(p, driver);
}

int guard_driver(struct plan_builder *p)
{
	if (!p->driver)
		return 0;
	if (!is_known(&p->facts->has_driver))
		return builder_note(p, "cannot determine whether the kernel has the driver %s",
				    p->driver);
	p->load = !p->facts->has_driver.v;
	return p->load ? guard_module(p, p->driver, &p->facts->module) : 0;
}

int guard_enter(struct plan_builder *p)
{
	static const guard_fn guards[] = { guard_flags, guard_misaligned, guard_driver, guard_range,
					   guard_stale_memmap };

	/* guard_leave() has checked the flags of a device in kmem. */
	if (builder_is_in_kmem(p))
		return run_guards(p, guards + 1, ARRAY_SIZE(guards) - 1);
	return run_guards(p, guards, ARRAY_SIZE(guards));
}

/* --- kmem ------------------------------------------------------------------------------------- */

static int guard_target_node(struct plan_builder *p)
{
	const struct opt_u64 *node = &p->d->target_node;

	if (node->is == DAXBUS_UNKNOWN)
		return builder_unknown(p, "its target node");
	if (node->is == DAXBUS_NONE)
		return builder_refuse(p, REASON_NO_TARGET_NODE, "it has no target node");
	return 0;
}

/* kmem only adds whole memory blocks. */
static int guard_usable(struct plan_builder *p)
{
	uint64_t usable = block_runs_count(&p->expected) * p->block_size, size = p->d->size.v;

	if (!p->is_placed)
		return builder_unknown(p, "its ranges or the size of memory blocks");
	if (!usable)
		return builder_refuse(p, REASON_TOO_SMALL,
				      "it contains no whole memory block of %s",
				      SIZE_TEXT(p->block_size));
	if (!is_known(&p->d->size) || size <= usable)
		return 0;
	if (size - usable > size / 2)
		return builder_refuse(
			p, REASON_ALIGNMENT_LOSS,
			"%s of its %s cannot be used: it is not in whole memory blocks of %s",
			SIZE_TEXT(size - usable), SIZE_TEXT(size), SIZE_TEXT(p->block_size));
	return builder_note(
		p, "%s: %s of its %s cannot be used: it is not in whole memory blocks of %s",
		p->d->name.v, SIZE_TEXT(size - usable), SIZE_TEXT(size), SIZE_TEXT(p->block_size));
}

/* The values of /sys/module/memory_hotplug/parameters/memmap_on_memory that mean on. */
static bool is_on(const struct opt_str *policy)
{
	static const char *const words[] = { "Y", "y", "1", "force" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (known_as(policy, words[i]))
			return true;
	return false;
}

int guard_memmap_on_memory(struct plan_builder *p)
{
	enum choice choice = p->request->memmap_on_memory;
	const struct opt_u64 *now = &p->d->memmap_on_memory;
	const struct opt_str *policy = &p->s->bus.memmap_policy;

	if (choice == CHOICE_UNSET)
		return 0;
	if (choice == CHOICE_YES && now->is == DAXBUS_NONE)
		return builder_refuse(
			p, REASON_NO_MEMMAP_ON_MEMORY,
			"this kernel cannot store the memmap of a device in its memory");
	if (choice == CHOICE_YES && policy->is != DAXBUS_UNKNOWN && !is_on(policy))
		return builder_refuse(
			p, REASON_NO_MEMMAP_ON_MEMORY,
			"the kernel parameter memory_hotplug.memmap_on_memory is off");
	if (now->is == DAXBUS_NONE || is_known_as(now, choice == CHOICE_YES))
		return 0;
	if (!is_known(now) && builder_is_in_kmem(p))
		return builder_unknown(p, "its memmap_on_memory");
	p->memmap = choice == CHOICE_YES ? "1" : "0";
	return 0;
}

/* The memmap takes 64 bytes of existing memory for each page of 4 KiB. */
int guard_memmap_fits(struct plan_builder *p)
{
	uint64_t need = block_runs_count(&p->expected) * p->block_size / 64;
	bool asked = p->request->memmap_on_memory == CHOICE_YES ||
		     (p->request->memmap_on_memory == CHOICE_UNSET &&
		      is_known_as(&p->d->memmap_on_memory, 1));
	const struct opt_u64 *available = &p->facts->memory_available;

	if (!p->is_placed || (asked && is_on(&p->s->bus.memmap_policy)))
		return 0;
	if (!is_known(available))
		return builder_note(
			p, "cannot determine whether the memmap of %s (%s) fits into memory",
			p->d->name.v, SIZE_TEXT(need));
	if (need >= available->v)
		return builder_refuse(p, REASON_NO_ROOM_FOR_MEMMAP,
				      "its memmap requires %s of memory, with %s available",
				      SIZE_TEXT(need), SIZE_TEXT(available->v));
	return 0;
}

int guard_kmem(struct plan_builder *p)
{
	static const guard_fn guards[] = { guard_target_node, guard_usable, guard_memmap_on_memory,
					   guard_memmap_fits };

	return run_guards(p, guards, ARRAY_SIZE(guards));
}

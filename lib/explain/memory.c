/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>

#include "base/string.h"
#include "explain/check.h"

#define MEMORY	       "/sys/devices/system/memory/"

/* --- bytes that are lost ---------------------------------------------------------------------- */

/* Of x86-64, and of arm64 with pages of 4 KiB. */
#define SMALLEST_BLOCK (UINT64_C(128) << 20)

/* The largest size of memory blocks with which nothing of a device would be lost. */
static uint64_t lossless_block(const struct device *d)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < d->n_mappings; i++)
		bits |= d->mappings[i].start.v | (d->mappings[i].end.v + 1);
	return bits & -bits;
}

static void add_block_size(const struct explain_input *in, struct causes *causes)
{
	_cleanup_free_ char *text = NULL;

	if (string_format(&text, "%" PRIx64, in->s->bus.block_size.v) < 0)
		causes->failed = true;
	else
		cause_add_evidence(causes, MEMORY "block_size_bytes", 0, text);
}

static void add_loss(const struct explain_input *in, const struct device *d, struct causes *causes)
{
	_cleanup_(string_done) struct string t = { 0 };

	string_add(&t, "%s loses ", d->name.v);
	string_add_size(&t, d->memory.lost.v);
	string_add(&t, " at the ends of its ranges, because memory blocks have ");
	string_add_size(&t, in->s->bus.block_size.v);
	if (lossless_block(d) >= SMALLEST_BLOCK) {
		string_add(&t, "; with blocks of ");
		string_add_size(&t, lossless_block(d));
		string_add(&t, ", as smaller machines have, it would lose nothing");
	}
	cause_add(causes, CAUSE_ALIGNMENT_LOSS, d->name.v, "%s", t.s ?: "");
	causes->failed |= t.failed;
	explain_device_add_ranges(causes, d);
	add_block_size(in, causes);
	if (known_as(&d->provider, "pmem"))
		cause_set_next(causes, "Keep it: a namespace begins with metadata, so that its "
				       "first memory block is never whole.");
}

void explain_memory_alignment_loss(const struct explain_input *in, struct causes *causes)
{
	for (size_t i = 0; i < in->s->n_devices; i++) {
		const struct device *d = in->s->devices[i];

		if (known_as(&d->mode, "kmem") && is_known(&d->memory.lost) && d->memory.lost.v &&
		    d->ranges == DAXBUS_KNOWN && d->n_mappings && is_known(&in->s->bus.block_size))
			add_loss(in, d, causes);
	}
}

/* --- zone Normal ------------------------------------------------------------------------------ */

/* Whether memory that comes online by this word comes, or can come, to zone Normal. */
static bool leads_to_normal(const char *word)
{
	return streq(word, "online") || streq(word, "online_kernel") || !*word;
}

/* Rules and agents: they are at work whatever the policy is, if it leaves memory offline. */
static void add_onliners(const struct explain_input *in, struct causes *causes)
{
	const struct onliners *onliners = &in->around->onliners;

	for (size_t i = 0; i < onliners->n; i++) {
		const struct onliner *o = &onliners->items[i];

		if (o->when != ONLINER_ADDED || !leads_to_normal(o->word))
			continue;
		if (o->file)
			cause_add_evidence(causes, o->file, o->line, *o->word ? o->word : o->name);
		else
			cause_add_evidence(causes, "/proc", 0, o->name);
	}
}

/* Whether the policy is what the kernel was given at boot: if not, somebody has changed it. */
static bool is_from_boot(const struct source_line *line, const char *policy)
{
	const char *value = line->file ? strchr(line->text, '=') : NULL;

	return value && streq(value + 1, policy);
}

/* The policy of the kernel, and what it follows from. */
static void add_policy(const struct explain_input *in, const struct device *d,
		       struct causes *causes)
{
	const struct source_line *parameter = &in->around->settings[SETTING_ONLINE_AT_BOOT];
	const struct opt_str *policy = &in->s->bus.auto_online;

	if (policy->is != DAXBUS_KNOWN || !leads_to_normal(policy->v))
		return;
	cause_add_evidence(causes, MEMORY "auto_online_blocks", 0, policy->v);
	if (is_from_boot(parameter, policy->v)) {
		explain_drivers_add_line(causes, parameter);
		explain_drivers_add_line(causes, &in->around->origins[SETTING_ONLINE_AT_BOOT]);
	} else if (!parameter->file) {
		explain_drivers_add_line(causes, &in->around->settings[SETTING_BUILT_ONLINE]);
	}
	cause_set_next(causes,
		       "Run 'daxbus offline %s', then 'daxbus online --online=movable %s'; if a "
		       "block stays, boot with memhp_default_state=offline, and see "
		       "daxbus-policy.d(5).",
		       d->name.v, d->name.v);
}

/* If nothing of this did it, somebody wrote it: that the policy is another one is worth a line. */
static void add_other_policy(const struct explain_input *in, struct causes *causes)
{
	const struct opt_str *policy = &in->s->bus.auto_online;

	if (!causes->failed && !causes->items[causes->n - 1].n_evidence &&
	    policy->is == DAXBUS_KNOWN)
		cause_add_evidence(causes, MEMORY "auto_online_blocks", 0, policy->v);
}

void explain_memory_zone_normal(const struct explain_input *in, struct causes *causes)
{
	for (size_t i = 0; i < in->s->n_devices; i++) {
		const struct device *d = in->s->devices[i];
		const struct opt_u64 *n = &d->memory.kernel;

		if (!known_as(&d->mode, "kmem") || !is_known(n) || !n->v)
			continue;
		cause_add(causes, CAUSE_ZONE_NORMAL, d->name.v,
			  "%" PRIu64 " memory block%s of %s %s online in a zone of the kernel, and "
			  "may never go offline again",
			  n->v, plural(n->v), d->name.v, n->v == 1 ? "is" : "are");
		add_policy(in, d, causes);
		add_onliners(in, causes);
		add_other_policy(in, causes);
	}
}

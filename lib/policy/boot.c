/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/boot.h"

#include <errno.h>

#include "base/array.h"
#include "base/kernel-version.h"
#include "base/string.h"
#include "parsers/cmdline.h"

#define PARAMETER "memhp_default_state"

/* --- the parameter ---------------------------------------------------------------------------- */

/* The kernel ignores any other word. */
static bool is_word(const char *s)
{
	static const char *const words[] = { "offline", "online", "online_kernel",
					     "online_movable" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (streq(s, words[i]))
			return true;
	return false;
}

static int take(void *data, const char *name, char *value, const char *word _unused_)
{
	return streq(name, PARAMETER) && is_word(value) ? string_replace(data, value) : 0;
}

int policy_boot_parameter(char *cmdline, char **ret)
{
	*ret = NULL;
	return cmdline_each(cmdline, take, ret);
}

/* --- zones ------------------------------------------------------------------------------------ */

enum boot_zone {
	BOOT_OFFLINE,
	BOOT_NORMAL,
	BOOT_MOVABLE,
};

/* "online" leaves it to the kernel, which takes zone Normal for a new node. */
static enum boot_zone zone_at_boot(const char *word)
{
	if (streq(word, "online_movable"))
		return BOOT_MOVABLE;
	return streq(word, "offline") ? BOOT_OFFLINE : BOOT_NORMAL;
}

/* The kernel's zone is what the policy leaves it at, or can leave again. */
static bool is_harmless(const struct policy_section *section, enum mode mode, enum boot_zone zone)
{
	enum online online = policy_section_online(section);

	if (zone == BOOT_OFFLINE || (mode == MODE_KMEM && online == ONLINE_POLICY))
		return true;
	if (mode == MODE_KMEM && online == ONLINE_KERNEL)
		return zone == BOOT_NORMAL;
	return zone == BOOT_MOVABLE;
}

/* --- policies --------------------------------------------------------------------------------- */

static bool is_taken_by_kmem(const struct region *region)
{
	return known_as(&region->provider, "hmem") || known_as(&region->provider, "cxl");
}

static bool has_note(const struct boot_notes *notes, const char *file)
{
	for (size_t i = 0; i < notes->n; i++)
		if (streq(notes->items[i].file, file))
			return true;
	return false;
}

static int add_note(struct boot_notes *notes, const struct match_device *m, enum policy_key key,
		    enum boot_zone zone, const char *word, bool is_parameter)
{
	struct boot_note note = {
		.code = "memhp-default-state",
		.device = m->device->name.v,
		.file = m->file->path,
		.line = m->section->values[key].line ?: m->section->line,
		.hint = "Enable daxbus-policy-hold.service, or boot with " PARAMETER
			"=offline: add it to GRUB_CMDLINE_LINUX in /etc/default/grub and run "
			"'update-grub', or run 'grubby --update-kernel=ALL --args=" PARAMETER
			"=offline'.",
	};
	int r = string_format(
		&note.message,
		"%s: at boot, its memory may go online in zone %s before the policy is applied: %s is %s",
		note.device, zone == BOOT_MOVABLE ? "Movable" : "Normal, which it may never leave,",
		is_parameter ? PARAMETER " on the command line of the kernel"
			     : "auto_online_blocks",
		word);

	if (r == 0)
		r = ARRAY_PUSH(notes->items, notes->n, note);
	if (r < 0)
		free(note.message);
	return r;
}

static int check_device(struct boot_notes *notes, const struct match_device *m, const char *word,
			bool is_parameter)
{
	enum boot_zone zone = zone_at_boot(word);
	enum mode mode;

	if (!m->section || !m->device || !is_taken_by_kmem(m->region) ||
	    has_note(notes, m->file->path) || !policy_section_mode(m->section, &mode) ||
	    is_harmless(m->section, mode, zone))
		return 0;
	return add_note(notes, m,
			policy_section_has(m->section, POLICY_KEY_ONLINE) ? POLICY_KEY_ONLINE
									  : POLICY_KEY_MODE,
			zone, word, is_parameter);
}

int policy_boot_find(const struct match *match, const struct daxbus_snapshot *s,
		     const char *parameter, struct boot_notes *ret)
{
	const struct bus *bus = &s->bus;
	const char *word = parameter;
	struct boot_notes notes = { 0 };
	int r = 0;

	*ret = notes;
	if (!word && bus->auto_online.is == DAXBUS_KNOWN)
		word = bus->auto_online.v;
	if (!word || bus->kernel.is != DAXBUS_KNOWN ||
	    kernel_version_parse(bus->kernel.v) < KERNEL(6, 3, 0))
		return 0;
	for (size_t i = 0; r == 0 && i < match->n_devices; i++)
		r = check_device(&notes, &match->devices[i], word, parameter);
	if (r < 0)
		policy_boot_done(&notes);
	*ret = notes;
	return r;
}

void policy_boot_done(struct boot_notes *notes)
{
	for (size_t i = 0; i < notes->n; i++)
		free(notes->items[i].message);
	free(notes->items);
	*notes = (struct boot_notes){ 0 };
}

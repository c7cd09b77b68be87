/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>

#include "base/string.h"
#include "explain/check.h"

/* --- memory that the kernel could set aside --------------------------------------------------- */

static bool has_any_device(const struct daxbus_snapshot *s)
{
	return s->n_devices || s->n_orphans;
}

static void add_setting(const struct explain_input *in, enum surroundings_setting setting,
			struct causes *causes, const char *message)
{
	cause_add(causes, CAUSE_SOFT_RESERVE_OFF, NULL, "%s", message);
	explain_drivers_add_line(causes, &in->around->settings[setting]);
	explain_drivers_add_line(causes, &in->around->origins[setting]);
}

static bool is_set(const struct explain_input *in, enum surroundings_setting setting)
{
	return in->around->settings[setting].file;
}

void explain_firmware_soft_reserve_off(const struct explain_input *in, struct causes *causes)
{
	if (!in->everything || explain_drivers_has_provider(in->s, "hmem"))
		return;
	/* Other firmware has no special-purpose memory. */
	if (is_set(in, SETTING_NO_SOFT_RESERVE) && in->around->is_efi)
		add_setting(in, SETTING_NO_SOFT_RESERVE, causes,
			    "the kernel uses special-purpose memory as RAM, because its command "
			    "line says so");
	if (is_set(in, SETTING_NO_HMEM))
		add_setting(in, SETTING_NO_HMEM, causes,
			    "the kernel registers no soft-reserved memory, because its command "
			    "line says so");
	/* Without memory that it could be, the option matters to nobody. */
	if (is_set(in, SETTING_BUILT_SOFT_RESERVE) && in->around->is_efi && in->around->n_nodes) {
		add_setting(in, SETTING_BUILT_SOFT_RESERVE, causes,
			    "this kernel uses special-purpose memory as RAM: it was built without "
			    "the option");
		cause_set_next(causes, "Boot a kernel with CONFIG_EFI_SOFT_RESERVE.");
	}
}

void explain_firmware_unused(const struct explain_input *in, struct causes *causes)
{
	const struct opt_u64 *driver = &in->around->drivers[DRIVER_HMEM].registered;

	if (!in->everything || !in->around->has_soft_reserved || has_any_device(in->s) ||
	    !is_known(driver) || !driver->v || cause_has(causes, CAUSE_SOFT_RESERVE_OFF, NULL))
		return;
	cause_add(causes, CAUSE_SOFT_RESERVED_UNUSED, NULL,
		  "the firmware has set memory aside (Soft Reserved), but dax_hmem has no region "
		  "of it: it must start and end at multiples of 2 MiB, and not belong to CXL");
	explain_drivers_add_line(causes, &in->around->soft_reserved);
	explain_drivers_add_messages(in, causes, "hmem");
}

/* --- memory that is RAM ----------------------------------------------------------------------- */

static bool is_of_device(const struct daxbus_snapshot *s, uint64_t node)
{
	for (size_t i = 0; i < s->n_devices; i++)
		if (is_known(&s->devices[i]->target_node) && s->devices[i]->target_node.v == node)
			return true;
	for (size_t i = 0; i < s->n_orphans; i++)
		if (is_known(&s->orphans[i]->node) && s->orphans[i]->node.v == node)
			return true;
	return false;
}

static void add_plain_ram(const struct node_without_cpu *node, struct causes *causes)
{
	_cleanup_free_ char *subject = NULL, *path = NULL, *text = NULL;

	if (string_format(&subject, "node%" PRIu64, node->node) < 0 ||
	    string_format(&path, "/sys/devices/system/node/%s/meminfo", subject) < 0 ||
	    string_format(&text, "Node %" PRIu64 " MemTotal: %" PRIu64 " kB", node->node,
			  node->bytes >> 10) < 0) {
		causes->failed = true;
		return;
	}
	cause_add(causes, CAUSE_PLAIN_RAM, subject,
		  "%s has no processor, and its memory is plain RAM: firmware did not set it aside",
		  subject);
	cause_add_evidence(causes, path, 0, text);
}

/* Where there are such devices, a node of RAM beside them is as firmware meant it. */
void explain_firmware_plain_ram(const struct explain_input *in, struct causes *causes)
{
	if (!in->everything || cause_has(causes, CAUSE_SOFT_RESERVE_OFF, NULL) ||
	    explain_drivers_has_provider(in->s, "hmem") ||
	    explain_drivers_has_provider(in->s, "cxl"))
		return;
	for (size_t i = 0; i < in->around->n_nodes; i++)
		if (!is_of_device(in->s, in->around->nodes[i].node))
			add_plain_ram(&in->around->nodes[i], causes);
}

/* An empty list must not go unexplained. */
void explain_firmware_no_memory(const struct explain_input *in, struct causes *causes)
{
	if (!in->everything || has_any_device(in->s) || causes->n)
		return;
	cause_add(causes, CAUSE_NO_MEMORY, NULL,
		  "the kernel knows no memory for devices: none is soft-reserved, and there is no "
		  "CXL memory device and no device of persistent memory");
}

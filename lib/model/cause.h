/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_CAUSE_H
#define DAXBUS_MODEL_CAUSE_H

#include "base/util.h"

/*
 * Why there is no device, or a device is not as it is wanted: what 'daxbus explain' finds, the
 * weightiest first. A row has a stable word for scripts, the function of lib/explain that finds
 * it, and what to do next, in which {} stands for the subject. A word that is also the code of a
 * refusal (reason.h) means the same. Add rows; never change the words.
 */
/* clang-format off */
#define CAUSES(row)                                                                             \
	row(CAUSE_NO_BUS, "no-bus-driver", explain_drivers_no_bus,                                                  \
	    "Boot a kernel of Linux 5.1 or later that has CONFIG_DAX.")                           \
	row(CAUSE_SOFT_RESERVE_OFF, "soft-reserve-off", explain_firmware_soft_reserve_off,        \
	    "Remove that parameter from the kernel's command line, and reboot.")                  \
	row(CAUSE_BLACKLISTED, "module-blacklisted", explain_drivers_blacklisted,                               \
	    "Remove that line, and run 'modprobe {}'.")                                           \
	row(CAUSE_NOT_BUILT, "no-driver", explain_drivers_not_built,                                            \
	    "Install the modules of the running kernel, or boot a kernel that has the driver.")   \
	row(CAUSE_NOT_LOADED, "module-not-loaded", explain_drivers_not_loaded,                                  \
	    "Run 'modprobe {}'.")                                                                 \
	row(CAUSE_SOFT_RESERVED_UNUSED, "soft-reserved-unused", explain_firmware_unused,          \
	    "See the messages of the kernel ('dmesg | grep -i hmem').")                           \
	row(CAUSE_CXL_REGION, "cxl-region-inactive", explain_cxl_region,                          \
	    "Run 'daxbus destroy {}' and create it again: 'daxbus create --memdev=MEMDEV'.")      \
	row(CAUSE_CXL_CARD, "cxl-no-region", explain_cxl_card,                                    \
	    "Run 'daxbus create --memdev={}'.")                                                   \
	row(CAUSE_PLAIN_RAM, "plain-ram", explain_firmware_plain_ram,                             \
	    "Set the firmware option that reserves it for special purpose (EFI_MEMORY_SP, SPM).") \
	row(CAUSE_STUCK, "stuck-until-reboot", explain_device_stuck,                                           \
	    "Reboot; nothing else frees this memory.")                                            \
	row(CAUSE_ORPHAN, "orphan", explain_device_orphan,                                                     \
	    "Run 'daxbus offline {}' to take it out of use; only a reboot frees it.")             \
	row(CAUSE_PARTIAL, "partial", explain_device_partial,                                                  \
	    "Keep it bound until the next reboot.")                                               \
	row(CAUSE_MISALIGNED, "misaligned", explain_device_misaligned,                                         \
	    "Create it again at an aligned address: 'daxbus destroy {}', 'daxbus create'.")       \
	row(CAUSE_PHANTOM, "phantom", explain_device_phantom,                                                  \
	    "Use the device that it duplicates.")                                                 \
	row(CAUSE_CLASS_DEVICE, "class-device", explain_device_class_device,                                   \
	    "Run 'daxbus reconfigure --mode=devdax {}' to move it to the bus.")                   \
	row(CAUSE_EMPTY_DEVICE, "empty-device", explain_device_empty_device,                                   \
	    "Run 'daxbus resize --size=SIZE {}'.")                                                \
	row(CAUSE_NO_TARGET_NODE, "no-target-node", explain_device_no_target_node,                             \
	    "Ask the vendor for firmware tables (SRAT) that assign a node to this memory.")       \
	row(CAUSE_TOO_SMALL, "too-small", explain_device_too_small,                                            \
	    "Enlarge it, or create it again aligned to memory blocks.")                           \
	row(CAUSE_ALIGNMENT_LOSS, "alignment-loss", explain_memory_alignment_loss,                \
	    "Create it again at addresses that are multiples of the memory block size.")          \
	row(CAUSE_ZONE_NORMAL, "zone-normal", explain_memory_zone_normal,                         \
	    "Run 'daxbus offline {}', then 'daxbus online --online=movable {}'.")                 \
	row(CAUSE_UNBOUND, "unbound", explain_device_unbound,                                                  \
	    "Run 'daxbus reconfigure --mode=kmem {}' or '--mode=devdax'.")                        \
	row(CAUSE_NO_MEMORY, "no-dax-memory", explain_firmware_no_memory,                         \
	    "See the settings of firmware for CXL, persistent and special-purpose memory.")       \
	row(CAUSE_CONTAINER, "container", explain_device_container,                               \
	    "Run daxbus on the host, outside of the container.")                                  \
	row(CAUSE_NOT_ROOT, "not-root", explain_device_not_root,                                               \
	    "Run it again as root.")
/* clang-format on */

#define CAUSE_NAME(name, word, check, next) name,
enum cause_code { CAUSES(CAUSE_NAME) _CAUSE_MAX };

/*
 * struct cause_evidence - where it can be seen
 * @file: path of a file; "kernel" for a message of the kernel
 * @line: line of a configuration file, from 1; 0: none
 * @text: that line, the value of the file, or the name in a directory; NULL: it does not exist
 */
struct cause_evidence {
	char *file;
	unsigned int line;
	char *text;
};

/*
 * struct cause - a cause
 * @word: the word of its row
 * @subject: what it is about: a device, a module, a CXL region or memory device, a range, a node;
 *           NULL: the machine
 * @message: a sentence without a period
 * @next: the next step, a sentence
 */
struct cause {
	enum cause_code code;
	const char *word;
	char *subject;
	char *message;
	char *next;
	struct cause_evidence *evidence;
	size_t n_evidence;
};

/* @failed is set if memory ran out, so that the functions below need not be checked. */
struct causes {
	struct cause *items;
	size_t n;
	bool failed;
};

/* Add a cause, with the next step of its row. @subject may be NULL. */
void cause_add(struct causes *causes, enum cause_code code, const char *subject, const char *format,
	       ...) _format_(4, 5);
/* Add evidence to the last one. */
void cause_add_evidence(struct causes *causes, const char *file, unsigned int line,
			const char *text);
/* Set another next step of the last one. */
void cause_set_next(struct causes *causes, const char *format, ...) _format_(2, 3);
bool cause_has(const struct causes *causes, enum cause_code code, const char *subject);
void causes_done(struct causes *causes);

#endif

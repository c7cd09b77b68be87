/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_REASON_H
#define DAXBUS_MODEL_REASON_H

#include "base/util.h"

/*
 * Why a device was refused, or a change failed: a stable word for scripts, whether --force passes
 * over it (never where memory or data would be lost), and what to do next. Rows are added, never
 * changed.
 */
/* clang-format off */
#define CODES(row)                                                                              \
	/* refusals */                                                                          \
	row(CODE_CLASS_DEVICE, "class-device", false,                                           \
	    "'daxbus reconfigure --mode=devdax' brings it from /sys/class/dax to the bus.")      \
	row(CODE_EMPTY_DEVICE, "empty-device", false,                                           \
	    "Its size is 0; give it a size first.")                                             \
	row(CODE_PHANTOM, "phantom", false,                                                     \
	    "It duplicates another device; use that one.")                                      \
	row(CODE_STUCK, "stuck-until-reboot", false,                                            \
	    "Reboot; nothing else gives this memory back.")                                     \
	row(CODE_PARTIAL, "partial", false,                                                     \
	    "Keep it bound until the next reboot: this kernel may crash when it is unbound.")   \
	row(CODE_MISALIGNED, "misaligned", false,                                               \
	    "Create the device again at an aligned address, or with a smaller alignment.")      \
	row(CODE_RANGE_HELD, "range-held", false,                                               \
	    "See /proc/iomem for what holds the range, and release that first.")                \
	row(CODE_STALE_PAGE_MAP, "stale-page-map", false,                                       \
	    "Destroy the device and create it again, or reload its provider.")                  \
	row(CODE_NO_TARGET_NODE, "no-target-node", false,                                       \
	    "The firmware's tables (SRAT) do not say which node this memory is; ask its vendor.") \
	row(CODE_TOO_SMALL, "too-small", false,                                                 \
	    "Make the device larger, or align it to memory blocks.")                            \
	row(CODE_ALIGNMENT_LOSS, "alignment-loss", true,                                        \
	    "Use --force to go on all the same.")                                               \
	row(CODE_NO_ROOM_FOR_PAGE_MAP, "no-room-for-page-map", false,                           \
	    "Free memory first, or use --memmap-on-memory=yes.")                                \
	row(CODE_NO_ROOM_ELSEWHERE, "no-room-elsewhere", false,                                 \
	    "Stop what uses the memory, or bring other memory online first.")                   \
	row(CODE_MEMORY_ONLINE, "memory-online", false,                                         \
	    "Take its memory offline first ('daxbus offline'), or use 'daxbus reconfigure'.")   \
	row(CODE_DEVICE_HELD, "device-held", true,                                              \
	    "Stop these processes, or use --force: they get SIGBUS when they touch it again.")  \
	row(CODE_FOREIGN_DRIVER, "foreign-driver", true,                                        \
	    "Stop what uses it through that driver, then use --force.")                         \
	row(CODE_NOT_KMEM, "not-kmem", false,                                                   \
	    "Bring it into kmem first ('daxbus reconfigure --mode=kmem').")                     \
	row(CODE_UNPLUGGED, "unplugged", false,                                                 \
	    "Bring all of it online ('daxbus online' without --size).")                         \
	row(CODE_BAD_SIZE, "bad-size", false,                                                   \
	    "Give a size that is such a multiple, and that the device has.")                     \
	row(CODE_STATIC_REGION, "static-region", false,                                         \
	    "What makes a device there is a namespace: see ndctl-create-namespace(1).")         \
	row(CODE_NO_ROOM, "no-room", false,                                                     \
	    "See 'daxbus list --regions' for what is free; destroy or shrink another device.")  \
	row(CODE_BAD_ALIGN, "bad-align", false,                                                 \
	    "Use a smaller alignment, or create the device anew where it fits.")                \
	row(CODE_BAD_MAPPING, "bad-mapping", false,                                             \
	    "Give ranges that are free, in multiples of the alignment.")                        \
	row(CODE_NO_REGION, "no-region", false,                                                 \
	    "See 'daxbus list --regions': regions move with hardware, firmware and kernel.")    \
	row(CODE_LAYOUT_REFUSED, "layout-refused", true,                                        \
	    "Make room for what is refused, take it out of the layout, or use --force.")        \
	row(CODE_DATA_LOSS, "data-loss", true,                                                  \
	    "Save what is in it, then use --force.")                                            \
	row(CODE_NAMESPACE_IN_USE, "namespace-in-use", false,                                   \
	    "See 'ndctl list -N' for what it is; daxbus only touches namespaces in devdax mode.") \
	row(CODE_NOT_FOR_REGION, "not-for-region", false,                                       \
	    "Leave that option out.")                                                           \
	row(CODE_READ_ONLY, "read-only", false,                                                 \
	    "See 'ndctl list -R'; the NVDIMM or its firmware protects it.")                     \
	row(CODE_NO_PROVIDER, "no-provider", false,                                             \
	    "Bind the region's parent to its driver again.")                                    \
	row(CODE_NO_DRIVER, "no-driver", false,                                                 \
	    "Install the modules of the running kernel, or boot one that has it.")              \
	row(CODE_NO_MODULES, "no-modules", false,                                               \
	    "Install the modules of a kernel there, or name another root.")                     \
	row(CODE_MODULE_BLACKLISTED, "module-blacklisted", true,                                \
	    "Take it out of modprobe.d, or use --force.")                                       \
	row(CODE_NO_MEMMAP_ON_MEMORY, "no-memmap-on-memory", false,                             \
	    "Boot with memory_hotplug.memmap_on_memory=1, on kernel 6.9 or later.")             \
	row(CODE_NO_COMPAT, "no-compat-driver", false,                                          \
	    "/sys/class/dax is gone since 5.17; move its users to /sys/bus/dax.")               \
	row(CODE_UNKNOWN_STATE, "unknown-state", false,                                         \
	    "Run as root, and see 'daxbus list --verbose' for what cannot be read.")            \
	row(CODE_RECOVER_FIRST, "recover-first", false,                                         \
	    "Remove the cause and run 'daxbus recover', or give up with its --forget.")         \
	row(CODE_NO_BUS, "no-bus-driver", false,                                                \
	    "Install a kernel that has /sys/bus/dax: Linux 5.1 or later.")                      \
	row(CODE_NOT_OURS, "file-not-ours", false,                                              \
	    "Look at the file; move or remove it, and try again.")                              \
	row(CODE_CLASS_USERS, "class-users", true,                                              \
	    "Mend or stop what 'daxbus migrate scan' shows, or use --force.")                   \
	row(CODE_MODPROBE_CONFLICT, "modprobe-conflict", true,                                  \
	    "Take that line out of modprobe.d; see 'daxbus migrate status'.")                   \
	/* failures */                                                                          \
	row(CODE_BLOCK_BUSY, "block-busy", false,                                               \
	    "Stop or move what uses the memory, and try again; else reboot.")                   \
	row(CODE_ONLINE_REFUSED, "online-refused", false,                                       \
	    "See the kernel's messages; free memory, and try again.")                           \
	row(CODE_WRONG_ZONE, "wrong-zone", false,                                               \
	    "Something else brought it online; see udev rules and auto_online_blocks.")         \
	row(CODE_BIND_FAILED, "bind-failed", false,                                             \
	    "See the kernel's messages.")                                                       \
	row(CODE_NO_LIBRARY, "no-library", false,                                               \
	    "Install libndctl and libdaxctl.")                                                  \
	row(CODE_MODULE_FAILED, "module-failed", false,                                         \
	    "See the kernel's messages.")                                                       \
	row(CODE_WRITE_FAILED, "write-failed", false,                                           \
	    "See the kernel's messages, and try again.")                                        \
	row(CODE_RACED, "raced", false,                                                         \
	    "Something else changed the device meanwhile; see who, and try again.")             \
	row(CODE_NOT_VERIFIED, "not-verified", false,                                           \
	    "The kernel took the write, and did not do it; see its messages.")                  \
	row(CODE_JOURNAL_FAILED, "journal-failed", false,                                       \
	    "See that /run/daxbus can be written.")                                             \
	row(CODE_INTERRUPTED, "interrupted", false, NULL)                                       \
	row(CODE_VANISHED, "vanished", false, NULL)
/* clang-format on */

#define CODE_NAME(name, word, force, hint) name,
enum code { CODE_NONE, CODES(CODE_NAME) _CODE_MAX };

/* Its word; NULL for CODE_NONE. */
const char *code_word(enum code code);
bool code_is_forceable(enum code code);
/* The sentence that says what to do next, or NULL. */
const char *code_hint(enum code code);

#endif

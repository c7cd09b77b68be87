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
#define REASONS(row)                                                                              \
	/* refusals */                                                                          \
	row(REASON_CLASS_DEVICE, "class-device", false,                                           \
	    "'daxbus reconfigure --mode=devdax' brings it from /sys/class/dax to the bus.")      \
	row(REASON_EMPTY_DEVICE, "empty-device", false,                                           \
	    "Its size is 0; give it a size first.")                                             \
	row(REASON_PHANTOM, "phantom", false,                                                     \
	    "It duplicates another device; use that one.")                                      \
	row(REASON_STUCK, "stuck-until-reboot", false,                                            \
	    "Reboot; nothing else gives this memory back.")                                     \
	row(REASON_PARTIAL, "partial", false,                                                     \
	    "Keep it bound until the next reboot: this kernel may crash when it is unbound.")   \
	row(REASON_MISALIGNED, "misaligned", false,                                               \
	    "Create the device again at an aligned address, or with a smaller alignment.")      \
	row(REASON_RANGE_HELD, "range-held", false,                                               \
	    "See /proc/iomem for what holds the range, and release that first.")                \
	row(REASON_STALE_MEMMAP, "stale-memmap", false,                                           \
	    "Destroy the device and create it again, or reload its provider.")                  \
	row(REASON_NO_TARGET_NODE, "no-target-node", false,                                       \
	    "The firmware's tables (SRAT) do not say which node this memory is; ask its vendor.") \
	row(REASON_TOO_SMALL, "too-small", false,                                                 \
	    "Make the device larger, or align it to memory blocks.")                            \
	row(REASON_ALIGNMENT_LOSS, "alignment-loss", true,                                        \
	    "Use --force to go on all the same.")                                               \
	row(REASON_NO_ROOM_FOR_MEMMAP, "no-room-for-memmap", false,                               \
	    "Free memory first, or use --memmap-on-memory=yes.")                                \
	row(REASON_NO_ROOM_ELSEWHERE, "no-room-elsewhere", false,                                 \
	    "Stop what uses the memory, or bring other memory online first.")                   \
	row(REASON_MEMORY_ONLINE, "memory-online", false,                                         \
	    "Take its memory offline first ('daxbus offline'), or use 'daxbus reconfigure'.")   \
	row(REASON_DEVICE_HELD, "device-held", true,                                              \
	    "Stop these processes, or use --force: they get SIGBUS when they touch it again.")  \
	row(REASON_MEMORY_HELD, "memory-held", false,                                             \
	    "Stop these processes; --force does not override this.")                              \
	row(REASON_FOREIGN_DRIVER, "foreign-driver", true,                                        \
	    "Stop what uses it through that driver, then use --force.")                         \
	row(REASON_ND_DRIVER, "wrong-nd-driver", false,                                           \
	    "Bind its nd device to that driver in /sys/bus/nd/drivers first.")                    \
	row(REASON_NOT_KMEM, "not-kmem", false,                                                   \
	    "Bring it into kmem first ('daxbus reconfigure --mode=kmem').")                     \
	row(REASON_UNPLUGGED, "unplugged", false,                                                 \
	    "Bring all of it online ('daxbus online' without --size).")                         \
	row(REASON_BAD_SIZE, "bad-size", false,                                                   \
	    "Give a size that is such a multiple, and that the device has.")                     \
	row(REASON_STATIC_REGION, "static-region", false,                                         \
	    "What makes a device there is a namespace: see ndctl-create-namespace(1).")         \
	row(REASON_NO_ROOM, "no-room", false,                                                     \
	    "See 'daxbus list --regions' for what is free; destroy or shrink another device.")  \
	row(REASON_BAD_ALIGN, "bad-align", false,                                                 \
	    "Use a smaller alignment, or create the device anew where it fits.")                \
	row(REASON_BAD_MAPPING, "bad-mapping", false,                                             \
	    "Give ranges that are free, in multiples of the alignment.")                        \
	row(REASON_NO_REGION, "no-region", false,                                                 \
	    "See 'daxbus list --regions': regions move with hardware, firmware and kernel.")    \
	row(REASON_LAYOUT_REFUSED, "layout-refused", true,                                        \
	    "Make room for what is refused, take it out of the layout, or use --force.")        \
	row(REASON_DATA_LOSS, "data-loss", true,                                                  \
	    "Save what is in it, then use --force.")                                            \
	row(REASON_NAMESPACE_IN_USE, "namespace-in-use", false,                                   \
	    "See 'ndctl list -N' for what it is; daxbus only touches namespaces in devdax mode.") \
	row(REASON_NOT_FOR_REGION, "not-for-region", false,                                       \
	    "Leave that option out.")                                                           \
	row(REASON_READ_ONLY, "read-only", false,                                                 \
	    "See 'ndctl list -R'; the NVDIMM or its firmware protects it.")                     \
	row(REASON_NO_PROVIDER, "no-provider", false,                                             \
	    "Bind the region's parent to its driver again.")                                    \
	row(REASON_NO_DRIVER, "no-driver", false,                                                 \
	    "Install the modules of the running kernel, or boot one that has it.")              \
	row(REASON_NO_MODULES, "no-modules", false,                                               \
	    "Install the modules of a kernel there, or name another root.")                     \
	row(REASON_MODULE_BLACKLISTED, "module-blacklisted", true,                                \
	    "Take it out of modprobe.d, or use --force.")                                       \
	row(REASON_NO_MEMMAP_ON_MEMORY, "no-memmap-on-memory", false,                             \
	    "Boot with memory_hotplug.memmap_on_memory=1, on kernel 6.9 or later.")             \
	row(REASON_NO_COMPAT, "no-compat-driver", false,                                          \
	    "/sys/class/dax is gone since 5.17; move its users to /sys/bus/dax.")               \
	row(REASON_UNKNOWN_STATE, "unknown-state", false,                                         \
	    "Run as root, and see 'daxbus list --verbose' for what cannot be read.")            \
	row(REASON_RECOVER_FIRST, "recover-first", false,                                         \
	    "Remove the cause and run 'daxbus recover', or give up with its --forget.")         \
	row(REASON_NO_BUS, "no-bus-driver", false,                                                \
	    "Install a kernel that has /sys/bus/dax: Linux 5.1 or later.")                      \
	row(REASON_NOT_OURS, "file-not-ours", false,                                              \
	    "Look at the file; move or remove it, and try again.")                              \
	row(REASON_CLASS_USERS, "class-users", true,                                              \
	    "Mend or stop what 'daxbus migrate scan' shows, or use --force.")                   \
	row(REASON_MODPROBE_CONFLICT, "modprobe-conflict", true,                                  \
	    "Take that line out of modprobe.d; see 'daxbus migrate status'.")                   \
	/* failures */                                                                          \
	row(REASON_BLOCK_BUSY, "block-busy", false,                                               \
	    "Stop or move what uses the memory, and try again; else reboot.")                   \
	row(REASON_ONLINE_REFUSED, "online-refused", false,                                       \
	    "See the kernel's messages; free memory, and try again.")                           \
	row(REASON_WRONG_ZONE, "wrong-zone", false,                                               \
	    "Something else brought it online; see udev rules and auto_online_blocks.")         \
	row(REASON_BIND_FAILED, "bind-failed", false,                                             \
	    "See the kernel's messages.")                                                       \
	row(REASON_NO_LIBRARY, "no-library", false,                                               \
	    "Install libndctl and libdaxctl.")                                                  \
	row(REASON_MODULE_FAILED, "module-failed", false,                                         \
	    "See the kernel's messages.")                                                       \
	row(REASON_WRITE_FAILED, "write-failed", false,                                           \
	    "See the kernel's messages, and try again.")                                        \
	row(REASON_RACED, "raced", false,                                                         \
	    "Something else changed the device meanwhile; see who, and try again.")             \
	row(REASON_NOT_VERIFIED, "not-verified", false,                                           \
	    "The kernel took the write, and did not do it; see its messages.")                  \
	row(REASON_JOURNAL_FAILED, "journal-failed", false,                                       \
	    "See that /run/daxbus can be written.")                                             \
	row(REASON_INTERRUPTED, "interrupted", false, NULL)                                       \
	row(REASON_VANISHED, "vanished", false, NULL)
/* clang-format on */

#define REASON_NAME(name, word, force, hint) name,
enum reason { REASON_NONE, REASONS(REASON_NAME) _REASON_MAX };

/* Its word; NULL for REASON_NONE. */
const char *reason_word(enum reason code);
/* Whether @force, the setting of a request, overrides the refusal. */
bool reason_is_overridden(enum reason code, bool force);
/* The sentence that says what to do next, or NULL. */
const char *reason_hint(enum reason code);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_REASON_H
#define DAXBUS_MODEL_REASON_H

#include "base/error.h"

/*
 * Why a request was refused, or a change failed: a stable word for scripts, whether --force
 * overrides it (never if memory or data of others would be lost), and an imperative sentence that
 * says what to do next. Add rows; never change them.
 */
/* clang-format off */
#define REASONS(row)                                                                              \
	/* refusals */                                                                          \
	row(REASON_CLASS_DEVICE, "class-device", false,                                           \
	    "Use 'daxbus reconfigure --mode=devdax' to move it from /sys/class/dax to the bus.")  \
	row(REASON_EMPTY_DEVICE, "empty-device", false,                                           \
	    "Give it a size first ('daxbus resize').")                                            \
	row(REASON_PHANTOM, "phantom", false,                                                     \
	    "Use the device that it duplicates.")                                                 \
	row(REASON_STUCK, "stuck-until-reboot", false,                                            \
	    "Reboot; nothing else frees this memory.")                                            \
	row(REASON_PARTIAL, "partial", false,                                                     \
	    "Keep it bound until the next reboot.")                                               \
	row(REASON_MISALIGNED, "misaligned", false,                                               \
	    "Create the device again at an aligned address, or with a smaller alignment.")        \
	row(REASON_RANGE_HELD, "range-held", false,                                               \
	    "Look up the owner of the range in /proc/iomem, and release the range first.")        \
	row(REASON_STALE_MEMMAP, "stale-memmap", false,                                           \
	    "Destroy the device and create it again, or reload its provider.")                  \
	row(REASON_NO_TARGET_NODE, "no-target-node", false,                                       \
	    "Ask the vendor for firmware tables (SRAT) that assign a node to this memory.")       \
	row(REASON_TOO_SMALL, "too-small", false,                                                 \
	    "Enlarge the device, or create it again aligned to memory blocks.")                   \
	row(REASON_ALIGNMENT_LOSS, "alignment-loss", true,                                        \
	    "Align the device to memory blocks, or use --force to continue.")                     \
	row(REASON_NO_ROOM_FOR_MEMMAP, "no-room-for-memmap", false,                               \
	    "Free memory first, or use --memmap-on-memory=yes (Linux 6.9 or later).")             \
	row(REASON_NO_ROOM_ELSEWHERE, "no-room-elsewhere", false,                                 \
	    "Stop programs that use the memory, or bring other memory online first.")             \
	row(REASON_MEMORY_ONLINE, "memory-online", false,                                         \
	    "Take its memory offline first ('daxbus offline'), or use 'daxbus reconfigure'.")   \
	row(REASON_DEVICE_HELD, "device-held", true,                                              \
	    "Stop these processes, or use --force: they get SIGBUS when they access it again.")   \
	row(REASON_MEMORY_HELD, "memory-held", false,                                             \
	    "Stop these processes; --force does not override this.")                              \
	row(REASON_HOLDERS_UNKNOWN, "holders-unknown", true,                                      \
	    "Run daxbus on the host, outside of containers; or use --force: users are killed.")   \
	row(REASON_NODE_BOUND, "node-bound", true,                                                \
	    "Move them to a cpuset with other nodes (cpuset.mems), or stop them; or use --force.") \
	row(REASON_FOREIGN_DRIVER, "foreign-driver", true,                                        \
	    "Stop what uses it through that driver, then use --force.")                           \
	row(REASON_ND_DRIVER, "wrong-nd-driver", false,                                           \
	    "Bind its nd device to that driver in /sys/bus/nd/drivers first.")                    \
	row(REASON_NOT_KMEM, "not-kmem", false,                                                   \
	    "Bring it into kmem first ('daxbus reconfigure --mode=kmem').")                     \
	row(REASON_UNPLUGGED, "unplugged", false,                                                 \
	    "Bring all of it online ('daxbus online' without --size).")                         \
	row(REASON_BAD_SIZE, "bad-size", false,                                                   \
	    "Use a size that is such a multiple and that fits.")                                  \
	row(REASON_STATIC_REGION, "static-region", false,                                         \
	    "Create or delete a namespace instead: see ndctl-create-namespace(1).")               \
	row(REASON_NO_ROOM, "no-room", false,                                                     \
	    "See 'daxbus list --regions' for free memory; destroy or shrink another device.")     \
	row(REASON_BAD_ALIGN, "bad-align", false,                                                 \
	    "Use a smaller alignment, or create the device again where it fits.")                 \
	row(REASON_BAD_MAPPING, "bad-mapping", false,                                             \
	    "Use ranges that are free, in multiples of the alignment.")                           \
	row(REASON_NO_REGION, "no-region", false,                                                 \
	    "See 'daxbus list --regions': hardware, firmware and kernel can renumber regions.")   \
	row(REASON_LAYOUT_REFUSED, "layout-refused", true,                                        \
	    "Make room for the refused devices, remove them from the layout, or use --force.")    \
	row(REASON_DATA_LOSS, "data-loss", true,                                                  \
	    "Save the data, then use --force.")                                                   \
	row(REASON_NAMESPACE_IN_USE, "namespace-in-use", false,                                   \
	    "See 'ndctl list -N' for its use; daxbus only changes namespaces in devdax mode.")    \
	row(REASON_NOT_FOR_REGION, "not-for-region", false,                                       \
	    "Omit that option.")                                                                  \
	row(REASON_READ_ONLY, "read-only", false,                                                 \
	    "See 'ndctl list -R'; the NVDIMM or its firmware write-protects it.")                 \
	row(REASON_NO_MEMDEV, "no-memdev", false,                                                 \
	    "See /sys/bus/cxl/devices for memory devices, and load cxl_acpi, cxl_pci and cxl_mem.")  \
	row(REASON_NO_VOLATILE, "no-volatile-memory", false,                                      \
	    "Use another memory device, or partition this one: see cxl-set-partition(1).")        \
	row(REASON_NO_WINDOW, "no-window", false,                                                 \
	    "Ask firmware for a window (CFMWS) for volatile memory over these memory devices.")   \
	row(REASON_BAD_INTERLEAVE, "bad-interleave", false,                                       \
	    "Use another number of memory devices, or another --granularity.")                    \
	row(REASON_NO_DECODER, "no-decoder", false,                                               \
	    "Destroy another region of that memory device.")                                      \
	row(REASON_DECODER_ORDER, "decoder-order", false,                                         \
	    "Destroy the region that was created later first.")                                   \
	row(REASON_UNCOMMITTED_DECODER, "uncommitted-decoder", false,                             \
	    "Commit or destroy that region, or free the decoder: see cxl-free-dpa(1).")           \
	row(REASON_LOCKED_DECODER, "locked-decoder", false,                                       \
	    "Change the CXL settings of firmware: the hardware keeps a locked decoder until reset.") \
	row(REASON_FIRMWARE_REGION, "firmware-region", false,                                     \
	    "Change the CXL settings of firmware; use 'daxbus reconfigure' for another mode.")  \
	row(REASON_NO_PROVIDER, "no-provider", false,                                             \
	    "Bind the parent device of the region to its driver again.")                          \
	row(REASON_NO_DRIVER, "no-driver", false,                                                 \
	    "Install the modules of the running kernel, or boot a kernel that has the driver.")   \
	row(REASON_NO_MODULES, "no-modules", false,                                               \
	    "Install the modules of a kernel there, or use another root directory.")              \
	row(REASON_MODULE_BLACKLISTED, "module-blacklisted", true,                                \
	    "Remove the line from modprobe.d or the kernel command line, or use --force.")        \
	row(REASON_NO_MEMMAP_ON_MEMORY, "no-memmap-on-memory", false,                             \
	    "Boot Linux 6.9 or later with memory_hotplug.memmap_on_memory=1.")                    \
	row(REASON_NO_COMPAT, "no-compat-driver", false,                                          \
	    "Move the users of /sys/class/dax to /sys/bus/dax: Linux 5.17 removed the class.")    \
	row(REASON_UNKNOWN_STATE, "unknown-state", false,                                         \
	    "Run as root; see 'daxbus list --verbose' for values that cannot be read.")           \
	row(REASON_RECOVER_FIRST, "recover-first", false,                                         \
	    "Remove the cause and run 'daxbus recover', or give up with 'daxbus recover --forget'.") \
	row(REASON_PLAN_CHANGED, "plan-changed", false,                                           \
	    "Plan again, and look at the new plan.")                                            \
	row(REASON_LOCKED, "locked", false,                                                       \
	    "Wait until the other process has finished, or use --wait.")                        \
	row(REASON_SYSFS_READ_ONLY, "sysfs-read-only", false,                                     \
	    "Run daxbus outside of the container, or without ProtectKernelTunables= of its unit.") \
	row(REASON_NO_BUS, "no-bus-driver", false,                                                \
	    "Install a kernel that has /sys/bus/dax: Linux 5.1 or later.")                      \
	row(REASON_NOT_OURS, "file-not-ours", false,                                              \
	    "Check the file; move or remove it, and try again.")                                  \
	row(REASON_CLASS_USERS, "class-users", true,                                              \
	    "Fix or stop the users that 'daxbus migrate scan' shows, or use --force.")            \
	row(REASON_POLICY_BROKEN, "policy-broken", false,                                         \
	    "See 'daxbus policy check' for the line, and fix or remove the file.")                \
	row(REASON_POLICY_NOT_OURS, "policy-not-ours", true,                                      \
	    "Check the file; move or remove it, or use --force to replace it.")                   \
	row(REASON_POLICY_EXISTS, "policy-exists", false,                                         \
	    "Change or remove that policy, which 'daxbus policy show' prints.")                   \
	row(REASON_POLICY_AMBIGUOUS, "policy-ambiguous", false,                                   \
	    "Make the section [Match] more specific, or add Multiple=yes to it.")                 \
	row(REASON_ON_TRIAL, "on-trial", false,                                                   \
	    "Run 'daxbus policy confirm' to keep them, or 'daxbus recover' to undo them.")        \
	row(REASON_CHANGED_SINCE, "changed-since", true,                                          \
	    "See 'daxbus history' and 'daxbus list', or use --force to restore the state.")      \
	row(REASON_STATE_LOST, "state-lost", false,                                               \
	    "See 'daxbus history --json' for what it was.")                                       \
	row(REASON_LEASED, "leased", false,                                                       \
	    "Wait until the program that has leased the device ends.")                            \
	row(REASON_MODPROBE_CONFLICT, "modprobe-conflict", true,                                  \
	    "Remove that line from modprobe.d (see 'daxbus migrate status'), or use --force.")                     \
	/* failures */                                                                          \
	row(REASON_BLOCK_BUSY, "block-busy", false,                                               \
	    "Stop or move the users of the memory, and try again; otherwise reboot.")             \
	row(REASON_BLOCK_PINNED, "block-pinned", false,                                           \
	    "Stop the programs that hold the memory, or wait longer for them with --timeout.")    \
	row(REASON_BLOCK_POISONED, "block-poisoned", false,                                       \
	    "See the messages of the kernel; replace the memory that is broken.")                 \
	row(REASON_ONLINE_REFUSED, "online-refused", false,                                       \
	    "See the messages of the kernel; free memory, and try again.")                        \
	row(REASON_WRONG_ZONE, "wrong-zone", false,                                               \
	    "Check udev rules and auto_online_blocks for what else brings memory online.")        \
	row(REASON_BIND_FAILED, "bind-failed", false,                                             \
	    "See the messages of the kernel.")                                                    \
	row(REASON_NO_LIBRARY, "no-library", false,                                               \
	    "Install libndctl and libdaxctl.")                                                  \
	row(REASON_MODULE_FAILED, "module-failed", false,                                         \
	    "See the messages of the kernel.")                                                    \
	row(REASON_NODE_FAILED, "node-failed", false,                                             \
	    "Check the user, the group and the link that the policy names.")                      \
	row(REASON_OTHERS_FAILED, "others-failed", false,                                         \
	    "See the result of the other device, remove the cause, and try again.")               \
	row(REASON_NOT_CONFIRMED, "not-confirmed", false,                                         \
	    "Try again and confirm in time, or use 'daxbus policy apply'.")                       \
	row(REASON_WRITE_FAILED, "write-failed", false,                                           \
	    "See the messages of the kernel, and try again.")                                     \
	row(REASON_RACED, "raced", false,                                                         \
	    "Find out which program changed the device meanwhile, and try again.")                \
	row(REASON_NOT_VERIFIED, "not-verified", false,                                           \
	    "See the messages of the kernel: it accepted the write without effect.")              \
	row(REASON_JOURNAL_FAILED, "journal-failed", false,                                       \
	    "Make sure that /run/daxbus is writable.")                                            \
	row(REASON_INTERRUPTED, "interrupted", false, NULL)                                       \
	row(REASON_VANISHED, "vanished", false, NULL)
/* clang-format on */

#define REASON_NAME(name, word, force, hint) name,
enum reason { REASON_NONE, REASONS(REASON_NAME) _REASON_MAX };

/* Its word; NULL for REASON_NONE. */
const char *reason_word(enum reason code);
/* error_set() with the word of a reason. Return: @r; -ENOMEM. */
int reason_fail(struct daxbus_error *err, int r, enum reason code, const char *format, ...)
	_format_(4, 5);
/* Whether @force, the setting of a request, overrides the refusal. */
bool reason_is_overridden(enum reason code, bool force);
/* What replaces @held, why a device is not taken from its users, where users cannot be seen. */
enum reason reason_if_hidden(enum reason held);
/* The hint, or NULL. */
const char *reason_hint(enum reason code);

#endif

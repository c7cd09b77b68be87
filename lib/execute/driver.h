/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_DRIVER_H
#define DAXBUS_EXECUTE_DRIVER_H

#include "execute/executor.h"

/*
 * Devices and drivers. Binding by name has two traps, which this file handles: a write to
 * new_id also probes every other device on the bus that the driver matches and that has no driver;
 * and kmem can be unbound at any time, but leaves memory that is online behind.
 */

#define DRIVERS_PATH "/sys/bus/dax/drivers"

/* The driver that the device is bound to; NULL for none. Return: 0; -ENODEV when it is gone; errno.
 */
int driver_read(const struct executor *p, char **ret) _must_check_;

/* Whether the device does not exist any more. */
bool driver_device_is_gone(const struct executor *p);

/* driver_read() with a message about the failure. */
int driver_look(const struct executor *p, char **ret, struct failure *failure) _must_check_;

/* Let @driver match the device by its name, and unbind other devices that it bound. */
int driver_add_id(struct executor *p, const char *driver, struct failure *failure) _must_check_;
int driver_remove_id(struct executor *p, const char *driver, struct failure *failure) _must_check_;

/*
 * Bind the device, which has no driver, and read back that it is. Where the kernel says that the
 * driver does not match, its name is written to new_id. @driver NULL: to the driver that the kernel
 * chooses.
 */
int driver_bind(struct executor *p, const char *driver, struct failure *failure) _must_check_;

/*
 * Unbind the device from @driver, and read back that its memory has gone. Refuses while memory is
 * online or driver_check_unused() fails, even if it was not in use when last checked. An undo goes
 * on where the users cannot be determined.
 */
int driver_unbind(struct executor *p, const char *driver, struct failure *failure) _must_check_;

/*
 * Refuse while a process has the device open or mapped, or when that cannot be determined:
 * unbinding takes the device away from its users. @p->force overrides this, unless @p->held is a
 * reason that --force does not override.
 */
int driver_check_unused(struct executor *p, struct failure *failure) _must_check_;

/* Make its driver what it was before, from whatever it is now. @driver NULL: none. */
int driver_restore(struct executor *p, const char *driver, struct failure *failure) _must_check_;

/*
 * Linux 7.3: let kmem take away all memory of the device, which is offline, at once, so that nobody
 * can come between. Return: 0; -ENOENT where the kernel does not have it; errno.
 */
int driver_unplug(struct executor *p) _must_check_;
/* Where that was done, let kmem add the memory again, offline. */
int driver_plug(struct executor *p, struct failure *failure) _must_check_;

#endif

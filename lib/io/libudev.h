/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_LIBUDEV_H
#define DAXBUS_IO_LIBUDEV_H

#include "base/error.h"
#include "base/log.h"

/*
 * The events of the kernel about its devices, by libudev, which is opened for that. They come from
 * the kernel itself and not from the daemon of udev, which need not run: rules and files in /dev do
 * not matter here, and the daemon is late when thousands of memory blocks change.
 */
struct libudev_monitor;

/*
 * struct libudev_event - an event
 * @action: "add", "remove", "bind", "online", ...
 * @subsystem: "dax", "memory", ...
 * @name: name of the device, or of the driver
 * @path: its directory, without /sys in front
 * @driver: driver of a device of the bus, or NULL
 *
 * Its strings are borrowed until the next event is read.
 */
struct libudev_event {
	const char *action;
	const char *subsystem;
	const char *name;
	const char *path;
	const char *driver;
};

/*
 * libudev_listen() - begin to receive events
 * @log: receives debug messages
 * @subsystems: the subsystems whose events are wanted; ends with NULL
 * @ret: receives the object; release it with libudev_free()
 * @err: receives the reason of a failure, or NULL
 *
 * Return: 0; -ELIBACC: libudev is not installed; -EOPNOTSUPP: the kernel does not send events to
 * the network namespace of this process, that of a container; errors of socket(2); -ENOMEM.
 */
int libudev_listen(const struct log *log, const char *const *subsystems,
		   struct libudev_monitor **ret, struct daxbus_error *err) _must_check_;
struct libudev_monitor *libudev_free(struct libudev_monitor *m);

int libudev_fd(const struct libudev_monitor *m);

/*
 * Read the next event, without waiting. Return: 0; -EAGAIN: there is none; -ENOBUFS: the kernel had
 * no room for further events and dropped some; other errors of recvmsg(2).
 */
int libudev_next(struct libudev_monitor *m, struct libudev_event *ret) _must_check_;

#endif

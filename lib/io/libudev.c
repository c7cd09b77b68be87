/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/libudev.h"

#include <errno.h>
#include <fcntl.h>
#include <libudev.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "io/dlfcn.h"

/*
 * Room for the events of tens of thousands of memory blocks, as udevd has it; the kernel takes
 * memory only for events that wait. Users other than root get less.
 */
#define BUFFER_SIZE	     (64 << 20)

/* The number of the first user namespace, PROC_USER_INIT_INO of the kernel. */
#define FIRST_USER_NAMESPACE 0xeffffffdU

/* clang-format off */
#define FUNCTIONS(row) \
	row(udev_new) \
	row(udev_unref) \
	row(udev_monitor_new_from_netlink) \
	row(udev_monitor_unref) \
	row(udev_monitor_filter_add_match_subsystem_devtype) \
	row(udev_monitor_set_receive_buffer_size) \
	row(udev_monitor_enable_receiving) \
	row(udev_monitor_get_fd) \
	row(udev_monitor_receive_device) \
	row(udev_device_unref) \
	row(udev_device_get_action) \
	row(udev_device_get_subsystem) \
	row(udev_device_get_sysname) \
	row(udev_device_get_devpath) \
	row(udev_device_get_property_value)
/* clang-format on */

struct libudev_monitor {
	struct udev *udev;
	struct udev_monitor *monitor;
	struct udev_device *device; /* of the last event */
	FUNCTIONS(DLFCN_POINTER)
};
#define SYMBOL(name) DLFCN_SYMBOL(struct libudev_monitor, name)

struct libudev_monitor *libudev_free(struct libudev_monitor *m)
{
	if (!m)
		return NULL;
	if (m->device)
		m->udev_device_unref(m->device);
	if (m->monitor)
		m->udev_monitor_unref(m->monitor);
	if (m->udev)
		m->udev_unref(m->udev);
	free(m);
	return NULL;
}

static void libudev_free_p(struct libudev_monitor **m)
{
	libudev_free(*m);
}

/*
 * The kernel sends these events to the network namespaces of the first user namespace alone
 * (uevent_net_broadcast_untagged() in lib/kobject_uevent.c). A process in another user namespace
 * cannot see which owns the network namespace of the machine (EPERM), and libudev would ignore what
 * comes, because the sender has no name there.
 */
static bool hears_kernel(void)
{
	_cleanup_close_ int network = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int user = network < 0 ? -1 : ioctl(network, NS_GET_USERNS);
	struct stat st;

	if (user < 0)
		return errno != EPERM;
	return fstat(user, &st) < 0 || st.st_ino == FIRST_USER_NAMESPACE;
}

static int listen_to(struct libudev_monitor *m, const char *const *subsystems)
{
	int r = 0;

	m->udev = m->udev_new();
	if (!m->udev)
		return -ENOMEM;
	m->monitor = m->udev_monitor_new_from_netlink(m->udev, "kernel");
	if (!m->monitor)
		return errno ? -errno : -ENOMEM;
	for (; r == 0 && *subsystems; subsystems++)
		r = m->udev_monitor_filter_add_match_subsystem_devtype(m->monitor, *subsystems,
								       NULL);
	if (r < 0)
		return r;
	/* Not allowed to other users than root; what they get shows when it does not suffice. */
	(void)m->udev_monitor_set_receive_buffer_size(m->monitor, BUFFER_SIZE);
	return m->udev_monitor_enable_receiving(m->monitor);
}

int libudev_listen(const struct log *log, const char *const *subsystems,
		   struct libudev_monitor **ret, struct daxbus_error *err)
{
	static const struct dlfcn_symbol symbols[] = { FUNCTIONS(SYMBOL) };
	_cleanup_(libudev_free_p) struct libudev_monitor *m = calloc(1, sizeof(*m));
	const char *problem;
	int r;

	if (!m)
		return error_oom(err);
	problem = dlfcn_open(UDEV_FILE, symbols, ARRAY_SIZE(symbols), m);
	if (problem) {
		log_debug(log, "cannot open " UDEV_FILE ": %s", problem);
		return error_set(err, -ELIBACC,
				 "cannot receive events: " UDEV_FILE
				 " is not installed (Debian package libudev1)");
	}
	if (!hears_kernel())
		return error_set(err, -EOPNOTSUPP,
				 "cannot receive events: the kernel does not send them to this "
				 "container, which has a user namespace of its own; run daxbus "
				 "outside of it");
	r = listen_to(m, subsystems);
	if (r < 0)
		return error_set(err, r, "cannot receive events of the kernel: %s", strerror(-r));
	*ret = TAKE_PTR(m);
	return 0;
}

int libudev_fd(const struct libudev_monitor *m)
{
	return m->udev_monitor_get_fd(m->monitor);
}

int libudev_next(struct libudev_monitor *m, struct libudev_event *ret)
{
	if (m->device)
		m->udev_device_unref(m->device);
	errno = 0;
	m->device = m->udev_monitor_receive_device(m->monitor);
	if (!m->device)
		return errno ? -errno : -EAGAIN;
	*ret = (struct libudev_event){
		.action = m->udev_device_get_action(m->device) ?: "",
		.subsystem = m->udev_device_get_subsystem(m->device) ?: "",
		.name = m->udev_device_get_sysname(m->device) ?: "",
		.path = m->udev_device_get_devpath(m->device) ?: "",
	};
	/* Properties are sorted when one is read, which is not worth it for memory blocks. */
	if (streq(ret->subsystem, "dax"))
		ret->driver = m->udev_device_get_property_value(m->device, "DRIVER");
	return 0;
}

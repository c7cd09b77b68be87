/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Persistent memory in the model: an nd device whose driver makes a device of the dax bus or one of
 * /sys/class/dax of it (kernel < 5.17 has both drivers).
 */
#include <errno.h>
#include <stdio.h>

#include "model/nd-region.h"
#include "render.h"

#define ND_DEVICE MODEL_ND_REGION "/dax0.0"
#define UUID	  "478ec094-fc2b-4d99-8743-544016034e87"

const char *model_nd_driver(enum model_nd_driver driver)
{
	static const char *const names[N_ND_DRIVERS] = {
		[ND_NONE] = "none",
		[ND_BUS_DAX] = ND_BUS_DRIVER,
		[ND_CLASS_DAX] = ND_CLASS_DRIVER,
	};

	return names[driver];
}

static bool has_driver(const struct model_kernel *k, enum model_nd_driver driver)
{
	return driver != ND_CLASS_DAX || k->release == MODEL_5_10;
}

static int write_bind(struct model_kernel *k, enum model_nd_driver driver)
{
	if (k->nd.driver != ND_NONE)
		return -EBUSY;
	k->nd.driver = driver;
	if (driver == ND_BUS_DAX)
		model_add_first_device(k, 0);
	return 0;
}

static int write_unbind(struct model_kernel *k, enum model_nd_driver driver)
{
	if (k->nd.driver != driver)
		return -ENODEV;
	model_remove_devices(k, 0);
	k->nd.driver = ND_NONE;
	return 0;
}

int model_write_nd(struct model_kernel *k, const char *path, const char *value)
{
	char driver[32], file[32];

	if (!k->nd.present || sscanf(path, ND_BUS "/drivers/%31[^/]/%31s", driver, file) != 2)
		return -ENOENT;
	for (unsigned int i = ND_BUS_DAX; i < N_ND_DRIVERS; i++) {
		enum model_nd_driver d = (enum model_nd_driver)i;

		if (!streq(driver, model_nd_driver(d)) || !has_driver(k, d))
			continue;
		if (!streq(value, "dax0.0"))
			return -ENODEV;
		return streq(file, "bind") ? write_bind(k, d) : write_unbind(k, d);
	}
	return -ENOENT;
}

void model_boot_nd(struct model_kernel *k)
{
	model_remove_devices(k, 0);
	memset(k->regions[0].blocks, 0, sizeof(k->regions[0].blocks));
	k->nd.present = true;
	(void)!write_bind(k, ND_BUS_DAX);
}

/* --- the tree --------------------------------------------------------------------------------- */

static void render_class_device(struct model_rendering *t)
{
	const char *dax = ND_DEVICE "/dax/dax0.0";

	render_link(t, dax, "/sys/class/dax/dax0.0");
	render_link(t, "/sys/class/dax", "%s/subsystem", dax);
	render_setting(t, "MAJOR=253\nMINOR=2\nDEVNAME=dax0.0\n", "%s/uevent", dax);
	render_file(t, "253:2\n", "%s/dev", dax);
	render_file(t, TEXT("%" PRIu64 "\n", MODEL_REGION_SIZE), "%s/size", dax);
	render_file(t, "2097152\n", "%s/align", dax);
	render_file(t, "0\n", "%s/numa_node", dax);
	render_file(t, "1\n", "%s/target_node", dax);
	render_file(t, TEXT("0x%" PRIx64 "\n", model_region_start(0)), "%s/resource", dax);
}

void model_render_nd(struct model_rendering *t)
{
	const struct model_kernel *k = &t->state;

	if (!k->nd.present)
		return;
	render_file(t, "1\n", ND_BUS "/drivers_autoprobe");
	for (unsigned int i = ND_BUS_DAX; i < N_ND_DRIVERS; i++) {
		const char *driver = model_nd_driver((enum model_nd_driver)i);

		if (!has_driver(k, (enum model_nd_driver)i))
			continue;
		render_command(t, ND_BUS "/drivers/%s/bind", driver);
		render_command(t, ND_BUS "/drivers/%s/unbind", driver);
	}
	render_link(t, ND_DEVICE, ND_DEVICES "/dax0.0");
	render_file(t, UUID "\n", ND_DEVICE "/uuid");
	render_file(t, "namespace0.0\n", ND_DEVICE "/namespace");
	if (k->nd.driver == ND_CLASS_DAX)
		render_class_device(t);
}

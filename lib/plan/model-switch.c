/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/model-switch.h"

#include "model/nd-region.h"
#include "plan/guard.h"
#include "plan/steps.h"

/* Linux 5.17 removed the class (libnvdimm-for-5.17, "dax: Kill DEV_DAX_PMEM_COMPAT"). */
#define CLASS_ENDS KERNEL(5, 17, 0)

static int refuse_no_class(struct plan_builder *p)
{
	return builder_refuse(p, REASON_NO_COMPAT, "the running kernel has no driver %s",
			      ND_CLASS_DRIVER);
}

static int guard_class_exists(struct plan_builder *p)
{
	const struct facts *facts = p->facts;

	if (is_known(&facts->has_nd_driver) && facts->has_nd_driver.v)
		return 0;
	if (facts->kernel >= CLASS_ENDS ||
	    (is_known(&facts->nd_module) && facts->nd_module.v == DAXBUS_MODULE_ABSENT))
		return refuse_no_class(p);
	return 0;
}

/* It has the expected driver on the nd bus, and the UUID that identifies it there is known. */
static int guard_nd_device(struct plan_builder *p, const char *expected)
{
	const struct opt_str *driver = &p->facts->nd_driver;

	if (driver->is == DAXBUS_UNKNOWN)
		return builder_unknown(p, "its driver on the nd bus");
	if (!known_as(driver, expected))
		return builder_refuse(p, REASON_ND_DRIVER,
				      "its nd device is bound to %s instead of %s",
				      driver->is == DAXBUS_KNOWN ? driver->v : "no driver",
				      expected);
	if (p->facts->info_uuid.is != DAXBUS_KNOWN || !*p->facts->info_uuid.v)
		return builder_unknown(p, "the UUID of its nd device");
	return 0;
}

static int guard_nd_driver(struct plan_builder *p, const char *driver)
{
	const struct opt_u64 *has = &p->facts->has_nd_driver;

	if (!is_known(has))
		return builder_note(p, "cannot determine whether the kernel has the driver %s",
				    driver);
	p->load_nd = !has->v;
	return p->load_nd ? guard_module(p, driver, &p->facts->nd_module) : 0;
}

int plan_model_switch_to_class(struct plan_builder *p)
{
	int r;

	if (p->d->provider.is == DAXBUS_KNOWN && !known_as(&p->d->provider, "pmem"))
		return builder_refuse(p, REASON_NO_COMPAT,
				      "/sys/class/dax only supports persistent memory");
	r = guard_class_exists(p) ?: guard_device(p) ?: guard_nd_device(p, ND_BUS_DRIVER);
	if (r == 0)
		r = guard_nd_driver(p, ND_CLASS_DRIVER) ?: guard_leave(p, false);
	return r ?: steps_switch_model(p, ND_CLASS_DRIVER);
}

int plan_model_switch_to_bus(struct plan_builder *p)
{
	int r = guard_nd_device(p, ND_CLASS_DRIVER) ?: guard_nd_driver(p, ND_BUS_DRIVER);

	if (r == 0)
		r = guard_holders(p) ?: guard_driver(p);
	if (r == 0 && is_same(p->driver, "kmem"))
		r = guard_kmem(p);
	return r ?: steps_switch_model(p, ND_BUS_DRIVER);
}

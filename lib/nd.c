/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nd.h"

#define HAVE_UUID 1 /* libdaxctl.h defines uuid_t itself otherwise */
#include <uuid/uuid.h>

#include <daxctl/libdaxctl.h>
#include <ndctl/libndctl.h>

#include <stdio.h>

#include "library.h"

struct nd {
	const struct log *log;
	struct ndctl_ctx *ctx;
	__typeof__(&ndctl_new) ndctl_new;
	__typeof__(&ndctl_unref) ndctl_unref;
	__typeof__(&ndctl_bus_get_first) ndctl_bus_get_first;
	__typeof__(&ndctl_bus_get_next) ndctl_bus_get_next;
	__typeof__(&ndctl_region_get_first) ndctl_region_get_first;
	__typeof__(&ndctl_region_get_next) ndctl_region_get_next;
	__typeof__(&ndctl_dax_get_first) ndctl_dax_get_first;
	__typeof__(&ndctl_dax_get_next) ndctl_dax_get_next;
	__typeof__(&ndctl_dax_get_namespace) ndctl_dax_get_namespace;
	__typeof__(&ndctl_dax_get_uuid) ndctl_dax_get_uuid;
	__typeof__(&ndctl_dax_get_daxctl_region) ndctl_dax_get_daxctl_region;
	__typeof__(&ndctl_namespace_get_devname) ndctl_namespace_get_devname;
	__typeof__(&daxctl_region_get_id) daxctl_region_get_id;
};

static int nd_open(struct nd *nd)
{
	const struct library_symbol ndctl[] = {
		LIBRARY_SYMBOL(nd, ndctl_new),
		LIBRARY_SYMBOL(nd, ndctl_unref),
		LIBRARY_SYMBOL(nd, ndctl_bus_get_first),
		LIBRARY_SYMBOL(nd, ndctl_bus_get_next),
		LIBRARY_SYMBOL(nd, ndctl_region_get_first),
		LIBRARY_SYMBOL(nd, ndctl_region_get_next),
		LIBRARY_SYMBOL(nd, ndctl_dax_get_first),
		LIBRARY_SYMBOL(nd, ndctl_dax_get_next),
		LIBRARY_SYMBOL(nd, ndctl_dax_get_namespace),
		LIBRARY_SYMBOL(nd, ndctl_dax_get_uuid),
		LIBRARY_SYMBOL(nd, ndctl_dax_get_daxctl_region),
		LIBRARY_SYMBOL(nd, ndctl_namespace_get_devname),
	};
	const struct library_symbol daxctl[] = {
		LIBRARY_SYMBOL(nd, daxctl_region_get_id),
	};
	int r = library_open(nd->log, NDCTL_FILE, ndctl, ARRAY_SIZE(ndctl));

	if (r == 0)
		r = library_open(nd->log, DAXCTL_FILE, daxctl, ARRAY_SIZE(daxctl));
	if (r == 0 && nd->ndctl_new(&nd->ctx) < 0)
		r = -ENOENT;
	return r;
}

static void nd_close(struct nd *nd)
{
	if (nd->ctx)
		nd->ndctl_unref(nd->ctx);
}

static bool is_region(struct nd *nd, struct ndctl_dax *dax, uint64_t id)
{
	struct daxctl_region *region = nd->ndctl_dax_get_daxctl_region(dax);

	return region && (uint64_t)nd->daxctl_region_get_id(region) == id;
}

static struct ndctl_dax *find_in_region(struct nd *nd, struct ndctl_region *region, uint64_t id)
{
	struct ndctl_dax *dax = nd->ndctl_dax_get_first(region);

	while (dax && !(nd->ndctl_dax_get_namespace(dax) && is_region(nd, dax, id)))
		dax = nd->ndctl_dax_get_next(dax);
	return dax;
}

static struct ndctl_dax *find_dax(struct nd *nd, uint64_t id)
{
	struct ndctl_dax *dax = NULL;

	for (struct ndctl_bus *bus = nd->ndctl_bus_get_first(nd->ctx); bus && !dax;
	     bus = nd->ndctl_bus_get_next(bus))
		for (struct ndctl_region *region = nd->ndctl_region_get_first(bus); region && !dax;
		     region = nd->ndctl_region_get_next(region))
			dax = find_in_region(nd, region, id);
	return dax;
}

/* uuid_unparse_lower() without loading libuuid for it */
static int set_uuid(struct opt_str *o, const unsigned char *uuid)
{
	char text[UUID_STR_LEN], *at = text;

	for (size_t i = 0; i < sizeof(uuid_t); i++)
		at += sprintf(at, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			      uuid[i]);
	return opt_str_set(o, text);
}

int nd_describe(const struct log *log, uint64_t id, struct pmem *pmem)
{
	_cleanup_(nd_close) struct nd nd = { .log = log };
	struct ndctl_dax *dax;
	uuid_t uuid;
	int r = nd_open(&nd);

	if (r < 0)
		return r;
	dax = find_dax(&nd, id);
	if (!dax)
		return -ENOENT;
	nd.ndctl_dax_get_uuid(dax, uuid);
	r = set_uuid(&pmem->uuid, uuid);
	if (r < 0)
		return r;
	return opt_str_set(&pmem->namespace,
			   nd.ndctl_namespace_get_devname(nd.ndctl_dax_get_namespace(dax)));
}

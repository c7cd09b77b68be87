/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/facts.h"

#include "base/strv.h"

void facts_done(struct facts *facts)
{
	strv_done(&facts->holders.v);
	strv_done(&facts->node_bound.v);
	free(facts->range_holder.v);
	free(facts->autoprobe.v);
	nd_region_done(&facts->nd);
	free(facts->namespace.v);
	free(facts->nd_driver.v);
	free(facts->nd_autoprobe.v);
	free(facts->info_uuid.v);
	free(facts->uuids[0].v);
	free(facts->uuids[1].v);
	cxl_bus_done(&facts->cxl);
	onliner_done(&facts->onliners);
	*facts = (struct facts){ 0 };
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/region.h"

#include <errno.h>

#include "base/string.h"
#include "model/identity.h"

/* A memory device without an endpoint is one whose driver has not finished yet, or has failed. */
static bool has_endpoint(const struct cxl_bus *bus, const struct cxl_memdev *memdev)
{
	for (size_t i = 0; i < bus->n_decoders; i++)
		if (cxl_decoder_is_of(&bus->decoders[i], memdev))
			return true;
	return false;
}

static enum policy_region_state find_state(const struct cxl_bus *bus,
					   const struct identity_serials *serials,
					   const struct cxl_memdev **memdevs,
					   const char **ret_memdev)
{
	enum policy_region_state state = POLICY_REGION_READY;

	for (size_t i = 0; i < serials->n; i++) {
		memdevs[i] = cxl_bus_serial(bus, serials->items[i].serial);
		if (!memdevs[i] || !has_endpoint(bus, memdevs[i]))
			return POLICY_REGION_ABSENT;
	}
	for (size_t i = 0; i < serials->n; i++) {
		struct opt_u64 begin = cxl_bus_allocated(bus, memdevs[i]);

		/* The plan refuses what is unknown. */
		if (!is_known(&begin) || begin.v == serials->items[i].dpa)
			continue;
		*ret_memdev = memdevs[i]->name;
		if (begin.v > serials->items[i].dpa)
			return POLICY_REGION_TAKEN;
		state = POLICY_REGION_LATER;
	}
	return state;
}

int policy_region_request(const struct cxl_bus *bus, const struct policy_file *file,
			  const struct daxbus_request *how, enum policy_region_state *ret_state,
			  const char **ret_memdev, struct daxbus_request *ret)
{
	const struct cxl_memdev *memdevs[IDENTITY_SERIALS_MAX];
	struct daxbus_request request = *how;
	struct identity_serials serials;
	int r = 0;

	/* The policy would be broken without. */
	if (identity_parse_serials(file->match.values[POLICY_KEY_IDENTITY].text ?: "", &serials) <
	    0)
		return -EINVAL;
	*ret_state = find_state(bus, &serials, memdevs, ret_memdev);
	if (*ret_state != POLICY_REGION_READY)
		return 0;
	request.action = DAXBUS_CREATE;
	request.mode = MODE_NONE;
	request.size = file->region.values[POLICY_KEY_NEW_SIZE].number;
	request.granularity = file->region.values[POLICY_KEY_GRANULARITY].number;
	request.memdevs = (struct strv){ 0 };
	for (size_t i = 0; r == 0 && i < serials.n; i++)
		r = strv_push(&request.memdevs, memdevs[i]->name);
	if (r < 0) {
		strv_done(&request.memdevs);
		return r;
	}
	*ret = request;
	return 0;
}

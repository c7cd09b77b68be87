/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/observe.h"

#include "plan/observed.h"
#include "scan/scan.h"

int observe_devices(struct sysfs *fs, const struct log *log, const struct selectors *selection,
		    struct state *ret, struct daxbus_error *err)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	int r = scan_take(fs, log, selection, OBSERVED_NEEDS, &s, err);

	if (r == 0 && observed_needs_blocks(s)) {
		daxbus_snapshot_free(TAKE_PTR(s));
		r = scan_take(fs, log, selection, OBSERVED_NEEDS | NEED_BLOCKS, &s, err);
	}
	if (r < 0)
		return r;
	return observed_state(s, ret) < 0 ? error_oom(err) : 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_MEMORY_BLOCKS_H
#define DAXBUS_EXECUTE_MEMORY_BLOCKS_H

#include "execute/executor.h"

/*
 * Memory blocks online and offline, one by one, in the order that is quickest for the kernel. A
 * block that is in the wanted state already is left alone: udev rules and other tools may have been
 * faster, and the kernel then returns EINVAL.
 */

/* Take blocks offline, and read back that they are offline. */
int memory_blocks_offline(struct executor *p, const struct block_runs *runs,
			  struct failure *failure) _must_check_;
/* Bring blocks online by writing @word, and read back their number and zone. */
int memory_blocks_online(struct executor *p, const struct block_runs *runs, const char *word,
			 struct failure *failure) _must_check_;
/*
 * Make each block what its run says: offline, or online in that zone. Blocks that do not
 * exist are ignored. It continues after a block that fails, and reports how many failed.
 */
int memory_blocks_restore(struct executor *p, const struct block_runs *runs,
			  struct failure *failure) _must_check_;
/* Add the processes with memory on the device's node to @p->notes. */
void memory_blocks_explain(struct executor *p);

#endif

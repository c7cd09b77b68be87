/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The kinds of steps, one row for each kind. This file has no include guard: a file that includes
 * it defines STEP_KIND(NAME, TEXT, OPS) first.
 *
 * model/step.h takes the names for enum step_kind, model/step.c takes TEXT as members of its
 * struct kind, and execute/step-ops.c takes OPS as members of its struct step_ops. Both structs
 * describe their members.
 *
 * Patterns: %D is the step's driver, %d the device, %v the value, %f the file, %n the name of that
 * file without its directory, %b the memory blocks, %r the ranges of the value, for people.
 */

/* clang-format off */

/* Write @value into the setting @file, which holds @before. */
STEP_KIND(SET,
	(.word = "set", .needs = NEEDS_FILE | NEEDS_VALUE, .what = "write %v into %f",
	 .file = "%f", .value = "%v", .verify = "read it back",
	 .undo = "write what it held before"),
	(.doing = "holding a setting", .prepare = prepare_setting, .act = do_set,
	 .undo = undo_set))

/*
 * Restore what the first STEP_SET of the same @file found. Undoing the steps before it needs the
 * value that they had; undoing that STEP_SET restores it again.
 */
STEP_KIND(RESET,
	(.word = "reset", .needs = NEEDS_FILE, .what = "give %f back what it held before",
	 .file = "%f", .value = "%v", .verify = "read it back",
	 .undo = "write what it held before"),
	(.doing = "restoring a setting", .prepare = prepare_setting, .act = do_set,
	 .undo = undo_set))

/* Load the module of @driver. It stays loaded: something else may use it by the time of an undo. */
STEP_KIND(LOAD,
	(.word = "load", .needs = NEEDS_DRIVER, .what = "load the module %D",
	 .verify = "look for its driver on its bus"),
	(.doing = "loading a module", .act = do_load))

/* Add the name of the device to the IDs of @driver: write new_id. */
STEP_KIND(ID,
	(.word = "id", .needs = NEEDS_DRIVER, .what = "add %d to the IDs of driver %D",
	 .file = DRIVERS_PATH "/%D/new_id", .value = "%d", .check = "the driver is on the dax bus",
	 .verify = "the device still has the driver that it had",
	 .undo = "write it into remove_id"),
	(.doing = "adding an ID", .act = do_id, .undo = do_forget))

/* Remove that name again: write remove_id. */
STEP_KIND(FORGET,
	(.word = "forget", .needs = NEEDS_DRIVER, .what = "remove %d from the IDs of driver %D",
	 .file = DRIVERS_PATH "/%D/remove_id", .value = "%d",
	 .verify = "the device still has the driver that it had"),
	(.doing = "removing an ID", .act = do_forget))

/*
 * Remember how many pages the pool of huge pages @file has, because the kernel dissolves some in
 * memory that goes offline. @before: their number.
 */
STEP_KIND(POOL,
	(.word = "pool", .needs = NEEDS_FILE, .what = "remember how many huge pages %f has",
	 .file = "%f", .verify = "read it",
	 .undo = "write that number, and read it back"),
	(.doing = "reading huge pages", .prepare = pool_prepare,
	 .undo = pool_undo, .finish = pool_finish))

/*
 * Drop clean caches: write @value, bytes, to `reclaim` of a node, or to drop_caches. The kernel
 * fills them again.
 */
STEP_KIND(DROP,
	(.word = "drop", .needs = NEEDS_FILE | NEEDS_VALUE,
	 .what = "drop the clean caches of the node, up to %v bytes: write %f", .file = "%f",
	 .verify = "the memory goes offline"),
	(.doing = "dropping caches", .act = evacuate_drop))

/* Compact the memory of another node: huge pages need room in one piece. */
STEP_KIND(COMPACT,
	(.word = "compact", .needs = NEEDS_FILE | NEEDS_VALUE,
	 .what = "compact the memory of another node", .file = "%f", .value = "%v",
	 .verify = "the memory goes offline"),
	(.doing = "compacting memory", .act = evacuate_compact))

/* Give the pool of huge pages @file the number of pages @value instead of @before. */
STEP_KIND(RESIZE_POOL,
	(.word = "resize-pool", .needs = NEEDS_FILE | NEEDS_VALUE,
	 .what = "give a pool of huge pages %v pages", .file = "%f", .value = "%v",
	 .verify = "read it", .undo = "write the number that it had"),
	(.doing = "resizing a pool of huge pages", .prepare = pool_prepare,
	 .act = pool_resize, .undo = pool_undo_resize))

/*
 * Move the memory of all processes from node @value to the others. What has moved stays there: the
 * kernel chooses the node of each page, and may change it at any time.
 */
STEP_KIND(MIGRATE,
	(.word = "migrate", .needs = NEEDS_VALUE,
	 .what = "move the memory of processes from node %v to other nodes: migrate_pages(2)",
	 .verify = "the memory goes offline"),
	(.doing = "moving memory of processes", .act = evacuate_migrate))

/* Take the blocks of @runs offline. */
STEP_KIND(OFFLINE,
	(.word = "offline", .what = "take memory of %d offline", .file = MEMORY_PATH "/memory%b/state",
	 .value = "offline", .check = "what is in the memory fits elsewhere",
	 .verify = "every block says offline",
	 .undo = "bring the blocks online again, each in the zone that it had"),
	(.doing = "taking memory offline", .act = do_offline, .undo = undo_blocks))

/* @before: "unplugged" where kmem has no memory of the device at all (Linux 7.3). */
STEP_KIND(UNBIND,
	(.word = "unbind", .needs = NEEDS_DRIVER, .what = "unbind %d from %D",
	 .file = DRIVERS_PATH "/%D/unbind", .value = "%d",
	 .check = "nobody has the device open or mapped", .verify = "the device has no driver",
	 .undo = "bind it again"),
	(.doing = "unbinding", .act = do_unbind, .undo = undo_unbind))

STEP_KIND(BIND,
	(.word = "bind", .needs = NEEDS_DRIVER, .what = "bind %d to %D",
	 .file = DRIVERS_PATH "/%D/bind", .value = "%d",
	 .check = "its ranges are aligned, and nothing holds them",
	 .verify = "the device has this driver", .undo = "unbind it again"),
	(.doing = "binding", .act = do_bind, .undo = undo_bind))

/* Bind to the driver that the kernel chooses; @driver is NULL. */
STEP_KIND(PROBE,
	(.word = "probe", .what = "let the kernel choose a driver for %d",
	 .file = "/sys/bus/dax/drivers_probe", .value = "%d",
	 .check = "its ranges are aligned, and nothing holds them",
	 .verify = "the device has a driver", .undo = "unbind it again"),
	(.doing = "binding", .act = do_bind, .undo = undo_bind))

/* Let udev handle the events of memory: its rules may bring it online. */
STEP_KIND(SETTLE,
	(.word = "settle", .what = "wait until udev has handled the memory of %d",
	 .file = "/run/udev/queue", .verify = "udev has no event left"),
	(.doing = "waiting for udev", .act = do_settle))

/* Bring the blocks of @runs online with the word @value. */
STEP_KIND(ONLINE,
	(.word = "online", .needs = NEEDS_VALUE, .what = "bring memory of %d online",
	 .file = MEMORY_PATH "/memory%b/state", .value = "%v", .check = "the blocks are there",
	 .verify = "every block is online, in the zone asked for",
	 .undo = "take the blocks offline again"),
	(.doing = "bringing memory online", .act = do_online, .undo = undo_blocks))

/* Create the device: write `create` of the region, @file. */
STEP_KIND(CREATE,
	(.word = "create", .needs = NEEDS_FILE, .effect = STEP_CREATES,
	 .what = "create %d, without memory", .file = "%f", .value = "1",
	 .check = "no device has that name", .verify = "the kernel gave it that name",
	 .undo = "delete it"),
	(.doing = "creating", .prepare = prepare_create, .act = execute_resize_create,
	 .undo = execute_resize_undo_create))

/* Give the device the ranges @value instead of @before; see range_list_print(). */
STEP_KIND(LAYOUT,
	(.word = "layout", .needs = NEEDS_FILE | NEEDS_VALUE, .what = "give %d the memory %r",
	 .file = "%f", .value = "%v", .check = "the device has no driver",
	 .verify = "these are its ranges", .undo = "give it the ranges that it had"),
	(.doing = "giving memory", .act = execute_resize_ranges,
	 .undo = execute_resize_undo_ranges))

/* Delete the device, which has no memory: write `delete` of the region, @file. */
STEP_KIND(DELETE,
	(.word = "delete", .needs = NEEDS_FILE, .effect = STEP_REMOVES, .what = "delete %d",
	 .file = "%f", .value = "%d", .check = "the device has no driver and no memory",
	 .verify = "the device has gone"),
	(.doing = "deleting", .act = execute_resize_delete))

/* Give the namespace @file a label; @value: see namespace_spec_print(). */
STEP_KIND(LABEL,
	(.word = "label", .needs = NEEDS_FILE | NEEDS_VALUE, .effect = STEP_CREATES,
	 .what = "allocate a namespace for %d: %v", .file = "%f",
	 .check = "the namespace is empty", .verify = "it has this UUID and size",
	 .undo = "delete the namespace that has this UUID"),
	(.doing = "allocating", .prepare = execute_namespace_prepare, .act = execute_namespace_label,
	 .undo = execute_namespace_undo_label))

/* Make it a devdax namespace; @before: "bound" when it had a driver. */
STEP_KIND(INFO,
	(.word = "info", .needs = NEEDS_FILE | NEEDS_VALUE, .effect = STEP_CREATES,
	 .what = "make the namespace of %d a devdax one: %v", .file = "%f",
	 .check = "nothing uses the namespace", .verify = "the device is there",
	 .undo = "take what has this UUID away again"),
	(.doing = "creating", .prepare = execute_namespace_prepare, .act = execute_namespace_info,
	 .undo = execute_namespace_undo_info))

/* Create the region @value of the CXL bus: write create_ram_region of a root decoder, @file. */
STEP_KIND(CXL_CREATE,
	(.word = "cxl-create", .needs = NEEDS_FILE | NEEDS_VALUE, .effect = STEP_CREATES,
	 .what = "create %v of the CXL bus", .file = "%f", .value = "%v",
	 .check = "no region has that name", .verify = "the region is there",
	 .undo = "delete it"),
	(.doing = "creating a region", .prepare = execute_cxl_prepare_create, .act = execute_cxl_create,
	 .undo = execute_cxl_undo_create))

/* Write @value into the attribute @file of a region or a decoder, which holds @before. */
STEP_KIND(CXL,
	(.word = "cxl", .needs = NEEDS_FILE | NEEDS_VALUE, .what = "write %v into %f",
	 .file = "%f", .value = "%v", .check = "it holds what the plan expects",
	 .verify = "read it back", .undo = "write what it held before"),
	(.doing = "configuring a region", .prepare = execute_cxl_prepare_set, .act = execute_cxl_set,
	 .undo = execute_cxl_undo_set))

/*
 * Attach the decoders @value, with commas between them, to the region @file, in order, instead of
 * @before; CXL_EMPTY detaches them.
 */
STEP_KIND(CXL_TARGETS,
	(.word = "cxl-targets", .needs = NEEDS_FILE | NEEDS_VALUE,
	 .what = "set the decoders of %n to %v", .file = "%f/target*",
	 .check = "it has the decoders that the plan expects", .verify = "read them back",
	 .undo = "attach the decoders that it had"),
	(.doing = "attaching decoders", .prepare = execute_cxl_prepare_targets,
	 .act = execute_cxl_targets, .undo = execute_cxl_undo_targets))

/* Bind the region @file of the CXL bus to its driver, which adds the device. */
STEP_KIND(CXL_BIND,
	(.word = "cxl-bind", .needs = NEEDS_FILE, .what = "bind %n to its driver, which adds %d",
	 .file = CXL_DRIVERS "/" CXL_DRIVER "/bind", .value = "%n",
	 .verify = "the device is there", .undo = "unbind it again"),
	(.doing = "binding a region", .act = execute_cxl_bind, .undo = execute_cxl_unbind))

/*
 * Remember the settings of the device that it loses with its region. @value: names of attributes and
 * their values, with commas between them.
 */
STEP_KIND(CXL_KEEP,
	(.word = "cxl-keep", .needs = NEEDS_VALUE, .what = "remember settings of %d: %v",
	 .undo = "set them again"),
	(.doing = "remembering settings", .undo = execute_cxl_undo_keep))

/* Unbind it, which removes the device. */
STEP_KIND(CXL_UNBIND,
	(.word = "cxl-unbind", .needs = NEEDS_FILE,
	 .what = "unbind %n from its driver, which removes %d",
	 .file = CXL_DRIVERS "/" CXL_DRIVER "/unbind", .value = "%n",
	 .check = "the device has no driver, and is the only one of the region",
	 .verify = "the device has gone", .undo = "bind it again"),
	(.doing = "unbinding a region", .act = execute_cxl_unbind, .undo = execute_cxl_bind))

/* Delete the region @value, which has no decoders: write delete_region of the root decoder. */
STEP_KIND(CXL_DELETE,
	(.word = "cxl-delete", .needs = NEEDS_FILE | NEEDS_VALUE, .effect = STEP_REMOVES,
	 .what = "delete %v of the CXL bus", .file = "%f", .value = "%v",
	 .check = "the region is not committed", .verify = "the region has gone"),
	(.doing = "deleting a region", .act = execute_cxl_delete,
	 .undo = execute_cxl_undo_delete))

/*
 * Move the nd device @file to the driver @driver of the nd bus; @value: the UUID of its info block;
 * @before: the driver that it had.
 */
STEP_KIND(MOVE,
	(.word = "move", .needs = NEEDS_DRIVER | NEEDS_FILE | NEEDS_VALUE, .effect = STEP_MOVES,
	 .what = "move %d from its driver of the nd bus to %D",
	 .file = "/sys/bus/nd/drivers/%D/bind", .value = "%n",
	 .check = "nobody has the device open or mapped",
	 .verify = "the device is there, in the other model, with the size that it had",
	 .undo = "give it back to the driver that it had"),
	(.doing = "moving", .prepare = execute_model_switch_prepare, .act = execute_model_switch,
	 .undo = execute_model_switch_undo))

/* Release the devdax namespace @file, and delete it where it has a label. */
STEP_KIND(UNMAKE,
	(.word = "unmake", .needs = NEEDS_FILE | NEEDS_VALUE, .effect = STEP_REMOVES,
	 .what = "delete the namespace of %d, and what it holds: %v", .file = "%f",
	 .check = "the device has no driver, and was made from it", .verify = "the device has gone",
	 .undo = "until it is deleted, make it a device again"),
	(.doing = "deleting", .prepare = execute_namespace_prepare, .act = execute_namespace_unmake,
	 .undo = execute_namespace_undo_unmake))

/* Give the character device @file the owner, group and access mode @value; see execute/chardev.h. */
STEP_KIND(NODE,
	(.word = "node", .needs = NEEDS_FILE | NEEDS_VALUE,
	 .what = "set owner, group and access mode of %f to %v", .file = "%f", .value = "%v",
	 .check = "it is the character device of this device", .verify = "read them back",
	 .undo = "set those that it had"),
	(.doing = "setting up a character device", .prepare = chardev_prepare,
	 .act = chardev_set, .undo = chardev_undo_set))

/* Let the link @file hold @value instead of @before. */
STEP_KIND(LINK,
	(.word = "link", .needs = NEEDS_FILE | NEEDS_VALUE, .what = "let the link %f lead to %d",
	 .file = "%f", .value = "%v", .check = "no other file has that name",
	 .verify = "read it back", .undo = "restore the link that was there, or remove it"),
	(.doing = "creating a link", .prepare = chardev_prepare_link, .act = chardev_link,
	 .undo = chardev_undo_link))

/* clang-format on */

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_REQUEST_H
#define DAXBUS_MODEL_REQUEST_H

#include "base/error.h"
#include "model/range-list.h"

/* What is wanted: words of a request, parsed. */

enum mode {
	MODE_NONE, /* no driver, or not asked for */
	MODE_DEVDAX,
	MODE_KMEM,
	MODE_FAMFS,
	MODE_COMPAT,
	_MODE_MAX,
};

/* What memory blocks of a device in kmem are to be. */
enum online {
	ONLINE_MOVABLE,
	ONLINE_KERNEL,
	ONLINE_POLICY, /* as auto_online_blocks says, when the blocks are added */
	ONLINE_NO,     /* blocks are left as they are; those that are added stay offline */
};

enum choice {
	CHOICE_UNSET,
	CHOICE_NO,
	CHOICE_YES,
};

/* How the size of a request is meant: of DAXBUS_RESIZE also as a difference, or all there is. */
enum size_as {
	SIZE_AS_GIVEN,
	SIZE_MORE,
	SIZE_LESS,
	SIZE_ALL,
};

#define WAIT_FOREVER UINT64_MAX

struct saved_device;

struct daxbus_request {
	enum daxbus_action action;
	enum mode mode;
	char *driver; /* of DAXBUS_BIND; NULL: the kernel chooses */
	enum online online;
	enum choice memmap_on_memory;
	uint64_t size; /* bytes; 0: all of the device; all that is free; as it is */
	enum size_as size_as;
	uint64_t align; /* bytes; 0: as it is; the region's */
	struct range_list
		layout;	    /* where DAXBUS_CREATE is to place the device; none: where it fits */
	bool memmap_in_ram; /* the memmap of a new namespace is in RAM, not in itself */
	bool has_map;	    /* that was asked for */
	char *name;	    /* of a new namespace, or NULL */
	uint64_t count;	    /* devices to create */
	bool refill;	    /* the device is there, and empty; not set from outside */
	bool restore;	    /* DAXBUS_CREATE is about these, or the device is one of these: */
	struct saved_device *saved; /* @n_saved of them */
	size_t n_saved;
	bool force;
	uint64_t wait; /* seconds */
};

/* A device that is to be created again. */
struct saved_device {
	char *name; /* that it had */
	uint32_t region;
	uint32_t instance;
	char *provider; /* of its region; NULL: not known */
	char *path;	/* likewise */
	struct daxbus_request how;
};

/* Whether it can be acted upon. Return: 0; -EINVAL when something is missing. */
int request_check(const struct daxbus_request *request, struct daxbus_error *err) _must_check_;

/* "kmem"; NULL for MODE_NONE. */
const char *request_mode_name(enum mode mode);
/* "kmem", "device_dax", "fsdev_dax"; NULL for modes that are no driver of the dax bus. */
const char *request_mode_driver(enum mode mode);
/* The mode that a driver of the dax bus is, or MODE_NONE. */
enum mode request_mode_of_driver(const char *driver);

#endif

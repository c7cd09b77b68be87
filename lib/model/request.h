/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_REQUEST_H
#define DAXBUS_MODEL_REQUEST_H

#include "base/error.h"
#include "base/strv.h"
#include "model/block-runs.h"
#include "model/range-list.h"
#include "model/reason.h"

/* A request with its settings, parsed. */

enum mode {
	MODE_NONE, /* no driver, or not requested */
	MODE_DEVDAX,
	MODE_KMEM,
	MODE_FAMFS,
	MODE_COMPAT,
	_MODE_MAX,
};

/* The state that memory blocks of a device in kmem get. */
enum online {
	ONLINE_MOVABLE,
	ONLINE_KERNEL,
	ONLINE_POLICY, /* the state that auto_online_blocks gives to new blocks */
	ONLINE_NO,     /* existing blocks do not change; new ones stay offline */
};

/* What memory that enters kmem is for. */
enum purpose {
	PURPOSE_NONE,
	PURPOSE_GIVE_BACK, /* to go offline again */
	PURPOSE_PIN,	   /* to be pinned for devices */
};

enum choice {
	CHOICE_UNSET,
	CHOICE_NO,
	CHOICE_YES,
};

/* The meaning of the size: of DAXBUS_RESIZE also a difference, all available memory, or nothing. */
enum size_as {
	SIZE_AS_GIVEN,
	SIZE_MORE,
	SIZE_LESS,
	SIZE_ALL,
	SIZE_NONE,
};

/* What may become of pools of huge pages to make room. */
enum huge_pages {
	HUGE_LEAVE,
	HUGE_SHRINK,
	HUGE_MOVE,
};

#define WAIT_FOREVER	     UINT64_MAX
/* The default of @timeout, without and with @make_room. */
#define REQUEST_TIMEOUT	     30
#define REQUEST_ROOM_TIMEOUT 300

struct saved_device;

struct daxbus_request {
	enum daxbus_action action;
	enum mode mode;
	char *driver; /* of DAXBUS_BIND; NULL: the kernel chooses */
	enum online online;
	bool zone_is_given;   /* @online was set */
	enum purpose purpose; /* has set @online, instead of that */
	enum choice memmap_on_memory;
	uint64_t size; /* bytes; 0: all of the device; all free memory; unchanged */
	enum size_as size_as;
	uint64_t align;		  /* bytes; 0: unchanged; that of the region */
	struct range_list layout; /* ranges of the new device; none: daxbus chooses them */
	bool memmap_in_ram;	  /* store the memmap of a new namespace in RAM, not in itself */
	bool has_map;		  /* @memmap_in_ram was set */
	char *name;		  /* of a new namespace, or NULL */
	struct strv memdevs;	  /* CXL memory devices of a new region; none: see @layout */
	uint64_t granularity;	  /* bytes, of interleaving; 0: that of the root decoder */
	uint64_t count;		  /* devices to create */
	bool takes_offline;	  /* DAXBUS_UNBIND takes memory offline first; internal */
	bool whole_region;	  /* destroy its CXL region with the device; internal */
	bool refill;		  /* the device exists without memory; internal */
	bool reshape;		  /* DAXBUS_RESIZE gives it exactly @layout, and @mode; internal */
	const struct range_list *freed; /* memory that will be free by then; NULL: none; internal */
	/* Zones of its memory blocks in kmem, instead of @online; NULL: @online; internal */
	const struct block_runs *blocks;
	bool exact;		    /* @saved is all that its regions have; internal */
	bool restore;		    /* DAXBUS_CREATE restores the devices in @saved: */
	struct saved_device *saved; /* @n_saved of them */
	size_t n_saved;
	bool make_room;	      /* DAXBUS_OFFLINE makes room, and tries until @timeout has passed */
	enum huge_pages huge; /* what it may do to pools of huge pages for that */
	bool drop_caches;     /* it may drop those of all nodes for that */
	bool force;
	uint64_t wait;	  /* seconds */
	uint64_t timeout; /* seconds without progress of a block that goes offline, or if
			     @make_room for all; never 0 */
	bool timeout_is_given;
};

/* A device of a saved layout, to be created again. */
struct saved_device {
	char *name; /* its name in the layout */
	uint32_t region;
	uint32_t instance;
	char *provider; /* of its region; NULL: unknown */
	char *path;	/* of its region; NULL: unknown */
	char *identity; /* of its region; NULL: unknown */
	bool has_zone;	/* its memory was in the zone of @how, as far as it was online */
	struct daxbus_request how;
};

/* Check that the settings are complete and compatible. Return: 0; -EINVAL. */
int request_check(const struct daxbus_request *request, struct daxbus_error *err) _must_check_;

/* "kmem"; NULL for MODE_NONE. */
const char *request_mode_name(enum mode mode);
/* "kmem", "device_dax", "fsdev_dax"; NULL for modes that are not a driver of the dax bus. */
const char *request_mode_driver(enum mode mode);
/* The mode of a driver of the dax bus, or MODE_NONE. */
enum mode request_mode_of_driver(const char *driver);

/*
 * The reason for which @request refuses a device that a process has open or mapped: the memory of
 * one that is resized or destroyed may become another device's, so that --force does not help
 * there.
 */
enum reason request_held_reason(const struct daxbus_request *request);

#endif

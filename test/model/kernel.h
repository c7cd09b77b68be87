/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_MODEL_KERNEL_H
#define TEST_MODEL_KERNEL_H

#include "io/sysfs.h"
#include "model/range-list.h"
#include "model/zone.h"

/*
 * A model of the kernel's side of the dax bus: two regions of soft-reserved memory, their devices,
 * the drivers device_dax and kmem, and the memory blocks of kmem. It is plain data, so that a state
 * can be copied, compared and hashed. What a write does is in kernel.c, what a file says in tree.c.
 *
 * It is no proof of what a kernel does: the machines of test/vm are. It only says what daxbus makes
 * of such a kernel.
 */

#define MODEL_REGIONS	    2
#define MODEL_INSTANCES	    4 /* of each region, at most */
#define MODEL_DEVICES	    (MODEL_REGIONS * MODEL_INSTANCES)
#define MODEL_RANGES	    3 /* of each device, at most */
#define MODEL_BLOCKS	    4 /* of each region */
#define MODEL_BLOCK_SIZE    (UINT64_C(128) << 20)
#define MODEL_REGION_SIZE   (MODEL_BLOCKS * MODEL_BLOCK_SIZE)
#define MODEL_FIRST_ADDRESS UINT64_C(0x100000000)
/* Distance between the first addresses of the two. */
#define MODEL_STRIDE	    MODEL_REGION_SIZE

enum model_release { MODEL_5_10, MODEL_6_1, MODEL_6_12, MODEL_7_3, N_MODEL_RELEASES };

/* How a kernel differs from the others. */
struct model_kernel_facts {
	const char *release;
	const char *parent;	/* directory of the regions' providers */
	bool kmem_by_default;	/* kernel >= 6.3: soft-reserved memory matches kmem without an id */
	bool real_errno;	/* kernel >= 5.14: bind returns the error of the probe */
	bool has_memmap;	/* kernel >= 6.9: memmap_on_memory of each device */
	bool has_state;		/* kernel >= 7.3: `state` of a device in kmem */
	bool has_soft_reserved; /* kernel < 7.0: a line of /proc/iomem */
	bool has_hmem_line;	/* kernel < 6.3: one of the provider around it */
};
extern const struct model_kernel_facts model_kernels[N_MODEL_RELEASES];

enum model_driver { MODEL_NONE, MODEL_DEVICE_DAX, MODEL_KMEM, N_MODEL_DRIVERS };

/* The words of auto_online_blocks and of `state`, of which "unplugged" belongs to the latter. */
enum model_word {
	WORD_OFFLINE,
	WORD_ONLINE,
	WORD_ONLINE_KERNEL,
	WORD_ONLINE_MOVABLE,
	WORD_UNPLUGGED,
	N_WORDS,
};

struct model_block {
	bool present;
	bool owned; /* by kmem of its device; a block that is present and not owned is stuck */
	enum zone zone;
};

struct model_region {
	struct model_block blocks[MODEL_BLOCKS];
	int youngest, seed; /* instances; -1: none */
};

/* The instance i % MODEL_INSTANCES of the region i / MODEL_INSTANCES. */
struct model_device {
	bool exists;
	unsigned int minor; /* of its character device: the lowest free one */
	unsigned int n_ranges;
	struct range ranges[MODEL_RANGES];
	enum model_driver driver;
	unsigned int n_reserved;      /* ranges that there were when the driver took it */
	bool has_id[N_MODEL_DRIVERS]; /* its name is in new_id of these */
	enum model_word state;	      /* kernel >= 7.3: what kmem did last */
	bool stale_memmap;	      /* kernel >= 5.17: of a bind that failed */
	bool memmap;		      /* kernel >= 6.9: memmap_on_memory */
	bool is_held;		      /* a process has it open */
};

/* --- where memory comes from, if not from firmware: cxl.c, nd.c --- */

#define MODEL_CARDS 2 /* CXL memory devices; each has one decoder */

/*
 * A CXL bus: one window, which is the region 0 of the dax bus, two memory devices behind one host
 * bridge. The region of the CXL bus has the number 0 and the place of that region.
 */
struct model_cxl {
	bool present;
	bool exists;	   /* the region; the rest but the cards is its */
	unsigned int next; /* number of the next one */
	unsigned int ways;
	uint64_t granularity, size;
	bool attached[MODEL_CARDS];
	unsigned int counted; /* attached since none was, even if detached again */
	bool committed, bound;
	bool is_ram[MODEL_CARDS]; /* mode of the decoder of a card */
	uint64_t dpa_size[MODEL_CARDS];
};

enum model_nd_driver { ND_NONE, ND_BUS_DAX, ND_CLASS_DAX, N_ND_DRIVERS };

/* Persistent memory with an info block: the region 0 of the dax bus, which cannot be divided. */
struct model_nd {
	bool present;
	enum model_nd_driver driver; /* of its nd device */
};

struct model_kernel {
	enum model_release release;
	enum model_word policy; /* auto_online_blocks */
	bool autoprobe;
	struct model_region regions[MODEL_REGIONS];
	struct model_device devices[MODEL_DEVICES];
	struct model_cxl cxl;
	struct model_nd nd;
	const char *disaster; /* what must never happen: a crash of the kernel; NULL: nothing */
};

/* The state after boot, with both drivers loaded. */
void model_boot(struct model_kernel *k, enum model_release release);

/* --- writes (kernel.c) --- */

/*
 * A write to a file of the tree. Return: 0; a negative errno as the kernel gives it; -ENOENT for a
 * file that the model does not have.
 */
int model_write(struct model_kernel *k, const char *path, const char *value);

/* Bring a block of a device online, or take it offline, as `state` of the block does. */
int model_set_block(struct model_kernel *k, unsigned int region, unsigned int block,
		    enum model_word word);

/* FNV-1a, of @size bytes, going on from @hash; 0 begins. */
uint64_t model_hash(const void *data, size_t size, uint64_t hash);

/* The region has got its memory: its first device appears, and a driver takes it. */
void model_add_first_device(struct model_kernel *k, unsigned int region);
/* The region goes, whatever its devices are used for. */
void model_remove_devices(struct model_kernel *k, unsigned int region);

/* Write to `state` of a device in kmem (kernel >= 7.3). Return: 0; a negative errno. */
int model_set_state(struct model_kernel *k, unsigned int device, enum model_word word);

/* The zone that "online" brings a block into, as the kernel shows it in valid_zones. */
enum zone model_default_zone(const struct model_region *region, unsigned int block);

/* "dax1.0". Return: the number of the device that exists; -1 if there is none. */
int model_find_device(const struct model_kernel *k, const char *name);

/* The blocks of its region that are inside of a range of a device, from @first to below @end. */
void model_inner_blocks(unsigned int region, const struct range *range, unsigned int *first,
			unsigned int *end);

/* --- regions (region.c) --- */

uint64_t model_region_start(unsigned int region);
/* The directory that the devices of a region are in; NULL: there is no such region now. */
const char *model_provider(const struct model_kernel *k, unsigned int region);
/* It exists now, without memory. */
void model_add_device(struct model_kernel *k, struct model_device *d);
/* It does not exist any more; names in new_id outlive it. */
void model_clear_device(struct model_device *d);
uint64_t model_device_size(const struct model_device *d);
uint64_t model_available(const struct model_kernel *k, unsigned int region);
/* Writes to files of a region, and to those that give a device memory, as model_write(). */
int model_create(struct model_kernel *k, unsigned int region);
int model_delete(struct model_kernel *k, unsigned int region, const char *value);
int model_set_size(struct model_kernel *k, unsigned int device, uint64_t size);
int model_add_range(struct model_kernel *k, unsigned int device, struct range range);

const char *model_word(enum model_word word);
const char *model_driver(enum model_driver driver);

/* --- CXL (cxl.c) --- */

#define MODEL_CXL_ROOT "/sys/devices/platform/ACPI0017:00/root0"

/* As after a boot with a region that somebody created, instead of the region 0. */
void model_boot_cxl(struct model_kernel *k);
/* A write below /sys/bus/cxl/drivers or MODEL_CXL_ROOT, as model_write(). */
int model_write_cxl(struct model_kernel *k, const char *path, const char *value);

/* --- persistent memory (nd.c) --- */

#define MODEL_ND_REGION "/sys/devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0012:00/ndbus0/region0"

/* As after a boot with the driver dax_pmem, instead of the region 0. */
void model_boot_nd(struct model_kernel *k);
/* A write below /sys/bus/nd, as model_write(). */
int model_write_nd(struct model_kernel *k, const char *path, const char *value);
const char *model_nd_driver(enum model_nd_driver driver);

/* --- attributes (attribute.c) --- */

/* kstrtoull() with base 0. Return: 0; -EINVAL; -ERANGE. */
int model_parse_number(const char *text, uint64_t *ret);

/* Write to a file of a device that is not its `state`, or of a region, without a newline. */
int model_write_device(struct model_kernel *k, unsigned int device, const char *file,
		       const char *value);
int model_write_region(struct model_kernel *k, unsigned int region, const char *file,
		       const char *value);
int model_write_uevent(const char *value);
int model_parse_bool(const char *text, bool *ret);

/* --- the tree (tree.c) --- */

/* What happens at a write, before the kernel sees it. */
struct model_event {
	unsigned int n; /* the writes so far, this included */
	const char *path;
	const char *value;
};

/*
 * struct model_tree - the files of a model
 * @kernel: the state
 * @on_write: NULL, or called at each write; a negative errno is returned instead of writing
 * @dead: every operation fails, as if the process did not exist any more
 */
struct model_tree {
	struct model_kernel *kernel;
	int (*on_write)(void *data, const struct model_event *event);
	void *data;
	bool dead;
	unsigned int n_writes;
	/* what the files say, in the states that were seen; in that of now if it is current */
	struct model_rendering *renderings, *now;
	bool is_current;
	bool trace; /* print reads of files that the model does not have */
};

int model_tree_open(struct model_tree *tree, struct model_kernel *kernel, struct sysfs **ret);
/* What an open file says, and how much of it was read. */
struct model_text {
	char *text;
	size_t length, offset;
};
/* As the operation `read` of struct sysfs_ops. */
int model_text_read(struct model_text *text, char *buffer, size_t size, size_t *ret_length);

/* The state was changed by other means than a write through the tree. */
void model_tree_changed(struct model_tree *tree);
void model_tree_done(struct model_tree *tree);

#endif

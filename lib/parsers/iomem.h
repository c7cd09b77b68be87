/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PARSERS_IOMEM_H
#define DAXBUS_PARSERS_IOMEM_H

#include "model/range-list.h"

/*
 * What /proc/iomem says of physical memory. Other users than root see zeros for addresses.
 */

/* A line of it: what stands at an address. */
struct iomem_entry {
	uint64_t start;
	uint64_t end;
	const char *name; /* a part of the text */
};

/*
 * The next entry of the text of /proc/iomem, which is cut up; lines that are none are skipped.
 * @rest begins as the text, and is NULL behind the last line. Return: whether there is one.
 */
bool iomem_next(char **rest, struct iomem_entry *ret);

/* The entry that a driver has for a device, under the name of the device. */
struct iomem_device {
	uint32_t region;
	uint32_t instance;
	struct range range;
	bool is_divided; /* there are entries inside of it */
};

/*
 * iomem_list_devices() - entries of devices, sorted by their names
 * @text: what /proc/iomem contains; the function modifies it
 * @ret: an array that the caller frees; NULL if it is empty
 *
 * Return: 0; -EACCES when the addresses are not shown to this user; -ENOMEM.
 */
int iomem_list_devices(char *text, struct iomem_device **ret, size_t *ret_n) _must_check_;

/* Return: the entry of a device, if it is the only one of that name and not divided; or NULL. */
const struct iomem_device *iomem_find_device(const struct iomem_device *devices, size_t n,
					     uint32_t region, uint32_t instance);

/*
 * The next range that kmem has added as memory under the name of a device, whether or not that is
 * still on the bus; @rest as above, @ret is named after the device. Return: whether there is one.
 */
bool iomem_next_kmem(char **rest, struct iomem_entry *ret);

/*
 * iomem_find_holder() - what makes the kernel refuse a range, by /proc/iomem
 * @ret: its name; NULL when there is nothing
 *
 * What the provider has there to hold devices (a CXL window, persistent memory) does not count, nor
 * does anything else that the range lies in as a whole, other than RAM and other dax devices: the
 * kernel marks such entries as free to be divided, and does not show the mark.
 *
 * Return: 0; -EACCES when the addresses are not shown to this user; -ENOMEM.
 */
int iomem_find_holder(const char *text, uint64_t start, uint64_t end, char **ret) _must_check_;

/*
 * iomem_subtract_held() - take what something else holds out of memory that looks free
 *
 * kmem that is unbound with memory online keeps it until the next reboot, and the region shows it
 * as free.
 *
 * @text: /proc/iomem
 * @free: ranges, ascending
 *
 * Return: 0; -EACCES when the addresses are not shown to this user; -ENOMEM.
 */
int iomem_subtract_held(const char *text, struct range_list *free) _must_check_;

#endif

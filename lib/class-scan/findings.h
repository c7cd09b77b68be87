/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_FINDINGS_H
#define DAXBUS_CLASS_SCAN_FINDINGS_H

/* clang-format off */
/*
 * The ways to use the class: the constant, its word, what breaks without the class, and what to use
 * instead. Scripts rely on the words: add rows; never change them.
 */
#define USES(row)                                                                               \
	row(USE_CLASS_PATH, "class-path",                                                       \
	    "a device on the bus is not in /sys/class/dax, and since kernel 5.17 none is",      \
	    "/sys/bus/dax/devices/daxX.Y, or /sys/dev/char/MAJOR:MINOR/ of the device node")    \
	row(USE_CLASS_COMPARED, "class-compared",                                               \
	    "on the bus the link 'subsystem' leads to /sys/bus/dax, so that the device is "     \
	    "taken for something else",                                                         \
	    "the last component of the link 'subsystem', which is 'dax' in both")               \
	row(USE_DEVICE_ALIGN, "device-align",                                                   \
	    "a device on the bus has no link 'device'",                                         \
	    "the attribute 'align' of the device itself (kernel 5.10 and later)")               \
	row(USE_DEVICE_REGION, "device-region",                                                 \
	    "a device on the bus has no link 'device'",                                         \
	    "../dax_region of the real directory of /sys/bus/dax/devices/daxX.Y")                  \
	row(USE_CLASS_DIRECTORY, "class-directory",                                                \
	    "the real directory of a device on the bus has no level 'dax/'",                       \
	    "/sys/bus/dax/devices/daxX.Y; in udev rules, SUBSYSTEM==\"dax\" and KERNEL")        \
	row(USE_COMPAT_MODULE, "compat-module",                                                 \
	    "the module dax_pmem_compat makes the class; kernels since 5.17 do not have it",    \
	    "dax_pmem, and device_dax")                                                         \
	row(USE_BUS_KEPT_OUT, "bus-kept-out",                                                   \
	    "without the module dax_pmem there is no driver for the bus, and since kernel "     \
	    "5.17 none at all",                                                                 \
	    "nothing: drop the line")                                                           \
	row(USE_OPEN, "class-open",                                                             \
	    "what it has open goes away with the class",                                        \
	    "/sys/bus/dax/devices; stop it before devices move to the bus")                     \
	row(USE_WATCHED, "class-watched",                                                       \
	    "what it watches goes away with the class",                                         \
	    "/sys/bus/dax/devices, or udev's monitor; stop it before devices move to the bus")  \
	row(USE_DEVICE_OPEN, "device-open",                                                     \
	    "its device goes away with the class",                                              \
	    "nothing else: stop it before devices move to the bus, start it again after")       \
	row(USE_DEVICE_MAPPED, "device-mapped",                                                 \
	    "its device goes away with the class",                                              \
	    "nothing else: stop it before devices move to the bus, start it again after")
/* clang-format on */

#define USE_ROW(name, word, breaks, instead) name,
enum finding { USES(USE_ROW) _USE_MAX };

/* The texts of a row. */
struct finding_texts {
	const char *word;
	const char *breaks;
	const char *instead;
};
extern const struct finding_texts findings[_USE_MAX];

#endif

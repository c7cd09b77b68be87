/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MENTION_H
#define DAXBUS_MENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util.h"

/*
 * What a file says of /sys/class/dax, from its bytes alone: nothing here reads a file.
 *
 * A file is put in piece by piece, in a buffer of bounded size, and may be any bytes. Text is taken
 * line by line without its comments; in programs, strings are. Whether a mention counts follows
 * from all of the file: one that names the bus as well looks at both, and "device/align" is of dax
 * only where dax is spoken of.
 */

/* clang-format off */
/*
 * How the class is used: the constant, its word, what breaks without the class, and what to use
 * instead. Scripts rely on the words: rows are added, never changed.
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
	    "../dax_region of the real folder of /sys/bus/dax/devices/daxX.Y")                  \
	row(USE_CLASS_FOLDER, "class-folder",                                                   \
	    "the real folder of a device on the bus has no level 'dax/'",                       \
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
enum use { USES(USE_ROW) _USE_MAX };

const char *use_word(enum use use);
const char *use_breaks(enum use use);
const char *use_instead(enum use use);

/*
 * enum syntax - how a file is read
 * @SYNTAX_PROGRAM: ELF and other bytes: strings of printable characters
 * @SYNTAX_HASH: "#" begins a comment, outside quotes, at the beginning of a word
 * @SYNTAX_PYTHON: the same, and texts in three quotes that are statements are comments
 * @SYNTAX_PERL: the same, and what is between "=word" and "=cut" or "=end"
 * @SYNTAX_SLASHES: "//" begins a comment
 * @SYNTAX_DASHES: "--" does
 * @SYNTAX_LINES: "#" and ";" do, only at the beginning of a line (systemd, ini)
 * @SYNTAX_UDEV: "#" does, only there; and keys that match paths count
 * @SYNTAX_MODPROBE: the same, and commands of modprobe.d count
 */
enum syntax {
	SYNTAX_PROGRAM,
	SYNTAX_HASH,
	SYNTAX_PYTHON,
	SYNTAX_PERL,
	SYNTAX_SLASHES,
	SYNTAX_DASHES,
	SYNTAX_LINES,
	SYNTAX_UDEV,
	SYNTAX_MODPROBE,
	_SYNTAX_MAX,
};

/*
 * struct mention - a place that names the class, or depends on it
 * @use: how
 * @line: its number, from 1; 0 in a program
 * @offset: of the words, in bytes from the beginning of the file
 * @text: the line or the string, cut; owned
 * @whole: the path ends with the class's folder
 */
struct mention {
	enum use use;
	uint64_t line;
	uint64_t offset;
	char *text;
	bool whole;
};

/*
 * struct mentions - a file while it is read, and what it was found to say
 * @items: @n mentions, in the order of the file; none after the end when nothing counts
 * @n: how many
 * @safe: after the end: why the file works with the bus as well; NULL when it does not, or says
 * nothing. @items is one mention then
 *
 * The rest is the reader's own.
 */
struct mentions {
	struct mention *items;
	size_t n;
	const char *safe;

	enum syntax syntax;
	char *buffer;
	size_t size;	    /* of the buffer */
	size_t used;	    /* bytes in it */
	size_t from;	    /* of these, looked at already, and kept for what is before the next */
	uint64_t offset;    /* of the buffer's first byte */
	uint64_t line;	    /* lines before @from */
	const char *quotes; /* Python: inside a text that ends so */
	bool pod;	    /* Perl: inside documentation */
	bool names_dax;
	bool names_bus;
	bool names_subsystem;
	bool has_link;	     /* @link is one */
	struct mention link; /* /sys/dev/char/.../subsystem */
};

/* The smallest buffer that will do. */
#define MENTIONS_BUFFER_MIN 2048

/* @size: bytes of the buffer. Return: 0; -ENOMEM. */
int mentions_init(struct mentions *m, enum syntax syntax, size_t size) _must_check_;
void mentions_done(struct mentions *m);

/* Begin another file with the same buffer. */
void mentions_restart(struct mentions *m, enum syntax syntax);

/* Where the next bytes of the file go, and how many have room there: at least one. */
char *mentions_room(struct mentions *m, size_t *ret_size);
/* So many bytes were put there. Return: 0; -ENOMEM. */
int mentions_put(struct mentions *m, size_t n) _must_check_;
/* Of a program: what comes next is at @offset, behind what is passed over. Return: 0; -ENOMEM. */
int mentions_jump(struct mentions *m, uint64_t offset) _must_check_;
/* That was all of the file. Return: 0; -ENOMEM. */
int mentions_end(struct mentions *m) _must_check_;

#endif

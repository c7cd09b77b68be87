/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DOC_COMPLETE_H
#define DAXBUS_DOC_COMPLETE_H

#include "cli/session.h"

/*
 * complete() - print candidates for the last word of a command line
 * @s: the session
 * @words: the command line without the name of the tool; the last word may be incomplete
 * @n: at least 1
 *
 * Prints one candidate per line. Lines that start with a colon are for the shell: ":directories"
 * and ":files" request names of files, ":nospace" means that the word may continue.
 */
void complete(struct session *s, char **words, size_t n);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DAXCTL_MAIN_H
#define DAXBUS_DAXCTL_MAIN_H

#include <stdbool.h>

/* Whether the tool was started as "daxctl", through a link of that name. */
bool daxctl_main_is_asked(const char *name);

/* Run with the command line of daxctl. Return: the exit status. */
int daxctl_main_run(int argc, char **argv);

#endif

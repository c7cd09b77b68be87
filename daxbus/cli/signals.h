/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_SIGNALS_H
#define DAXBUS_CLI_SIGNALS_H

#include <stdbool.h>

/*
 * From now on SIGINT, SIGTERM, SIGHUP and the others that end a process, such as those of timers
 * and of resource limits, do not end it, except for SIGKILL, errors and real-time signals. They
 * request to stop: between two steps, a change checks for it and undoes its steps. Ignored signals
 * stay ignored.
 */
void signals_install(void);
bool signals_stop_requested(void);

#endif

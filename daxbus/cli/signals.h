/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_SIGNALS_H
#define DAXBUS_CLI_SIGNALS_H

#include <stdbool.h>

/*
 * From now on SIGINT, SIGTERM and SIGHUP do not end the process: they are a wish to stop, which a
 * change hears of between its steps, and undoes what it did. A signal that is ignored stays so.
 */
void stop_install(void);
bool stop_was_asked(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>

#include "base/util.h"

static volatile sig_atomic_t asked;

static void ask(int signal _unused_)
{
	asked = 1;
}

void stop_install(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	/* Without SA_RESTART, so that a signal interrupts a long write(2). */
	struct sigaction action = { .sa_handler = ask }, old;

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
}

bool stop_was_asked(void)
{
	return asked;
}

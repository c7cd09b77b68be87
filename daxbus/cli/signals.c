/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>

#include "base/util.h"

static volatile sig_atomic_t stop_requested;

static void request_stop(int signal _unused_)
{
	stop_requested = 1;
}

void signals_install(void)
{
	/* Those that end a process unless it has a handler; SIGPIPE is ignored. */
	static const int signals[] = { SIGINT,	SIGTERM, SIGHUP,  SIGQUIT, SIGALRM,
				       SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ, SIGVTALRM,
				       SIGPROF, SIGPWR,	 SIGIO };
	/* Without SA_RESTART, so that a signal interrupts a long write(2). */
	struct sigaction action = { .sa_handler = request_stop }, old;

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
}

bool signals_stop_requested(void)
{
	return stop_requested;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/signals.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/util.h"
#include "unit.h"

/* In a child: the signal must not end it. Return: the status of the child. */
static int raise_in_child(int number, void (*disposition)(int), bool stops)
{
	const struct rlimit no_core = { 0 };
	pid_t pid = fork();
	int status = -1;

	assert_true(pid >= 0);
	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &no_core);
		signal(number, disposition);
		signals_install();
		raise(number);
		_exit(signals_stop_requested() == stops ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void test_signals(void **state _unused_)
{
	/* Those that the kernel or a shell sends without a word of the user, too: of timers,
	 * resource limits and power. */
	static const int numbers[] = { SIGINT,	SIGTERM, SIGHUP,  SIGQUIT, SIGALRM,
				       SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ, SIGVTALRM,
				       SIGPROF, SIGPWR,	 SIGIO };

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		assert_row(i, raise_in_child(numbers[i], SIG_DFL, true) == 0);
		assert_row(i, raise_in_child(numbers[i], SIG_IGN, false) == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signals),
	};

	return cmocka_run_group_tests_name("signals", tests, NULL, NULL);
}

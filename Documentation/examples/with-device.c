/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * with-device DEVICE COMMAND...: run a command with a device in mode devdax, and put the device
 * back when the command ends, however it ends. This process holds the lease and waits. If it is
 * killed, the command is killed, too, and 'daxbus recover' puts the device back.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <daxbus.h>

static int report(struct daxbus_results *results, const struct daxbus_error *error)
{
	const struct daxbus_result *result = results ? daxbus_results_next(results, NULL) : NULL;
	const char *why = result ? result->message : error->message;

	fprintf(stderr, "with-device: %s\n", why ? why : "failed");
	return EXIT_FAILURE;
}

/* A device that was in the mode already has no result. */
static int was_put_back(const struct daxbus_results *results)
{
	const struct daxbus_result *result = daxbus_results_next(results, NULL);

	return !result || result->status == DAXBUS_CHANGED;
}

static pid_t child;

static void pass_on(int signal_number)
{
	kill(child, signal_number);
}

static int run(char **command)
{
	pid_t parent = getpid();
	int status;

	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			execvp(command[0], command);
		_exit(127);
	}
	if (child < 0)
		return EXIT_FAILURE;
	/* This process ends after the command. */
	signal(SIGINT, pass_on);
	signal(SIGTERM, pass_on);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_FAILURE;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	struct daxbus_results *results = NULL;
	struct daxbus_request *request;
	struct daxbus_lease *lease = NULL;
	struct daxbus_ctx *ctx;
	int status;

	if (argc < 3 || daxbus_new(&ctx) < 0 ||
	    daxbus_request_new(DAXBUS_RECONFIGURE, &request) < 0)
		return EXIT_FAILURE;
	daxbus_request_set(request, "mode", "devdax", NULL);
	daxbus_request_set(request, "wait", "60", NULL);
	if (daxbus_lease_take(ctx, argv[1], request, &lease, &results, &error) < 0 || !lease)
		return report(results, &error);
	daxbus_results_free(results);
	results = NULL;
	status = run(argv + 2);
	if (daxbus_lease_release(ctx, lease, &results, &error) < 0 || !was_put_back(results))
		status = report(results, &error);
	daxbus_results_free(results);
	daxbus_request_free(request);
	daxbus_error_done(&error);
	daxbus_free(ctx);
	return status;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that is to be a device saved by daxctl: read without harm, and its values are settings of
 * the library. */
#include <errno.h>

#include "daxctl/input.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	struct daxctl_input input = { 0 };
	/* A copy, so that reading behind its end is seen. */
	_cleanup_free_ char *text = malloc(size ? size : 1);
	int r;

	fuzz_check(text);
	if (size)
		memcpy(text, data, size);
	r = daxctl_input_parse("input", text, size, &input, &error);
	fuzz_check(r == 0 || r == -EINVAL);
	fuzz_check(r == 0 ? !error.message : !!error.message);
	for (size_t i = 0; r == 0 && i < input.mappings.n; i++) {
		struct daxbus_request *request = NULL;

		fuzz_check(daxbus_request_new(DAXBUS_CREATE, &request) == 0);
		fuzz_check(daxbus_request_set(request, "mapping", input.mappings.items[i], NULL) ==
			   0);
		daxbus_request_free(request);
	}
	fuzz_check(r < 0 || input.mappings.n);
	daxctl_input_done(&input);
	daxbus_error_done(&error);
	return 0;
}

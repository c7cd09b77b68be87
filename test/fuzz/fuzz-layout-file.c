/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that is to be a saved layout: read without harm, and what is taken of it makes sense. */
#include <errno.h>

#include "cmd/layout-file.h"
#include "fuzz.h"
#include "model/request.h"

static void check_device(const struct saved_device *saved)
{
	const struct range_list *layout = &saved->how.layout;

	fuzz_check(saved->name && is_power_of_two(saved->how.align));
	for (size_t i = 0; i < layout->n; i++) {
		struct range_list others = { layout->items, i };

		fuzz_check(layout->items[i].start <= layout->items[i].end);
		fuzz_check(!fuzz_overlaps(&others, &layout->items[i]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	struct daxbus_request *request = NULL;
	/* A copy, so that reading behind its end is seen. */
	_cleanup_free_ char *text = malloc(size ? size : 1);
	int r;

	fuzz_check(text && daxbus_request_new(DAXBUS_CREATE, &request) == 0);
	if (size)
		memcpy(text, data, size);
	r = layout_file_parse("layout", text, size, request, &error);
	fuzz_check(r == 0 || r == -EINVAL);
	fuzz_check(r == 0 ? !error.message : starts_with(error.message, "layout: "));
	for (size_t i = 0; r == 0 && i < request->n_saved; i++)
		check_device(&request->saved[i]);
	fuzz_check(r < 0 || request->restore);
	daxbus_error_done(&error);
	daxbus_request_free(request);
	return 0;
}

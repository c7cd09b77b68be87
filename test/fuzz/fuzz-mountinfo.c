/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a line of /proc/PID/mountinfo. What is found, written down again, is read as the
 * same.
 */
#include <inttypes.h>

#include "fuzz.h"
#include "parsers/mountinfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *s = fuzz_string(data, size), *text = NULL;
	struct mountinfo m, again;

	if (!mountinfo_parse(s, &m))
		return 0;
	fuzz_check(!strchr(m.directory, ' ') && !strchr(m.type, ' ') && !strchr(m.source, ' '));
	fuzz_check(asprintf(&text, "1 2 %" PRIu32 ":%" PRIu32 " / %s rw x:1 - %s %s rw", m.major,
			    m.minor, m.directory, m.type, m.source) > 0);
	fuzz_check(mountinfo_parse(text, &again) && again.major == m.major &&
		   again.minor == m.minor);
	fuzz_check(streq(again.directory, m.directory) && streq(again.type, m.type) &&
		   streq(again.source, m.source));
	return 0;
}

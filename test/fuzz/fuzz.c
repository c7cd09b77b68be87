/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fuzz.h"

#include <ftw.h>

static char directory[256];

char *fuzz_string(const uint8_t *data, size_t size)
{
	char *s = malloc(size + 1);

	fuzz_check(s);
	if (size)
		memcpy(s, data, size);
	s[size] = '\0';
	return s;
}

static int remove_one(const char *path, const struct stat *st _unused_, int type _unused_,
		      struct FTW *ftw _unused_)
{
	return remove(path);
}

static void remove_directory(void)
{
	nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_directory(void)
{
	const char *tmp = getenv("TMPDIR");

	if (!*directory) {
		snprintf(directory, sizeof(directory), "%s/daxbus-fuzz-XXXXXX",
			 tmp && *tmp ? tmp : "/tmp");
		fuzz_check(mkdtemp(directory));
		atexit(remove_directory);
	}
	return directory;
}

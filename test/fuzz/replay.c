/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives a target each file that is named, or each file of its corpus, with any compiler. What
 * libFuzzer once found is kept in the corpus, so that no build brings it back.
 */
#include <dirent.h>
#include <errno.h>

#include "base/string.h"
#include "fuzz.h"

static void replay_file(const char *path)
{
	_cleanup_free_ uint8_t *data = NULL;
	FILE *file = fopen(path, "re");
	long size;

	if (!file || fseek(file, 0, SEEK_END) < 0 || (size = ftell(file)) < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(EXIT_FAILURE);
	}
	rewind(file);
	data = malloc(size ? (size_t)size : 1);
	fuzz_check(data);
	fuzz_check(fread(data, 1, (size_t)size, file) == (size_t)size);
	fclose(file);
	printf("%s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(data, (size_t)size);
}

/* "fuzz-parse" has the corpus "parse". Return: how many files there were. */
static size_t replay_corpus(const char *program)
{
	const char *slash = strrchr(program, '/'), *srcdir = getenv("srcdir");
	const char *name = slash ? slash + 1 : program;
	_cleanup_(string_done) struct string directory = { 0 };
	struct dirent *entry;
	size_t n = 0;
	DIR *dir;

	/* What libtool runs in the place of a program that it has not installed. */
	if (starts_with(name, "lt-"))
		name += strlen("lt-");
	fuzz_check(starts_with(name, "fuzz-"));
	string_add(&directory, "%s/test/fuzz/corpus/%s", srcdir ? srcdir : ".",
		   name + strlen("fuzz-"));
	dir = opendir(directory.s);
	if (!dir) {
		fprintf(stderr, "%s: %s\n", directory.s, strerror(errno));
		exit(EXIT_FAILURE);
	}
	while ((entry = readdir(dir))) {
		_cleanup_(string_done) struct string path = { 0 };

		if (*entry->d_name == '.')
			continue;
		string_add(&path, "%s/%s", directory.s, entry->d_name);
		replay_file(path.s);
		n++;
	}
	closedir(dir);
	return n;
}

int main(int argc, char **argv)
{
	size_t n = (size_t)argc - 1;

	for (int i = 1; i < argc; i++)
		replay_file(argv[i]);
	if (!n)
		n = replay_corpus(argv[0]);
	printf("%zu inputs\n", n);
	return n ? EXIT_SUCCESS : EXIT_FAILURE;
}

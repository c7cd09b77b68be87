/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the model what real kernels were asked (trace.h), and compares the answers.
 *
 *	replay [-l] [TRACE...]	-l: asks the running kernel instead, in a test machine with the
 *				memory `model`, after `modprobe kmem`
 *
 * Whether memory in zone Normal can go offline depends on what the kernel has put there: a write
 *that was refused with EBUSY for that is refused by the model, too.
 *
 * A trace has the name of its kernel: traces/6.1.trace. Then, for each file and each error of its
 * writes, a trial: a model that gives another error there must differ.
 */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/parse.h"
#include "kernel.h"
#include "trace.h"

struct counts {
	unsigned long answers, writes, differences, trials;
};

/* A kind of write, by the name of its file and its error; a model that gives another error. */
struct trial {
	const char *file;
	int error;
	struct model_kernel *kernel;
	bool happened; /* not if the file cannot be opened */
};

struct replay {
	const char *name;
	unsigned int line; /* of the trace */
	const char *parent;
	struct sysfs *fs;
	struct trace_answers answers;
	struct trace_answers printed; /* answers of the model that were others */
	struct trace_answers refused; /* a write for each trial */
	struct trace_line last_write;
	struct counts counts;
	bool is_in_use;	     /* the next write finds memory in use */
	struct trial *trial; /* nothing is printed, and it ends with the first difference */
};

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* --- comparing -------------------------------------------------------------------------------- */

static void compare(struct replay *p, const struct trace_line *recorded)
{
	struct trace_line line = *recorded;

	trace_ask(p->fs, &line);
	p->counts.answers++;
	if (trace_is_same_answer(&line, recorded))
		return;
	p->counts.differences++;
	if (p->trial)
		return;
	if (!trace_remember(&p->printed, &line) && line.kind != TRACE_WRITE)
		return;
	printf("%s, line %u", p->name, p->line);
	if (recorded->kind != TRACE_WRITE && *p->last_write.path) {
		printf(", after ");
		trace_print(stdout, p->parent, &p->last_write);
	} else {
		printf("\n");
	}
	printf("  kernel: ");
	trace_print(stdout, p->parent, recorded);
	printf("  model:  ");
	trace_print(stdout, p->parent, &line);
}

static void compare_all(struct replay *p)
{
	for (size_t i = 0; i < p->answers.n; i++)
		compare(p, p->answers.lines[i]);
}

static bool is_in_normal(const struct replay *p, uint64_t block)
{
	struct trace_line line = { .kind = TRACE_READ };

	snprintf(line.path, sizeof(line.path),
		 "/sys/devices/system/memory/memory%" PRIu64 "/valid_zones", block);
	trace_ask(p->fs, &line);
	return streq(line.answer, "Normal\n");
}

/* Whether that takes memory of zone Normal offline: a memory block, or all of a device. */
static bool takes_normal(const struct replay *p, const struct trace_line *line)
{
	const uint64_t first = MODEL_FIRST_ADDRESS / MODEL_BLOCK_SIZE;
	const char *device = strstr(line->path, "/hmem.");
	unsigned int region;
	uint64_t block;

	if (sscanf(line->path, "/sys/devices/system/memory/memory%" SCNu64, &block) == 1)
		return is_in_normal(p, block);
	if (!device || sscanf(device, "/hmem.%u/", &region) != 1 ||
	    !starts_with(line->value, "unplugged"))
		return false;
	for (unsigned int i = 0; i < MODEL_BLOCKS; i++)
		if (is_in_normal(p, first + region * MODEL_BLOCKS + i))
			return true;
	return false;
}

static void remember_refused(struct replay *p, const struct trace_line *line)
{
	for (size_t i = 0; i < p->refused.n; i++)
		if (p->refused.lines[i]->error == line->error &&
		    streq(name_of(p->refused.lines[i]->path), name_of(line->path)))
			return;
	trace_append(&p->refused, line);
}

static int play(struct replay *p, const char *text)
{
	struct trace_line line;
	int r = trace_parse(text, p->parent, &line);

	p->line++;
	if (r < 0)
		return r == -ENODATA ? 0 : r;
	if (line.kind != TRACE_WRITE) {
		trace_remember(&p->answers, &line);
		return 0;
	}
	if (!p->trial)
		compare_all(p);
	p->is_in_use = line.error == EBUSY && takes_normal(p, &line);
	compare(p, &line);
	p->last_write = line;
	p->counts.writes++;
	if (line.error && !p->trial)
		remember_refused(p, &line);
	return p->trial && p->counts.differences ? -ECANCELED : 0;
}

/* --- traces ----------------------------------------------------------------------------------- */

static int play_all(struct replay *p, FILE *f)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t n;
	int r = 0;

	while (r == 0 && (n = getline(&text, &size, f)) > 0) {
		if (text[n - 1] == '\n')
			text[n - 1] = '\0';
		r = play(p, text);
	}
	if (r < 0 && r != -ECANCELED)
		printf("%s, line %u: no trace: %s\n", p->name, p->line, text);
	else if (!p->trial)
		compare_all(p);
	free(text);
	trace_forget(&p->answers);
	trace_forget(&p->printed);
	return r;
}

static bool find_release(const char *path, enum model_release *ret)
{
	const char *name = name_of(path);
	size_t n = strlen(name) - strlen(".trace");

	if (!ends_with(name, ".trace"))
		return false;
	for (unsigned int i = 0; i < N_MODEL_RELEASES; i++)
		if (!strncmp(model_kernels[i].release, name, n) &&
		    model_kernels[i].release[n] == '.') {
			*ret = i;
			return true;
		}
	return false;
}

static int on_write(void *data, const struct model_event *event)
{
	struct replay *p = data;
	struct trial *trial = p->trial;
	struct model_kernel copy;
	int r;

	if (p->is_in_use)
		return -EBUSY;
	if (!trial)
		return 0;
	copy = *trial->kernel;
	r = streq(name_of(event->path), trial->file) ? model_write(&copy, event->path, event->value)
						     : 0;

	if (r != -trial->error)
		return 0;
	trial->happened = true;
	return -EXDEV;
}

/* @trial: NULL, or a kind of write that has another error. */
static int replay_trace(struct replay *p, FILE *f, enum model_release release, bool is_live,
			struct trial *trial)
{
	struct model_tree tree = { 0 };
	struct model_kernel kernel;
	int r;

	model_boot(&kernel, release);
	r = is_live ? sysfs_new(&p->fs, NULL, NULL, NULL) : model_tree_open(&tree, &kernel, &p->fs);
	if (r < 0)
		abort();
	p->parent = model_kernels[release].parent;
	p->trial = trial;
	if (trial)
		trial->kernel = &kernel;
	tree.on_write = on_write;
	tree.data = p;
	rewind(f);
	r = play_all(p, f);
	sysfs_free(p->fs);
	model_tree_done(&tree);
	return r;
}

/* Return: whether each finds a difference. */
static bool run_trials(struct replay *done, FILE *f, enum model_release release)
{
	bool failed = false;

	for (size_t i = 0; i < done->refused.n; i++) {
		const struct trace_line *line = done->refused.lines[i];
		struct trial trial = { .file = name_of(line->path), .error = line->error };
		struct replay p = { .name = done->name };

		(void)!replay_trace(&p, f, release, false, &trial);
		done->counts.trials += trial.happened;
		if (p.counts.differences || !trial.happened)
			continue;
		printf("%s: no difference to a model with another error than %s of %s\n",
		       done->name, strerrorname_np(line->error), trial.file);
		failed = true;
	}
	return !failed;
}

static int replay_file(const char *path, bool is_live, struct counts *ret)
{
	struct replay p = { .name = path };
	enum model_release release;
	FILE *f = fopen(path, "re");
	int r;

	if (!f || !find_release(path, &release)) {
		printf("%s: %s\n", path, f ? "no such kernel" : strerror(errno));
		return -ENOENT;
	}
	r = replay_trace(&p, f, release, is_live, NULL);
	if (r == 0 && !is_live && !run_trials(&p, f, release))
		r = -EINVAL;
	trace_forget(&p.refused);
	fclose(f);
	*ret = p.counts;
	return r;
}

static bool replay_all(char *const *paths, size_t n, bool is_live)
{
	struct counts sum = { 0 };
	bool failed = !n;

	printf("%-32s %8s %8s %12s %8s\n", "trace", "writes", "answers", "differences", "trials");
	for (size_t i = 0; i < n; i++) {
		struct counts counts = { 0 };

		failed |= replay_file(paths[i], is_live, &counts) < 0 || counts.differences;
		printf("%-32s %8lu %8lu %12lu %8lu\n", paths[i], counts.writes, counts.answers,
		       counts.differences, counts.trials);
		sum.trials += counts.trials;
		sum.writes += counts.writes;
		sum.answers += counts.answers;
		sum.differences += counts.differences;
	}
	printf("%-32s %8lu %8lu %12lu %8lu\n", "all", sum.writes, sum.answers, sum.differences,
	       sum.trials);
	return !failed;
}

int main(int argc, char **argv)
{
	const char *source = getenv("srcdir") ?: "..";
	char pattern[PATH_MAX];
	bool is_live = false, is_right;
	glob_t found;
	int c;

	while ((c = getopt(argc, argv, "l")) != -1)
		is_live |= c == 'l';
	if (optind < argc)
		return replay_all(argv + optind, (size_t)(argc - optind), is_live) ? EXIT_SUCCESS
										   : EXIT_FAILURE;
	snprintf(pattern, sizeof(pattern), "%s/test/model/traces/*.trace", source);
	if (glob(pattern, 0, NULL, &found))
		return EXIT_FAILURE;
	is_right = replay_all(found.gl_pathv, found.gl_pathc, is_live);
	globfree(&found);
	return is_right ? EXIT_SUCCESS : EXIT_FAILURE;
}

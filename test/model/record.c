/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records what the running kernel answers, as a trace (trace.h) on stdout. In a test machine with
 * the memory `model` only: it changes devices.
 *
 *	record < SCRIPT
 *
 * The script is a trace without answers, with two more kinds of lines:
 *
 *	run ACTION [SETTING=VALUE...] DEVICE	what daxbus reads and writes for that change
 *	walk COUNT SEED [normal]		random writes; see walk.h
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/string.h"
#include "execute/apply.h"
#include "kernel.h"
#include "model/public-max.h"
#include "trace.h"
#include "walk.h"

#define READ_MAX (1UL << 20)

/* The files of the running kernel, behind operations that write down what they answer. */
struct trace_recorder {
	struct sysfs *live; /* for questions that nobody is to hear of */
	struct sysfs *fs;
	int directory; /* of the journal */
	const char *parent;
	struct trace_answers answers;
};

/* --- writing down ----------------------------------------------------------------------------- */

static struct trace_recorder *recorder_of(const struct sysfs *fs)
{
	return fs->tree;
}

/* Ask all again, and write down which answers are others now. */
static void ask_again(struct trace_recorder *rec)
{
	for (size_t i = 0; i < rec->answers.n; i++) {
		struct trace_line line = *rec->answers.lines[i];

		trace_ask(rec->live, &line);
		if (trace_remember(&rec->answers, &line))
			trace_print(stdout, rec->parent, &line);
	}
}

static void write_down(struct trace_recorder *rec, const struct trace_line *line)
{
	if (!trace_is_in_scope(line->path))
		return;
	if (line->kind == TRACE_WRITE) {
		trace_print(stdout, rec->parent, line);
		ask_again(rec);
	} else if (trace_remember(&rec->answers, line)) {
		trace_print(stdout, rec->parent, line);
	}
}

static struct trace_line line_of(enum trace_kind kind, const struct sysfs_dir *dir,
				 const char *name)
{
	struct trace_line line = { .kind = kind };

	snprintf(line.path, sizeof(line.path), "%s/%s", dir->path, name);
	return line;
}

/* --- operations ------------------------------------------------------------------------------- */

/* An open file: all that it says, or the path that is written to. */
struct handle {
	struct trace_line line;
	struct model_text content;
};

static int record_directory(struct sysfs *fs, const char *path, int *ret_fd, char **ret_path)
{
	return sysfs_ops_live.open_directory(fs, path, ret_fd, ret_path);
}

static int read_all(struct sysfs_file *file, struct model_text *t)
{
	size_t n;
	int r;

	t->text = calloc(1, READ_MAX);
	if (!t->text)
		abort();
	do {
		n = 0;
		r = sysfs_ops_live.read(file, t->text + t->length, READ_MAX - 1 - t->length, &n);
		t->length += n;
	} while (r == 0 && n);
	return r;
}

static int record_open(const struct sysfs_dir *dir, const char *name, int flags,
		       struct sysfs_file *ret)
{
	bool writes = flags & O_WRONLY;
	struct handle *h = calloc(1, sizeof(*h));
	int r = sysfs_ops_live.open(dir, name, flags, ret);

	if (!h)
		abort();
	h->line = line_of(writes ? TRACE_WRITE : TRACE_READ, dir, name);
	if (r == 0 && !writes)
		r = read_all(ret, &h->content);
	if (r == 0 && !writes)
		trace_set_text(&h->line, h->content.text);
	h->line.error = -r;
	ret->handle = h;
	if (r < 0 || !writes)
		write_down(recorder_of(dir->fs), &h->line);
	if (r < 0) {
		free(h->content.text);
		free(h);
	}
	return r;
}

static int record_read(struct sysfs_file *file, char *buffer, size_t size, size_t *ret_length)
{
	struct handle *h = file->handle;

	return model_text_read(&h->content, buffer, size, ret_length);
}

static int record_write(const struct sysfs_file *file, const char *value)
{
	struct handle *h = file->handle;
	int r = sysfs_ops_live.write(file, value);

	snprintf(h->line.value, sizeof(h->line.value), "%s", value);
	h->line.error = -r;
	/* A signal came, by which daxbus bounds the time of the write; nothing was changed. */
	if (r != -EINTR)
		write_down(recorder_of(file->fs), &h->line);
	return r;
}

static void record_close(struct sysfs_file *file)
{
	struct handle *h = file->handle;

	sysfs_ops_live.close(file);
	free(h->content.text);
	free(h);
}

static int record_link(const struct sysfs_dir *dir, const struct name *name, char target[PATH_MAX])
{
	struct trace_line line = line_of(TRACE_LINK, dir, name->text);

	trace_ask(recorder_of(dir->fs)->live, &line);
	write_down(recorder_of(dir->fs), &line);
	return sysfs_ops_live.read_link(dir, name, target);
}

static int record_type(const struct sysfs_dir *dir, const char *name, mode_t *ret_mode)
{
	struct trace_line line = line_of(TRACE_TYPE, dir, name);

	trace_ask(recorder_of(dir->fs)->live, &line);
	write_down(recorder_of(dir->fs), &line);
	return sysfs_ops_live.find(dir, name, ret_mode);
}

static int record_list(const struct sysfs_dir *dir, int (*fn)(void *data, const char *name),
		       void *data)
{
	struct trace_line line = { .kind = TRACE_LIST };

	snprintf(line.path, sizeof(line.path), "%s", dir->path);
	trace_ask(recorder_of(dir->fs)->live, &line);
	write_down(recorder_of(dir->fs), &line);
	return sysfs_ops_live.list(dir, fn, data);
}

static int record_check_writable(const struct sysfs_dir *dir)
{
	return sysfs_ops_live.check_writable(dir);
}

static const struct sysfs_ops recording = {
	.is_live = true,
	.is_host = true,
	.open_directory = record_directory,
	.open = record_open,
	.read = record_read,
	.write = record_write,
	.close = record_close,
	.read_link = record_link,
	.find = record_type,
	.list = record_list,
	.check_writable = record_check_writable,
};

/* --- the script ------------------------------------------------------------------------------- */

/* Links on the way are followed, so that the same file has one path. */
static void make_canonical(struct trace_recorder *rec, struct trace_line *line)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	char parent[TRACE_PATH_MAX];
	const char *name;

	strcpy(parent, line->path);
	name = string_cut_path_name(parent);
	if (sysfs_dir_open(rec->live, &dir, "%s", parent) == 0)
		snprintf(line->path, sizeof(line->path), "%s/%s", dir.path, name);
}

static void ask_one(struct trace_recorder *rec, struct trace_line *line)
{
	make_canonical(rec, line);
	trace_ask(rec->live, line);
	write_down(rec, line);
}

static const char *const actions[_DAXBUS_ACTION_MAX] = {
	[DAXBUS_RECONFIGURE] = "reconfigure", [DAXBUS_ONLINE] = "online",
	[DAXBUS_OFFLINE] = "offline",	      [DAXBUS_BIND] = "bind",
	[DAXBUS_UNBIND] = "unbind",	      [DAXBUS_CREATE] = "create",
	[DAXBUS_RESIZE] = "resize",	      [DAXBUS_DESTROY] = "destroy",
};

static int set_word(struct daxbus_request *request, char *word, char **ret_target)
{
	struct daxbus_error error = { 0 };
	char *value = strchr(word, '=');
	int r;

	if (!value) {
		*ret_target = word;
		return 0;
	}
	*value = '\0';
	r = daxbus_request_set(request, word, value + 1, &error);
	if (r < 0)
		fprintf(stderr, "%s: %s\n", word, error.message);
	daxbus_error_done(&error);
	return r;
}

/* The caller owns the request, whatever is returned. */
static int parse_request(char *words, struct daxbus_request **ret, char **ret_target)
{
	char *word = strsep(&words, " ");
	int r = 0;

	for (unsigned int i = 0; r == 0 && i < _DAXBUS_ACTION_MAX; i++)
		if (actions[i] && streq(word, actions[i]))
			r = daxbus_request_new(i, ret);
	if (!*ret)
		return -EINVAL;
	while (r == 0 && (word = strsep(&words, " ")))
		r = set_word(*ret, word, ret_target);
	return r;
}

static int run(struct trace_recorder *rec, char *words)
{
	_cleanup_(region_space_done) struct region_space room = { 0 };
	_cleanup_(results_free_p) struct daxbus_results *results = results_new();
	const struct apply_context apply = { .fs = rec->fs,
					     .directory = rec->directory,
					     .timeout = REQUEST_TIMEOUT };
	const struct daxbus_result *result;
	struct daxbus_request *request = NULL;
	char *target = NULL;
	int r = results ? parse_request(words, &request, &target) : -ENOMEM;

	if (r < 0 || !target)
		r = r ?: -EINVAL;
	else if (request->action == DAXBUS_CREATE)
		r = apply_create(&apply, request, target, &room, results);
	else
		r = apply_device(&apply, request, target, results);
	result = daxbus_results_next(results, NULL);
	if (r == 0 && result)
		printf("# status %d: %s\n", (int)result->status, result->message ?: "");
	daxbus_request_free(request);
	return r;
}

static void walk(struct trace_recorder *rec, unsigned int count, unsigned int seed,
		 bool with_normal)
{
	struct trace_line line;

	srandom(seed);
	while (count--) {
		walk_choose(&rec->answers, rec->parent, with_normal, &line);
		ask_one(rec, &line);
	}
}

static int play(struct trace_recorder *rec, char *text)
{
	unsigned int count, seed;
	struct trace_line line;
	int r;

	if (starts_with(text, "run ")) {
		printf("# %s\n", text);
		return run(rec, text + strlen("run "));
	}
	if (sscanf(text, "walk %u %u", &count, &seed) == 2) {
		printf("# %s\n", text);
		walk(rec, count, seed, ends_with(text, " normal"));
		return 0;
	}
	r = trace_parse(text, rec->parent, &line);
	if (r == 0)
		ask_one(rec, &line);
	return r == -ENODATA ? 0 : r;
}

static const struct model_kernel_facts *facts_of_this(void)
{
	struct utsname name;

	uname(&name);
	for (unsigned int i = 0; i < N_MODEL_RELEASES; i++) {
		size_t n = strcspn(model_kernels[i].release, ".") + 1;

		n += strcspn(model_kernels[i].release + n, ".") + 1;
		if (!strncmp(name.release, model_kernels[i].release, n))
			return &model_kernels[i];
	}
	return NULL;
}

int main(void)
{
	const struct model_kernel_facts *facts = facts_of_this();
	char directory[] = "/run/record.XXXXXX";
	struct trace_recorder rec = { 0 };
	char *text = NULL;
	size_t size = 0;
	ssize_t n;
	int r = 0;

	if (!facts || !mkdtemp(directory) || sysfs_new(&rec.live, NULL, NULL, NULL) < 0 ||
	    sysfs_new(&rec.fs, NULL, NULL, NULL) < 0)
		return EXIT_FAILURE;
	rec.fs->ops = &recording;
	rec.fs->tree = &rec;
	rec.parent = facts->parent;
	rec.directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	printf("# SPDX-License-Identifier: GPL-2.0-or-later\n# Recorded by test/model/make-traces.\n");
	while (r == 0 && (n = getline(&text, &size, stdin)) > 0) {
		if (text[n - 1] == '\n')
			text[n - 1] = '\0';
		r = play(&rec, text);
	}
	if (r < 0)
		fprintf(stderr, "%s: %s\n", text, strerror(-r));
	free(text);
	trace_forget(&rec.answers);
	close(rec.directory);
	sysfs_free(rec.fs);
	sysfs_free(rec.live);
	return r < 0 || fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_MODEL_TRACE_H
#define TEST_MODEL_TRACE_H

#include <stdio.h>

#include "io/sysfs.h"

/*
 * Questions to a tree of kernel files, and what it answers. A trace has one a line:
 *
 *	PATH = TEXT		a file says that, and a newline
 *	PATH -> TARGET		a link
 *	PATH / NAME...		the entries of a directory
 *	PATH ? TYPE		something has this name: file, directory, link
 *	PATH < VALUE		the value is written
 *
 * With "!" at the sign there is an error in place of the answer: "PATH =! EACCES"; of a write,
 * before the value. Newlines are \n; a TEXT without one at its end ends with \c. After each write,
 * and at the end, all questions that came so far are asked again: those that do not follow before
 * the next write are answered as the last time. Lines that begin with # are comments.
 */
enum trace_kind { TRACE_READ, TRACE_LINK, TRACE_LIST, TRACE_TYPE, TRACE_WRITE, N_TRACE_KINDS };

#define TRACE_PATH_MAX 256
#define TRACE_TEXT_MAX 4096

struct trace_line {
	enum trace_kind kind;
	char path[TRACE_PATH_MAX];
	char value[256]; /* of a write */
	int error;	 /* errno; 0: none */
	char answer[TRACE_TEXT_MAX];
};

/*
 * Parse a line without its newline. @parent: the directory of the regions' providers. Return: 0;
 * -ENODATA: it is empty or a comment; -EINVAL.
 */
int trace_parse(const char *text, const char *parent, struct trace_line *ret) _must_check_;
/* The whole path of one in a trace. */
void trace_expand(const char *text, const char *parent, char ret[TRACE_PATH_MAX]);
void trace_print(FILE *f, const char *parent, const struct trace_line *line);

/* Ask a tree the question of @line, and set its answer. */
void trace_ask(struct sysfs *fs, struct trace_line *line);

/* Set what a file says; see trace_normalise() in trace.c for what does not count. */
void trace_set_text(struct trace_line *line, const char *text);
/* Set the entries of a directory, in any order; the array is sorted. */
void trace_set_names(struct trace_line *line, const char **names, size_t n);
/* Whether the model has to answer for a path. */
bool trace_is_in_scope(const char *path);

/* Questions, with their last answers. */
struct trace_answers {
	struct trace_line **lines;
	size_t n;
};

/* The line with the same question; NULL. */
struct trace_line *trace_find(const struct trace_answers *answers, const struct trace_line *line);
/* Add the question, or replace its answer. Return: whether the answer is another one now. */
bool trace_remember(struct trace_answers *answers, const struct trace_line *line);
void trace_append(struct trace_answers *answers, const struct trace_line *line);
bool trace_is_same_answer(const struct trace_line *a, const struct trace_line *b);
void trace_forget(struct trace_answers *answers);

#endif

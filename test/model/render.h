/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_MODEL_RENDER_H
#define TEST_MODEL_RENDER_H

#include <stdio.h>

#include "kernel.h"

/* What the files of a model say in a state, in order of their paths. */

struct model_file {
	char *path;
	char *content; /* NULL: a directory */
	bool is_link;  /* content is its target */
	int access;    /* of a file: O_RDONLY, O_WRONLY, O_RDWR */
};

struct model_rendering {
	struct model_kernel state;
	struct model_file *files;
	size_t n_files;
};

/* Files that can be read, read and written, only written (even root cannot open those to read); a
 * link. Without @content the file is a directory. */
void render_file(struct model_rendering *t, const char *content, const char *path, ...)
	_format_(3, 4);
void render_setting(struct model_rendering *t, const char *content, const char *path, ...)
	_format_(3, 4);
void render_command(struct model_rendering *t, const char *path, ...) _format_(2, 3);
void render_link(struct model_rendering *t, const char *target, const char *path, ...)
	_format_(3, 4);

/* A value with the newline that attributes end with. */
#define TEXT(...)                                                                                  \
	({                                                                                         \
		static char _text[4096];                                                           \
		snprintf(_text, sizeof(_text), __VA_ARGS__);                                       \
		_text;                                                                             \
	})

/* The files of the buses that regions come from; nothing where there is none. */
void model_render_cxl(struct model_rendering *t);
void model_render_nd(struct model_rendering *t);

/* Of @state, instead of what was there. */
void model_render(struct model_rendering *r, const struct model_kernel *state);
void model_rendering_clear(struct model_rendering *r);

#endif

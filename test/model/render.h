/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_MODEL_RENDER_H
#define TEST_MODEL_RENDER_H

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

/* Of @state, instead of what was there. */
void model_render(struct model_rendering *r, const struct model_kernel *state);
void model_rendering_clear(struct model_rendering *r);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PARSERS_DAXCTL_CONF_H
#define DAXBUS_PARSERS_DAXCTL_CONF_H

#include "base/util.h"

/*
 * Makes policies of a file in /etc/daxctl.conf.d, the configuration of 'daxctl reconfigure-device
 * --check-config': sections [reconfigure-device NAME] with nvdimm.uuid=, mode=, online= and
 * movable=.
 */

/* A section: @uuid and @mode are NULL if it lacks them. */
struct daxctl_conf_section {
	unsigned int line;
	char *uuid;
	char *mode;
	bool offline;
	bool kernel;
};

struct daxctl_conf {
	struct daxctl_conf_section *items;
	size_t n;
	bool ignored; /* the last section is another one */
};

/* Return of both: 0; -ENOMEM; -EINVAL: a value is unknown. */
int daxctl_conf_section(struct daxctl_conf *conf, unsigned int line, const char *name) _must_check_;
int daxctl_conf_key(struct daxctl_conf *conf, const char *name, const char *value) _must_check_;
void daxctl_conf_done(struct daxctl_conf *conf);

/*
 * The policy of a section, a text; @from is the file that it comes from. Return: the text, owned by
 * the caller; NULL if out of memory.
 */
char *daxctl_conf_policy(const struct daxctl_conf_section *section, const char *from) _must_check_;

#endif

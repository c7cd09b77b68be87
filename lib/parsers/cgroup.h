/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PARSERS_CGROUP_H
#define DAXBUS_PARSERS_CGROUP_H

#include "base/util.h"

/*
 * What a line of /proc/PID/cgroup ("0::/system.slice/a.service") says of a process. Pure: text in,
 * strings out.
 */

/*
 * cgroup_find() - find the unit of systemd and the container
 * @line: the line; of version 1 only that of systemd counts, "1:name=systemd:/..."
 * @ret_unit: receives the innermost service or scope of the machine ("sshd.service"), owned by the
 *            caller; NULL: none
 * @ret_container: receives the ID of a container of docker, podman, containerd or CRI-O, or the
 *                 name of one of LXC or systemd-nspawn; NULL: none
 *
 * Both are unchanged if the line does not count. Return: 1: it counts; 0; -ENOMEM.
 */
int cgroup_find(const char *line, char **ret_unit, char **ret_container) _must_check_;

#endif

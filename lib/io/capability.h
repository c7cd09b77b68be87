/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_CAPABILITY_H
#define DAXBUS_IO_CAPABILITY_H

#include "base/util.h"

/*
 * capability_is_admin() - whether the calling thread has CAP_SYS_ADMIN in effect
 *
 * The kernel requires it to change devices, and to show physical addresses. The user ID says
 * neither: root in a container may lack it.
 *
 * Return: false also when the kernel does not answer.
 */
bool capability_is_admin(void);

#endif

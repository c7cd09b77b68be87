/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_PUBLIC_MAX_H
#define DAXBUS_MODEL_PUBLIC_MAX_H

#include "daxbus.h"

/*
 * The number of values of the public enums. The public header does not declare them: a program that
 * is compiled with such a number breaks when a later version of the library adds a value. The
 * tables with a row for each value assert that they have as many rows.
 */
#define _DAXBUS_KIND_MAX   ((enum daxbus_kind)(DAXBUS_ORPHAN + 1))
#define _DAXBUS_ACTION_MAX ((enum daxbus_action)(DAXBUS_DESTROY + 1))
#define _DAXBUS_STATUS_MAX ((enum daxbus_status)(DAXBUS_FAILED + 1))

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CHANGE_H
#define DAXBUS_CHANGE_H

/* The public functions that change devices, or say how they would be changed; see daxbus.h. */
#include "daxbus.h"

#endif

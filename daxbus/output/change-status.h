/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_CHANGE_STATUS_H
#define DAXBUS_OUTPUT_CHANGE_STATUS_H

#include "cli/exit.h"
#include "daxbus.h"

/*
 * change_status_of_counts() - the exit status for the results of all devices
 * @n: number of results of each enum daxbus_status
 *
 * The worst result counts, first of all an incomplete undo. With several devices, partial success
 * has a status of its own.
 *
 * Return: the status.
 */
enum status change_status_of_counts(const size_t *n);

#endif

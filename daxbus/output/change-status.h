/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_CHANGE_STATUS_H
#define DAXBUS_OUTPUT_CHANGE_STATUS_H

#include "cli/exit.h"
#include "daxbus.h"

/*
 * change_status_of_counts() - the exit status that the results of all devices make
 * @n: how many results of each enum daxbus_verdict there are
 *
 * The worst counts: what is left half-way comes before everything else, and of several devices it
 * is told apart whether any is as it was asked for.
 *
 * Return: the status.
 */
enum status change_status_of_counts(const size_t *n);

#endif

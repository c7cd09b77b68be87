/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_SYSTEM_LOG_H
#define DAXBUS_OUTPUT_SYSTEM_LOG_H

#define SYSTEM_LOG_SOCKET "/dev/log"

/*
 * system_log_write() - send a line to the system log
 * @path: the datagram socket of the log, SYSTEM_LOG_SOCKET
 * @line: the line, without newline and control characters
 *
 * Never waits: syslog(3) does, forever if the log does not read, and the result of a change must be
 * printed. A line that the log does not take at once is lost, as without a log.
 */
void system_log_write(const char *path, const char *line);

#endif

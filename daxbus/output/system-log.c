/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/system-log.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>

#include "base/string.h"

/* As syslog(3) writes it. Names of months do not depend on the locale. */
static void add_head(struct string *text)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t now = time(NULL);
	struct tm t = { 0 };

	localtime_r(&now, &t);
	string_add(text, "<%d>%s %2d %02d:%02d:%02d daxbus[%d]: ", LOG_DAEMON | LOG_NOTICE,
		   months[t.tm_mon], t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, (int)getpid());
}

void system_log_write(const char *path, const char *line)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	_cleanup_free_ char *message = NULL;
	struct string text = { 0 };

	add_head(&text);
	string_add(&text, "%s", line);
	message = string_take(&text);
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	if (fd >= 0 && message && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		(void)!send(fd, message, strlen(message), MSG_NOSIGNAL);
}

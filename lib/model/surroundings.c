/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/surroundings.h"

#include "base/string.h"

const struct surroundings_row surroundings_rows[_DRIVER_MAX] = {
#define DRIVER_ROW(name, driver, bus, module, option) [name] = { driver, bus, module, option },
	SURROUNDINGS_DRIVERS(DRIVER_ROW)
};

void surroundings_clear_line(struct source_line *line)
{
	free(line->file);
	free(line->text);
	*line = (struct source_line){ 0 };
}

int surroundings_set_line(struct source_line *line, const char *file, unsigned int number,
			  const char *text)
{
	if (line->file)
		return 0;
	line->line = number;
	if (string_copy(&line->text, text) == 0 && string_copy(&line->file, file) == 0)
		return 0;
	surroundings_clear_line(line);
	return -ENOMEM;
}

void surroundings_done(struct surroundings *around)
{
	for (size_t i = 0; i < _DRIVER_MAX; i++) {
		surroundings_clear_line(&around->drivers[i].blacklisted);
		surroundings_clear_line(&around->drivers[i].origin);
		surroundings_clear_line(&around->drivers[i].option);
	}
	for (size_t i = 0; i < _SETTING_MAX; i++) {
		surroundings_clear_line(&around->settings[i]);
		surroundings_clear_line(&around->origins[i]);
	}
	onliner_done(&around->onliners);
	free(around->nodes);
	strv_done(&around->messages);
	surroundings_clear_line(&around->soft_reserved);
	cxl_bus_done(&around->cxl);
	*around = (struct surroundings){ 0 };
}

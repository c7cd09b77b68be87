#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A hook of dracut, which sources it: see module-setup.sh.
if [ -e /sys/bus/dax/drivers_autoprobe ]; then
	mkdir -p /run/daxbus/hold
	echo 0 >/sys/bus/dax/drivers_autoprobe
fi

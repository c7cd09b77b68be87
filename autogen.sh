#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes ./configure. Needs autoconf, automake, libtool and pkgconf.
set -eu
cd "$(dirname "$0")"
exec autoreconf --install --force

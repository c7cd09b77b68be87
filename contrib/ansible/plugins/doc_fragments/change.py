# SPDX-License-Identifier: GPL-2.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    """What the modules that change devices have in common: CHANGE_ARGUMENTS of module_utils."""

    DOCUMENTATION = r'''
options:
  force:
    description: Override the refusals that protect users of a device. Nothing overrides those that protect memory or the kernel.
    type: bool
    default: false
  wait:
    description: Wait so many seconds for another run of daxbus.
    type: int
    default: 60
  timeout:
    description: Give up taking a memory block offline if none of its data moves for so many seconds. The default is that of daxbus.
    type: int
requirements:
  - daxbus on the host, and root
attributes:
  platform:
    platforms: linux
    support: full
    description: Runs on Linux.
'''

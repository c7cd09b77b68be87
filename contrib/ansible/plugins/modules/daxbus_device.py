#!/usr/bin/python
# SPDX-License-Identifier: GPL-2.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r'''
---
module: daxbus_device
short_description: One device of device-dax memory in a mode, a size and a zone
description:
  - Brings one device into a state, with the plans, checks and undo of C(daxbus). Daxbus refuses what would lose memory until the
    next reboot, before anything changes; the module fails then, with the reason and what to do next.
  - The kernel forgets it at the next boot, and may give other names. Use M(daxbus.memory.daxbus_layout) for what shall last.
version_added: 0.1.0
author: daxbus authors
options:
  device:
    description:
      - Name of the device. A device that is missing is created in the region of its name; C(dax0.1) belongs to region 0. The
        kernel chooses names, so this fails, with the new device destroyed again, if it chooses another one.
    type: str
    required: true
  state:
    description:
      - C(present) creates the device if it is missing.
      - C(absent) destroys it. Its memory becomes free, and the data in it is lost.
    type: str
    choices: [present, absent]
    default: present
  mode:
    description: The mode. Without it, a new device is in mode devdax, and another one keeps its mode.
    type: str
    choices: [devdax, kmem, famfs]
  online:
    description: For I(mode=kmem), the zone in which the memory is online, or C(no).
    type: str
    choices: [movable, kernel, policy, 'no']
    default: movable
  size:
    description:
      - Size, such as C(4G). A device that is larger shrinks; the data beyond it is lost. Without it, a new device has all free
        memory of the region, and another one keeps its size.
    type: str
extends_documentation_fragment: daxbus.memory.change
attributes:
  check_mode:
    support: full
    description: The plan is made by C(daxbus --dry-run) on the host; what it refuses fails in check mode, too.
  diff_mode:
    support: full
    description: Mode, size and zone before and after.
'''

EXAMPLES = r'''
- name: Give the memory of a device to the kernel, in zone Movable
  daxbus.memory.daxbus_device:
    device: dax0.0
    mode: kmem

- name: A device of 8 GiB for programs
  daxbus.memory.daxbus_device:
    device: dax0.1
    mode: devdax
    size: 8G

- name: Without it
  daxbus.memory.daxbus_device:
    device: dax0.1
    state: absent
'''

RETURN = r'''
device:
  description: The device afterwards, with the keys of daxbus-json(5). Null if it does not exist, or in check mode if it would be created.
  type: dict
  returned: success
results:
  description: The results of daxbus for each change, with the steps of the plan.
  type: list
  elements: dict
  returned: success
'''

import re

from ansible.module_utils.basic import AnsibleModule, human_to_bytes
from ansible_collections.daxbus.memory.plugins.module_utils.daxbus import CHANGE_ARGUMENTS, Daxbus, is_change, lines

# The zones of memory that is online, as the option says them.
ZONE_OPTIONS = dict(movable='movable', kernel='kernel', no='no')


def zone(device):
    """The value of online that describes the memory of a device."""
    memory = device['memory'] or {}
    blocks = memory.get('blocks')
    if device['mode'] != 'kmem' or not blocks:
        return None
    for option, count in (('movable', memory['movable']), ('kernel', memory['kernel']), ('no', blocks - memory['online'])):
        if count == blocks:
            return option
    return 'partly'


def show(device):
    """A device as the difference shows it."""
    if not device:
        return ''
    shown = ['size: %s' % device['size'], 'mode: %s' % device['mode']]
    if device['mode'] == 'kmem':
        shown.append('online: %s' % device['zone'])
    return lines(shown)


def summary(device):
    return device and dict(size=device['size'], mode=device['mode'], zone=zone(device))


class Change(object):
    """The commands that bring one device into its state, planned first, so that nothing changes if one of them is refused."""

    def __init__(self, module):
        self.module = module
        self.daxbus = Daxbus(module)
        self.daxbus.require()
        self.name = module.params['device']
        self.results = []
        self.size = None
        if module.params['size']:
            try:
                self.size = human_to_bytes(module.params['size'])
            except ValueError as error:
                module.fail_json(msg='size: %s' % error)

    def run(self, *arguments):
        results = self.daxbus.change(list(arguments), self.module.check_mode)
        self.results += results
        return results

    def plan(self, *arguments):
        return any(is_change(r) for r in self.daxbus.change(list(arguments), True))

    def create(self):
        params = self.module.params
        match = re.match(r'dax(\d+)\.\d+$', self.name)
        if not match:
            self.module.fail_json(msg="device: '%s' is no name of a device" % self.name)
        arguments = ['create', '--region=%s' % match.group(1), '--mode=%s' % (params['mode'] or 'devdax')]
        if params['mode'] == 'kmem':
            arguments.append('--online=%s' % params['online'])
        if self.size is not None:
            arguments.append('--size=%d' % self.size)
        created = [r['device'] for r in self.run(*arguments) if r['result'] == 'changed']
        if not self.module.check_mode and created != [self.name]:
            for name in created:
                self.daxbus.change(['destroy', name], False)
            self.module.fail_json(msg='the kernel calls the new device %s, not %s; it was destroyed' % (', '.join(created), self.name))

    def update(self, before):
        params = self.module.params
        resize = self.size is not None and self.size != before['size']
        reconfigure = None
        if params['mode']:
            reconfigure = ['reconfigure', '--mode=%s' % params['mode'], self.name]
            if params['mode'] == 'kmem':
                reconfigure.append('--online=%s' % params['online'])
            if not self.plan(*reconfigure):
                reconfigure = None
        if resize:
            self.run('resize', '--size=%d' % self.size, self.name)
        if reconfigure:
            self.run(*reconfigure)

    def predict(self, before):
        """The device after the plan."""
        params = self.module.params
        if params['state'] == 'absent':
            return None
        if not self.changed():
            return before
        after = dict(before or dict(size='all free memory', mode='devdax', zone=None))
        if self.size is not None:
            after['size'] = self.size
        if params['mode']:
            after['mode'] = params['mode']
            after['zone'] = ZONE_OPTIONS.get(params['online'], 'as the kernel chooses') if params['mode'] == 'kmem' else None
        return after

    def changed(self):
        return any(is_change(r) for r in self.results)

    def perform(self):
        device = self.daxbus.find(self.name)
        before = summary(device)
        if self.module.params['state'] == 'absent':
            if device:
                self.run('destroy', self.name)
        elif device:
            self.update(before)
        else:
            self.create()
        if not self.module.check_mode:
            device = self.daxbus.find(self.name)
        after = self.predict(before) if self.module.check_mode else summary(device)
        self.module.exit_json(
            changed=self.changed(), device=device, results=self.results,
            diff=dict(before=show(before), after=show(after), before_header=self.name, after_header=self.name))


def main():
    module = AnsibleModule(
        argument_spec=dict(
            CHANGE_ARGUMENTS,
            device=dict(type='str', required=True),
            state=dict(type='str', choices=['present', 'absent'], default='present'),
            mode=dict(type='str', choices=['devdax', 'kmem', 'famfs']),
            online=dict(type='str', choices=['movable', 'kernel', 'policy', 'no'], default='movable'),
            size=dict(type='str'),
        ),
        supports_check_mode=True,
    )
    Change(module).perform()


if __name__ == '__main__':
    main()

#!/usr/bin/python
# SPDX-License-Identifier: GPL-2.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r'''
---
module: daxbus_info
short_description: Devices, regions and policies of device-dax memory
description:
  - Reads the bus of device-dax memory (CXL, high-bandwidth, persistent) with C(daxbus list), and compares it with the policies
    of the host with C(daxbus policy check).
  - It only reads.
version_added: 0.1.0
author: daxbus authors
options:
  selectors:
    description:
      - Only these devices, as in daxbus-list(1), for example C(dax0.0), C(region0), C(mode=kmem) or C(size>=64G).
    type: list
    elements: str
    default: []
  policy:
    description: Also compare the devices with the policies.
    type: bool
    default: true
requirements:
  - daxbus on the host
attributes:
  check_mode:
    support: full
    description: It changes nothing.
  diff_mode:
    support: none
    description: There is no difference.
  platform:
    platforms: linux
    support: full
    description: Runs on Linux.
'''

EXAMPLES = r'''
- name: Look at the memory of a host
  daxbus.memory.daxbus_info:
  register: memory

- name: Stop if memory is left in the kernel until the next reboot
  ansible.builtin.assert:
    that: memory.devices | selectattr('flags', 'contains', 'stuck') | list == []

- name: What the kernel uses
  daxbus.memory.daxbus_info:
    selectors: ['mode=kmem']
    policy: false
'''

RETURN = r'''
devices:
  description: The devices, with the keys of daxbus-json(5). Values that require root are null for others.
  type: list
  elements: dict
  returned: success
regions:
  description: The regions that the devices belong to, or could be created in.
  type: list
  elements: dict
  returned: success
bus:
  description: What holds for the whole machine.
  type: dict
  returned: success
differences:
  description: What differs from the policies, with the keys of daxbus-json(5); empty if nothing does.
  type: list
  elements: dict
  returned: if I(policy)
problems:
  description: Problems of the files of policies.
  type: list
  elements: dict
  returned: if I(policy)
'''

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.daxbus.memory.plugins.module_utils.daxbus import Daxbus


def main():
    module = AnsibleModule(
        argument_spec=dict(
            selectors=dict(type='list', elements='str', default=[]),
            policy=dict(type='bool', default=True),
        ),
        supports_check_mode=True,
    )
    daxbus = Daxbus(module)
    daxbus.require()
    selectors = module.params['selectors']
    status, document = daxbus.run('list', *selectors)
    result = dict(changed=False, devices=document['devices'], regions=document['regions'], bus=document['daxbus'])
    if module.params['policy']:
        status, document = daxbus.run('policy', 'check', *selectors)
        result.update(differences=document['differences'], problems=document['problems'])
    module.exit_json(**result)


if __name__ == '__main__':
    main()

#!/usr/bin/python
# SPDX-License-Identifier: GPL-2.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r'''
---
module: daxbus_layout
short_description: The device-dax memory of a machine in the state of policies, now and at each boot
description:
  - Writes policies into C(/etc/daxbus/policy.d), as daxbus-policy.d(5) describes them, brings the devices into their state, and
    verifies it. The units of daxbus apply the same policies at each boot.
  - Daxbus first plans everything with the new policies. If it refuses something, such as a change that would lose memory until the
    next reboot, the module fails before it writes or changes anything. If a change fails, daxbus undoes it, and the policies remain
    as they were.
version_added: 0.1.0
author: daxbus authors
options:
  policies:
    description:
      - Names of policies, without C(.conf), and their content. A policy without content is removed.
      - Policies are applied in the order of their names, so begin them with two digits.
    type: dict
    default: {}
  src:
    description:
      - Directory on the host with policies, whose names end in C(.conf). They are used in addition to I(policies), which
        replaces those of the same name.
    type: path
  exclusive:
    description: Remove all other policies from C(/etc/daxbus/policy.d). It does not change the devices that they described.
    type: bool
    default: false
  apply:
    description: Bring the devices into the state of the policies. Without it, only the next boot does.
    type: bool
    default: true
  verify:
    description: Fail if the devices differ from the policies afterwards, or if a policy has a problem.
    type: bool
    default: true
extends_documentation_fragment: daxbus.memory.change
attributes:
  check_mode:
    support: full
    description:
      - The plan is made by C(daxbus policy apply --dry-run) on the host, with the new policies; what it refuses fails in check
        mode, too. A host without daxbus is reported as changed.
  diff_mode:
    support: full
    description: The files of policies, and the modes of the devices, before and after.
'''

EXAMPLES = r'''
- name: Give all CXL memory to the kernel, now and at each boot
  daxbus.memory.daxbus_layout:
    policies:
      10-cxl: |
        [Match]
        Provider=cxl
        Multiple=yes

        [Device]
        Mode=kmem
        Online=movable

- name: Only the policies of this directory
  daxbus.memory.daxbus_layout:
    src: /srv/policies
    exclusive: true
'''

RETURN = r'''
results:
  description: The results of daxbus for each device, with the steps of the plan.
  type: list
  elements: dict
  returned: if I(apply)
files:
  description: The files that were written or removed.
  type: list
  elements: str
  returned: success
'''

import os
import re
import shutil
import tempfile

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes, to_native
from ansible_collections.daxbus.memory.plugins.module_utils.daxbus import (
    CHANGE_ARGUMENTS, FINDING, Daxbus, is_change, lines, origins, transitions)

DIRECTORY = '/etc/daxbus/policy.d'
OTHERS = ('/run/daxbus/policy.d', '/usr/lib/daxbus/policy.d')


def read(path):
    with open(path, 'rb') as file:
        return to_native(file.read())


def read_directory(path):
    """The policies in a directory: file names and contents."""
    if not os.path.isdir(path):
        return {}
    names = [n for n in os.listdir(path) if n.endswith('.conf') and not n.startswith('.')]
    return dict((n, read(os.path.join(path, n))) for n in sorted(names))


class Layout(object):
    def __init__(self, module):
        self.module = module
        self.daxbus = Daxbus(module)
        self.before = read_directory(DIRECTORY)
        self.after = self.wanted()
        self.files = sorted(n for n in set(self.before) | set(self.after) if self.before.get(n) != self.after.get(n))

    def wanted(self):
        params = self.module.params
        after = {} if params['exclusive'] else dict(self.before)
        if params['src']:
            if not os.path.isdir(params['src']):
                self.module.fail_json(msg="src: '%s' is no directory on this host" % params['src'])
            after.update(read_directory(params['src']))
        for name, content in params['policies'].items():
            if not re.match(r'[A-Za-z0-9][A-Za-z0-9._@:+-]*$', name):
                self.module.fail_json(msg="policies: '%s' is no name of a file" % name)
            if not content:
                after.pop(name + '.conf', None)
            else:
                after[name + '.conf'] = content if content.endswith('\n') else content + '\n'
        return after

    def diff(self, results):
        differences = [dict(before=self.before.get(n, ''), after=self.after.get(n, ''),
                            before_header=os.path.join(DIRECTORY, n), after_header=os.path.join(DIRECTORY, n)) for n in self.files]
        if any(is_change(r) for r in results):
            differences.append(dict(before=lines(origins(results)), after=lines(transitions(results)),
                                    before_header='devices', after_header='devices'))
        return differences

    def exit(self, results):
        self.module.exit_json(changed=bool(self.files) or any(is_change(r) for r in results), results=results,
                              files=[os.path.join(DIRECTORY, n) for n in self.files], diff=self.diff(results))

    def stage(self, root):
        """Write the policies into a directory like the root of the host, so that daxbus uses them before they are installed."""
        for directory in (DIRECTORY,) + OTHERS:
            policies = self.after if directory == DIRECTORY else read_directory(directory)
            os.makedirs(root + directory, 0o755)
            for name, content in policies.items():
                self.write(os.path.join(root + directory, name), content)

    def write(self, path, content):
        with open(path, 'wb') as file:
            file.write(to_bytes(content))
        os.chmod(path, 0o644)

    def verify_files(self, root):
        for name in self.files:
            if name in self.after:
                status, document = self.daxbus.run('policy', 'verify', os.path.join(root + DIRECTORY, name))
                if status != 0:
                    self.module.fail_json(msg="policy '%s' has a problem" % name, problems=document['problems'])

    def install(self, root):
        if self.files and not os.path.isdir(DIRECTORY):
            os.makedirs(DIRECTORY, 0o755)
        for name in self.files:
            path = os.path.join(DIRECTORY, name)
            if name in self.after:
                # Names that begin with a dot are ignored until the file is complete.
                self.module.atomic_move(os.path.join(root + DIRECTORY, name), path)
            else:
                os.unlink(path)

    def check(self):
        status, document = self.daxbus.run('policy', 'check')
        if status == FINDING:
            self.module.fail_json(msg='the devices differ from the policies', differences=document['differences'],
                                  problems=document['problems'])

    def perform(self, root):
        params = self.module.params
        results = []
        self.stage(root)
        self.verify_files(root)
        apply = ['policy', 'apply', '--root=' + root]
        if params['apply']:
            # A plan of everything first: what is refused fails the host before anything has changed.
            results = self.daxbus.change(apply, True)
        if not self.module.check_mode:
            if params['apply']:
                results = self.daxbus.change(apply, False)
            self.install(root)
            if params['verify'] and params['apply']:
                self.check()
        return results


def main():
    module = AnsibleModule(
        argument_spec=dict(
            CHANGE_ARGUMENTS,
            policies=dict(type='dict', default={}),
            src=dict(type='path'),
            exclusive=dict(type='bool', default=False),
            apply=dict(type='bool', default=True),
            verify=dict(type='bool', default=True),
        ),
        supports_check_mode=True,
    )
    layout = Layout(module)
    if not layout.daxbus.path and module.check_mode:
        module.warn('daxbus is not installed on this host, so nothing can be planned')
        layout.exit([])
    layout.daxbus.require()
    root = tempfile.mkdtemp(prefix='daxbus-layout-')
    try:
        results = layout.perform(root)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    layout.exit(results)


if __name__ == '__main__':
    main()

# SPDX-License-Identifier: GPL-2.0-or-later
"""What the modules of daxbus.memory share: running daxbus, and results in the form of Ansible."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json

# The exit status of daxbus(1) if something differs.
FINDING = 7

# Options of both modules that change devices.
CHANGE_ARGUMENTS = dict(
    force=dict(type='bool', default=False),
    wait=dict(type='int', default=60),
    timeout=dict(type='int'),
)


class Daxbus(object):
    def __init__(self, module):
        self.module = module
        self.path = module.get_bin_path('daxbus')

    def require(self):
        if not self.path:
            self.module.fail_json(msg='daxbus is not installed on this host')

    def run(self, *arguments):
        """Run it without a shell; return its exit status and its JSON document."""
        status, out, err = self.module.run_command([self.path] + list(arguments) + ['--json'])
        try:
            document = json.loads(out)
        except ValueError:
            self.module.fail_json(msg='daxbus %s: exit status %d: %s' % (' '.join(arguments), status, err.strip() or out.strip()))
        if document.get('error'):
            error = document['error']
            self.module.fail_json(msg=error.get('message') or err.strip(), code=error.get('code'), hint=error.get('hint'))
        return status, document

    def change_options(self):
        """Options for a command that changes devices, from CHANGE_ARGUMENTS."""
        params = self.module.params
        options = ['--wait=%d' % params['wait']]
        if params['force']:
            options.append('--force')
        if params['timeout'] is not None:
            options += ['--timeout', str(params['timeout'])]
        return options

    def change(self, arguments, dry_run):
        """Run a command that changes devices. Return its results; fail if one of them is not as wanted."""
        status, document = self.run(*(arguments + self.change_options() + (['--dry-run'] if dry_run else [])))
        results = document.get('results', [])
        bad = [r for r in results if r['result'] in ('refused', 'undone', 'failed')]
        if status != 0 or bad:
            self.module.fail_json(
                msg='; '.join('%s: %s (%s)' % (r['device'] or r.get('file'), r['message'], r['code']) for r in bad)
                or 'daxbus %s: exit status %d' % (' '.join(arguments), status),
                hints=[r['hint'] for r in bad if r['hint']], results=results, planned=dry_run)
        return results

    def devices(self, *selectors):
        status, document = self.run('list', *selectors)
        return document['devices']

    def find(self, name):
        """The device of this name, or None."""
        return next((d for d in self.devices() if d['device'] == name), None)


def is_change(result):
    return result['result'] in ('planned', 'changed')


def transitions(results):
    """A line for each change, the same for a plan and for what it became."""
    return ['%s: %s' % (r['device'] or r.get('file') or 'new device', r['to'] or 'no driver') for r in results if is_change(r)]


def origins(results):
    return ['%s: %s' % (r['device'] or r.get('file') or 'new device', r['from'] or 'no driver') for r in results if is_change(r)]


def lines(items):
    return ''.join('%s\n' % item for item in items)

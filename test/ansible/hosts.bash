# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For bats files on this machine: two machines of test/vm, one and two, that Ansible reaches with ssh.

source=$(cd "$BATS_TEST_DIRNAME/../.." && pwd -P)

# start_hosts KERNEL: boot both, with the collection in $ANSIBLE_COLLECTIONS_PATH and an inventory in $BATS_FILE_TMPDIR
start_hosts() {
	local name
	cd "$BATS_FILE_TMPDIR" || return
	ssh-keygen -q -t ed25519 -N '' -f key
	DAXBUS_KEY=$(<key.pub)
	mkdir -p collections/ansible_collections/daxbus
	ln -s "$source/contrib/ansible" collections/ansible_collections/daxbus/memory
	export DAXBUS_KEY ANSIBLE_COLLECTIONS_PATH=$PWD/collections ANSIBLE_HOST_KEY_CHECKING=False ANSIBLE_INVENTORY=$PWD/inventory
	export ANSIBLE_LOCALHOST_WARNING=False ANSIBLE_NOCOLOR=1 ANSIBLE_RETRY_FILES_ENABLED=False ANSIBLE_TIMEOUT=120 ANSIBLE_PIPELINING=True
	: >inventory
	for name in one two; do start_host "$1" "$name"; done
	for name in one two; do wait_for_host "$name"; done
}

# free_port: a port of 127.0.0.1 that nothing listens on
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

start_host() {
	local port
	port=$(free_port)
	echo "$2 ansible_host=127.0.0.1 ansible_port=$port ansible_user=root ansible_ssh_private_key_file=$PWD/key" \
		"ansible_python_interpreter=/usr/bin/python3 ansible_ssh_common_args='-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR'" >>inventory
	# The machine has the directory of the source, but none of this machine's temporary ones. bats would wait for a process
	# that has its descriptors.
	(cd "$source" && exec "$source/test/vm/vm" run -k "$1" -m hmem --cpus 1 --boot --no-install --timeout 1800 --append memhp_default_state=offline \
		--forward "$port" --env DAXBUS_KEY -- "$source/test/ansible/serve") >"$2.log" 2>&1 3>&- 4>&- &
	echo $! >"$2.pid"
	echo "$port" >"$2.port"
}

# on HOST COMMAND...: run it there
on() {
	local host=$1
	shift
	ssh -q -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=30 -o BatchMode=yes \
		-i "$BATS_FILE_TMPDIR/key" -p "$(<"$BATS_FILE_TMPDIR/$host.port")" root@127.0.0.1 "$@"
}

wait_for_host() {
	local try
	for ((try = 0; try < 200; try++)); do
		! on "$1" true || return 0
		kill -0 "$(<"$1.pid")" 2>/dev/null || break
		sleep 2
	done
	cat "$1.log"
	return 1
}

# stop_hosts: end both; fails if the kernel of one complained
stop_hosts() {
	local name failed=0
	for name in one two; do
		on "$name" touch /run/stop || failed=1
		tail --pid="$(<"$BATS_FILE_TMPDIR/$name.pid")" -f /dev/null
		! grep 'vm: the kernel complains' -A 20 "$BATS_FILE_TMPDIR/$name.log" >&3 || failed=1
	done
	return "$failed"
}

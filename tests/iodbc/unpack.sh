#!/bin/bash
# Unpacks iODBC's packages into a folder, for configure --with-iodbc=DIR: its -dev
# package can't be installed beside unixODBC's.  Nothing is installed.
set -euo pipefail

[ $# = 1 ] || {
	echo "usage: unpack.sh DIR" >&2
	exit 3
}
mkdir -p "$1/packages"
cd "$1/packages"
apt-get download libiodbc2 libiodbc2-dev iodbc
for package in *.deb; do
	dpkg -x "$package" "$1"
done

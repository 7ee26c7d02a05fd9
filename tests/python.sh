#!/bin/sh
# Runs a Python test: with the sanitizer's library in front where the driver that
# it will load was built with one, and with the system's Python, whose packages
# the tests use.
here=$(dirname "$0")
if [ -n "${GH_SANITIZED:-}" ] && [ -n "${GH_TEST_ENV:-}" ]; then
	exec bash "$here/with-driver.sh" /usr/bin/python3 "$@"
fi
exec /usr/bin/python3 "$@"

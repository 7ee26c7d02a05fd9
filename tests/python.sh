#!/bin/sh
# Runs a Python test: with the sanitizer's library in front where the driver that
# it will load was built with one, and with the system's Python, whose packages
# the tests use.
here=$(dirname "$0")
case ${1:-} in
*tests/lint/*) exec /usr/bin/python3 "$@" ;; # loads no driver, and runs a compiler
esac
if [ -n "${GH_SANITIZED:-}" ] && [ -n "${GH_TEST_ENV:-}" ]; then
	exec bash "$here/with-driver.sh" /usr/bin/python3 "$@"
fi
exec /usr/bin/python3 "$@"

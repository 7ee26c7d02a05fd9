#!/bin/bash
# The driver exports ODBC's functions and nothing else (each also with the module's
# name before it, as libltdl looks for it), and needs no ODBC function from outside:
# by name one would reach the driver manager or ourselves.
# Takes another library as its argument.  Prints TAP.
set -u

library=${1:-${top_builddir:-.}/.libs/libgatehouse.so}
# What libodbcinst offers may be called by name; it never leads back to us.
installer='^SQL((Get|Write)PrivateProfileString|GetInstalledDrivers|InstallerError'
installer+='|PostInstallerError|(Get|Set)ConfigMode|ValidDSN|(Write|Remove)DSN[A-Za-z]*'
installer+='|(Install|Remove)Driver[A-Za-z]*|(Read|Write)FileDSN)W?$'

if [ ! -e "$library" ]; then
	echo '1..0 # SKIP the driver is not built'
	exit 0
fi
count=0
failed=0

# Passes if the list that is given is empty, and shows it otherwise.
report() {
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
		failed=1
	fi
}

if ! defined=$(nm -D --defined-only "$library" | awk '{ print $NF }') || [ -z "$defined" ]; then
	defined='nothing could be read'
fi
undefined=$(nm -D --undefined-only "$library" | awk '{ sub(/@.*/, "", $NF); print $NF }')

echo 1..3
report 'only SQL functions are exported' \
	"$(grep -vE '^(libgatehouse_LTX_)?SQL[A-Z][A-Za-z]*$' <<<"$defined")"
report 'no ODBC function is called by name' \
	"$(grep -E '^SQL' <<<"$undefined" | grep -vE "$installer")"
report 'the driver is not linked with the driver manager' \
	"$(readelf -d "$library" | grep -F NEEDED | grep -E 'lib(i?odbc)\.so')"
exit $failed

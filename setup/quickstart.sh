#!/usr/bin/env bash
# Builds Gatehouse and shows its main job on SQLite, in one command.  Everything
# is made in one folder (build-quickstart in this checkout, or $1); nothing else on
# the machine is changed, except that missing Debian packages are installed.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
demo=${1:-$top/build-quickstart}
packages=(gcc make autoconf automake libtool pkg-config unixodbc unixodbc-dev odbcinst
	libssl-dev libxml2-dev libsqliteodbc)

say() { printf '\n== %s\n' "$*"; }
explain() { printf '   %s\n' "$*"; }
stop() {
	printf 'quickstart: %s\n' "$*" >&2
	exit 1
}

install_packages() {
	local missing=() package
	for package in "${packages[@]}"; do
		dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
			missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	[ "$(id -u)" = 0 ] || stop "these packages are missing; install them as root: apt-get install ${missing[*]}"
	say "Installing missing packages: ${missing[*]}"
	apt-get update -q >"$demo/packages.log" 2>&1 ||
		stop "apt-get update failed, see $demo/packages.log"
	DEBIAN_FRONTEND=noninteractive apt-get install -y -q "${missing[@]}" >>"$demo/packages.log" 2>&1 ||
		stop "apt-get install failed, see $demo/packages.log"
}

build() {
	say "Building Gatehouse (log: $demo/build.log)"
	[ -x "$top/configure" ] || "$top/autogen.sh" >"$demo/build.log" 2>&1 ||
		stop "autogen.sh failed, see $demo/build.log"
	mkdir -p "$demo/build"
	(
		cd "$demo/build"
		[ -f Makefile ] || "$top/configure" --prefix="$demo/installed"
		make -j"$(nproc)" && make install
	) >>"$demo/build.log" 2>&1 || stop "the build failed, see $demo/build.log"
	driver=$demo/installed/lib/odbc/libgatehouse.so
	gatehouse=$demo/installed/bin/gatehouse
	[ -f "$driver" ] || stop "the build made no $driver"
}

# unixODBC reads odbcinst.ini from ODBCSYSINI and odbc.ini from ODBCINI: both ours.
configure_odbc() {
	local sqlite
	sqlite=$(find /usr/lib -name libsqlite3odbc.so 2>/dev/null | head -n 1)
	[ -n "$sqlite" ] || stop "libsqlite3odbc.so is not on this machine"
	rm -rf "${demo:?}/home" "${demo:?}/odbc" "${demo:?}/shop.db" "${demo:?}/copy"
	mkdir -p "$demo/home" "$demo/odbc"
	cat >"$demo/odbc/odbcinst.ini" <<-INI
		[Gatehouse]
		Description=Identity, policy, masking and a signed journal for any ODBC driver
		Driver=$driver
		Threading=0

		[SQLite3]
		Driver=$sqlite
	INI
	cat >"$demo/odbc/odbc.ini" <<-INI
		[shop]
		Description=The shop's database, through Gatehouse
		Driver=Gatehouse
		TargetDSN=shop-direct

		[shop-direct]
		Description=The same database without Gatehouse
		Driver=SQLite3
		Database=$demo/shop.db
	INI
}

# A clean environment, so that nothing of the caller's session takes part.
run() {
	env -i PATH="$PATH" HOME="$demo/home" LANG=C.UTF-8 ODBCSYSINI="$demo/odbc" \
		ODBCINI="$demo/odbc/odbc.ini" "$@"
}

fill_database() {
	printf '%s\n' \
		"CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(40), email VARCHAR(60), ssn VARCHAR(11), city VARCHAR(30));" \
		"INSERT INTO customers VALUES (1, 'Ada Example', 'ada@example.org', '078-05-1120', 'Turin');" \
		"INSERT INTO customers VALUES (2, 'Ben Example', 'ben@example.org', '219-09-9999', 'Lyon');" \
		"INSERT INTO customers VALUES (3, 'Cleo Example', 'cleo@example.org', '457-55-5462', 'Graz');" |
		run isql shop-direct -b >"$demo/fill.log" 2>&1 || stop "isql failed, see $demo/fill.log"
}

ask() {
	printf '   $ echo "%s" | isql shop\n' "$1"
	printf '%s\n' "$1" | run "${@:2}" isql shop -v -b -m16 2>&1 | sed '/^$/d; s/^/   /' || true
}

show_person() {
	say "A person asks for customers"
	explain "The data source 'shop' goes through Gatehouse. No policy was written: the built-in"
	explain "one masks columns that hold personal data, before the application gets them."
	ask "SELECT id, name, email, ssn, city FROM customers"
}

show_agent() {
	say "An AI agent tries to drop the table"
	explain "The same command, run by a process that carries an agent's mark (AI_AGENT=demo)."
	ask "DROP TABLE customers" AI_AGENT=demo
	explain "The database never saw the statement: the table is still there."
	ask "SELECT count(*) AS customers FROM customers"
}

show_journal() {
	journal=$demo/home/.local/state/gatehouse/journal
	say "The journal: who asked what, what was decided, what was masked"
	run "$gatehouse" journal show "$journal" | cut -c 1-160 | sed 's/^/   /'
	say "Is the journal whole and untouched?"
	run "$gatehouse" journal verify "$journal" | sed 's/^/   /'
}

show_tampering() {
	local segment
	say "Somebody changes one byte of a copy of it"
	cp -r "$journal" "$demo/copy"
	segment=$(find "$demo/copy" -name 'seg-*.jsonl' | sort | head -n 1)
	# 'denied' becomes 'benied': the blocked statement is to look harmless
	LC_ALL=C sed -i '0,/"denied"/s//"benied"/' "$segment"
	cmp -s "$segment" "$journal/$(basename "$segment")" && stop "the copy was not changed"
	if run "$gatehouse" journal verify "$demo/copy" >"$demo/tampered.log" 2>&1; then
		stop "the changed byte was not found, see $demo/tampered.log"
	fi
	sed 's/^/   /' "$demo/tampered.log"
}

next_steps() {
	say "What to try next"
	cat <<-TEXT
		   Use this set-up in your shell:
		     export HOME=$demo/home ODBCSYSINI=$demo/odbc ODBCINI=$demo/odbc/odbc.ini
		     export PATH=$demo/installed/bin:\$PATH
		     isql shop                     ask what you like; 'shop-direct' is the raw database
		     gatehouse journal show $journal --last 5
		     gatehouse doctor              what is in force, and what to do about it
		     gatehouse policy explain --sql 'DELETE FROM customers' --dialect sqlite
		   Govern a database of your own: doc/connection.md. Write a policy: doc/policy.md.
		   Remove it all: rm -r $demo
	TEXT
}

mkdir -p "$demo"
install_packages
build
configure_odbc
fill_database
show_person
show_agent
show_journal
show_tampering
next_steps

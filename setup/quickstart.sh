#!/usr/bin/env bash
# Builds Gatehouse and shows its main job on SQLite, in one command, in two minutes:
#
#   setup/quickstart.sh [FOLDER]
#
# Everything is made in FOLDER (default: build-quickstart in this checkout), next to
# the generated configure script; nothing else on the machine is changed, except that
# root gets missing Debian packages installed.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
demo=$(realpath -m "${1:-$top/build-quickstart}")
packages=(gcc make autoconf automake libtool pkg-config unixodbc unixodbc-dev odbcinst
	libssl-dev libxml2-dev libpcre2-dev libsqliteodbc re2c)

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
	[ "$(id -u)" = 0 ] ||
		stop "packages are missing. As root: apt-get install ${missing[*]}"
	say "Installing missing packages: ${missing[*]}"
	apt-get update -q >"$demo/packages.log" 2>&1 ||
		stop "apt-get update failed, see $demo/packages.log"
	DEBIAN_FRONTEND=noninteractive apt-get install -y -q "${missing[@]}" \
		>>"$demo/packages.log" 2>&1 ||
		stop "apt-get install failed, see $demo/packages.log"
}

build() {
	say "Building Gatehouse; this takes about a minute (log: $demo/build.log)"
	[ -x "$top/configure" ] || "$top/autogen.sh" >"$demo/build.log" 2>&1 ||
		stop "autogen.sh failed, see $demo/build.log"
	mkdir -p "$demo/build"
	(
		cd "$demo/build"
		[ -f Makefile ] || "$top/configure" --prefix="$demo/installed"
		make -j"$(nproc)" && make install
	) >>"$demo/build.log" 2>&1 || stop "the build failed, see $demo/build.log"
	driver=$demo/installed/lib/odbc/libgatehouse.so
	[ -f "$driver" ] || stop "the build made no $driver"
}

# unixODBC reads odbcinst.ini from ODBCSYSINI and odbc.ini from ODBCINI: both ours.
configure_odbc() {
	local sqlite
	# find fails where a folder is closed to this user, which says nothing
	sqlite=$({ find /usr/lib* -name libsqlite3odbc.so 2>/dev/null || true; } | head -n 1)
	[ -n "$sqlite" ] || stop "libsqlite3odbc.so is not on this machine"
	rm -rf "${demo:?}"/{home,config,state,odbc,copy,shop.db}
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

# What a shell needs to use the demonstration; read by run() and by whoever goes on.
write_environment() {
	cat >"$demo/env" <<-ENV
		export ODBCSYSINI=$demo/odbc ODBCINI=$demo/odbc/odbc.ini
		export XDG_CONFIG_HOME=$demo/config XDG_STATE_HOME=$demo/state
		export PATH=$demo/installed/bin:\$PATH
	ENV
}

# A clean environment, so that nothing of the caller's session takes part.
run() {
	# shellcheck disable=SC2016 # $0 is the file, $@ the command, in the inner shell
	env -i PATH="$PATH" HOME="$demo/home" LANG=C.UTF-8 \
		bash -c '. "$0" && exec env "$@"' "$demo/env" "$@"
}

fill_database() {
	run isql shop-direct -b >"$demo/fill.log" 2>&1 <<-SQL || stop "see $demo/fill.log"
		CREATE TABLE customers (id INT, name VARCHAR(16), email VARCHAR(16), ssn CHAR(11))
		INSERT INTO customers VALUES (1, 'Ada Example', 'ada@example.org', '078-05-1120')
		INSERT INTO customers VALUES (2, 'Ben Example', 'ben@example.org', '219-09-9999')
		INSERT INTO customers VALUES (3, 'Cleo Example', 'cleo@example.org', '457-55-5462')
	SQL
}

# Breaks long lines at a blank and indents what follows.
shown() {
	local line

	while IFS= read -r line; do
		fold -s -w 86 <<<"$line" | sed 's/ *$//; s/^/   /; 2,$s/^/      /'
	done
}

# ask SOURCE SQL [VARIABLE=VALUE]: as it would be typed, and what isql answers.
ask() {
	printf '   $ echo "%s" | %sisql %s\n' "$2" "${3:+$3 }" "$1"
	printf '%s\n' "$2" | run "${@:3}" isql "$1" -v -b 2>&1 |
		sed '/^$/d; /^SQLRowCount/d; /rows fetched$/d; /Could not SQL/d' | shown || true
}

show_person() {
	say "A person asks for customers"
	explain "First past Gatehouse, through the database's own driver:"
	ask shop-direct "SELECT * FROM customers"
	echo
	explain "And through Gatehouse. Nobody wrote a policy, so the built-in one holds: mail"
	explain "addresses become a hash (equal ones stay equal), social security numbers go, and"
	explain "so do names, known by their values. The application never gets the true values."
	ask shop "SELECT * FROM customers"
}

show_agent() {
	say "An AI agent tries to drop the table"
	explain "The same command in a process that carries an agent's mark:"
	ask shop "DROP TABLE customers" AI_AGENT=demo
	echo
	explain "The database never saw the statement. The table is still there:"
	ask shop "SELECT count(*) AS customers FROM customers"
}

show_journal() {
	journal=$demo/state/gatehouse/journal
	say "The journal: who asked for what, and what was decided"
	explain "$ gatehouse journal show JOURNAL"
	run gatehouse journal show "$journal" | sed 's/T\([0-9:]*\)\.[0-9]*Z/ \1/' | shown
	say "Is the journal whole and untouched?"
	explain "$ gatehouse journal verify JOURNAL"
	run gatehouse journal verify "$journal" | grep -v '^ *note\|^   ' | shown
}

# In a copy, 'denied' becomes 'benied', as if the statement had been harmless.
show_tampering() {
	local segment

	say "Somebody changes one byte in a copy of it"
	cp -r "$journal" "$demo/copy"
	segment=$(grep -l '"denied"' "$demo"/copy/seg-*.jsonl | head -n 1)
	[ -n "$segment" ] || stop "the journal has no denied statement"
	LC_ALL=C sed -i '0,/"denied"/s//"benied"/' "$segment"
	explain "In $(basename "$segment") \"denied\" is now \"benied\"."
	explain "$ gatehouse journal verify COPY"
	if run gatehouse journal verify "$demo/copy" >"$demo/tampered.log" 2>&1; then
		stop "the changed byte was not found, see $demo/tampered.log"
	fi
	{
		grep -m 1 'record [0-9]' "$demo/tampered.log" || true
		tail -n 1 "$demo/tampered.log"
	} | shown
}

next_steps() {
	say "What to try next"
	cat <<-TEXT
		   In a shell of its own (bash), enter the demonstration:
		     . $demo/env
		   and then, for example:
		     isql shop                      ask what you like; 'shop-direct' goes past us
		     AI_AGENT=me isql shop          the same, as an agent
		     gatehouse doctor               what is in force, and what to do about it
		     gatehouse policy explain --sql 'DELETE FROM customers' --agent me
		     gatehouse journal show \$XDG_STATE_HOME/gatehouse/journal --last 5
		   Govern a database of your own: doc/connection.md. Write a policy: doc/policy.md.
		   Remove it all: rm -r $demo
	TEXT
}

mkdir -p "$demo"
install_packages
build
configure_odbc
write_environment
fill_database
show_person
show_agent
show_journal
show_tampering
next_steps

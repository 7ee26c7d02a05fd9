#!/bin/bash
# Private database servers and private ODBC files for the tests: everything in
# one folder of the caller plus one short folder under /tmp for the sockets, no
# network, nothing of the machine's own servers or settings touched.
#
#   servers.sh start DIR   makes and starts all of it; `. DIR/env` tells where it is
#   servers.sh odbc DIR    writes DIR/odbc anew (another GH_DRIVER, another policy)
#   servers.sh check DIR   fails unless the servers that answer are the ones started
#   servers.sh stop DIR    ends the servers and removes their data; may be repeated
#
# Each test that tests/suites.txt names has databases of its own in these servers,
# so that tests can run side by side: DIR/suite/TEST stands for DIR there.
#
# DIR/policy.xml, where it exists at `start` or `odbc`, becomes the policy of the
# governed data sources.  GH_DRIVER names libgatehouse.so; without it the one in
# $top_builddir (or the current folder) is used.
set -euo pipefail

complain() {
	printf 'servers.sh: %s\n' "$*" >&2
	exit 1
}

# Shows the end of a program's log.
give_up() {
	tail -n 20 "$dir/log/$1.log" >&2
	complain "$1 failed"
}

# The folder with the PostgreSQL programs; Debian keeps them out of PATH.
find_pg_bin() {
	local folder

	for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
		[ -x "$folder/initdb" ] && printf '%s\n' "$folder" && return
	done
	folder=$(command -v initdb) || complain "no PostgreSQL server found; see tests/packages.txt"
	dirname "$folder"
}

find_odbc_library() {
	local folder

	for folder in "/usr/lib/$(uname -m)-linux-gnu/odbc" /usr/lib/*/odbc /usr/lib64 /usr/lib; do
		[ -e "$folder/$1" ] && printf '%s\n' "$folder/$1" && return
	done
	complain "no $1 found; see tests/packages.txt"
}

# As root, servers run as the user Debian made for them, or as nobody.
server_user() {
	if [ "$(id -u)" != 0 ]; then
		id -un
	elif id -u "$1" >/dev/null 2>&1; then
		printf '%s\n' "$1"
	else
		printf 'nobody\n'
	fi
}

# Words in front of a command that is to run as another user; each of them ends
# in exec, so that the process id stays.
become() {
	[ "$(id -u)" != 0 ] || printf '%s\n' setpriv "--reuid=$1" "--regid=$(id -g "$1")" \
		--clear-groups env HOME=/nonexistent
}

# Starts a server that outlives this script, with its process id in a file.
launch() {
	local name=$1

	shift
	setsid "$@" </dev/null >"$dir/log/$name.log" 2>&1 &
	printf '%s\n' "$!" >"$dir/$name.pid"
}

# The process id of a server if it still is the process that was started: its
# command line names our own folder.  Prints nothing otherwise.
own_pid() {
	local file=$dir/$1.pid pid

	[ -s "$file" ] && [ -n "$run" ] || return 0
	pid=$(<"$file")
	if tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$run/"; then
		printf '%s\n' "$pid"
	fi
}

wait_until() {
	local name=$1 tries

	shift
	for ((tries = 0; tries < 600; tries++)); do
		"$@" >/dev/null 2>&1 && return
		[ -n "$(own_pid "$name")" ] || break
		sleep 0.1
	done
	give_up "$name"
}

pg() {
	"$pg_bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$run/pg-socket" -p 5432 "$@"
}

maria() {
	mariadb --no-defaults --socket="$run/maria-socket/s" --batch --skip-column-names "$@"
}

# Nothing here is worth an fsync; nothing happens by itself, since raw and governed
# answers are compared; the nonce tells our server from all others.
start_postgresql() {
	local user as

	user=$(server_user postgres)
	mapfile -t as < <(become "$user")
	install -d -m 0700 "$run/pg" "$run/pg-socket"
	[ "$(id -u)" != 0 ] || chown "$user" "$run/pg" "$run/pg-socket"
	(cd "$run" && "${as[@]}" "$pg_bin/initdb" -D "$run/pg" -U postgres -A trust \
		-E UTF8 --locale=C.UTF-8 --no-sync --no-instructions) >"$dir/log/initdb.log" 2>&1 ||
		give_up initdb
	cd "$run"
	launch postgresql "${as[@]}" "$pg_bin/postgres" -D "$run/pg" \
		-c listen_addresses= -c "unix_socket_directories=$run/pg-socket" \
		-c unix_socket_permissions=0700 -c port=5432 -c fsync=off \
		-c autovacuum=off -c shared_buffers=16MB \
		-c max_connections=60 -c logging_collector=off
	cd - >/dev/null
	wait_until postgresql "$pg_bin/pg_isready" -q -h "$run/pg-socket" -p 5432
	pg -U postgres -d postgres -c "CREATE ROLE gatehouse LOGIN PASSWORD 'gatehouse'"
}

start_mariadb() {
	local user base

	user=$(server_user mysql)
	base=(--no-defaults --datadir="$run/maria" --user="$user")
	# temporary tables have names that another server in /tmp may have taken
	install -d -m 0700 "$run/maria" "$run/maria-socket" "$run/maria-tmp"
	[ "$(id -u)" != 0 ] ||
		chown "$user" "$run/maria" "$run/maria-socket" "$run/maria-tmp"
	TMPDIR=$run/maria-tmp mariadb-install-db "${base[@]}" \
		--auth-root-authentication-method=normal \
		--skip-test-db >"$dir/log/mariadb-install-db.log" 2>&1 ||
		give_up mariadb-install-db
	launch mariadb "$(PATH=$PATH:/usr/sbin command -v mariadbd)" "${base[@]}" \
		--skip-networking \
		--socket="$run/maria-socket/s" \
		--pid-file="$run/maria/pid" --tmpdir="$run/maria-tmp" \
		--character-set-server=utf8mb4 --innodb-buffer-pool-size=32M \
		--innodb-flush-log-at-trx-commit=0 --innodb-stats-auto-recalc=0 --skip-log-bin
	wait_until mariadb maria -u root -e 'SELECT 1'
	maria -u root -e "CREATE USER gatehouse@localhost IDENTIFIED BY 'gatehouse'"
}

sqlite() {
	python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
rows = db.execute(sys.argv[2]).fetchall()
db.commit()
print("".join(row[0] for row in rows))' "$dir/sqlite.db" "$1"
}

# One database in each server and a file for SQLite, all with the nonce.  MariaDB has a
# second one, whose tables may be named like those of the first.
make_databases() {
	local table='CREATE TABLE gh_nonce (nonce varchar(40))'
	local row="INSERT INTO gh_nonce VALUES ('$nonce')"

	pg -U postgres -d postgres -c "CREATE DATABASE $database OWNER gatehouse STRATEGY file_copy"
	pg -U gatehouse -d "$database" -c "$table" -c "$row"
	maria -u root -e "CREATE DATABASE $database;
		CREATE DATABASE ${database}_twin;
		GRANT ALL ON $database.* TO gatehouse@localhost;
		GRANT ALL ON ${database}_twin.* TO gatehouse@localhost;
		USE $database; $table; $row"
	sqlite "$table" >/dev/null
	sqlite "$row" >/dev/null
}

# Databases, ODBC files and environment of the folder $dir.
furnish() {
	mkdir -p "$dir/odbc" "$dir/home"
	printf '%s\n' "$database" >"$dir/database"
	make_databases
	write_odbc
	write_env
}

# What finds the servers is a link to what the first folder knows.
make_suite() {
	local file

	mkdir -p "$dir"
	for file in run nonce log postgresql.pid mariadb.pid; do
		ln -s "$1/$file" "$dir/$file"
	done
	furnish
}

# each_suite COMMAND: runs it with the folder and database of each suite.
each_suite() {
	local first=$dir own=$database name

	while read -r name; do
		dir=$first/suite/$name
		database=gatehouse_${name##*/}
		"$1" "$first"
	done < <(grep -v '^#' "$here/suites.txt")
	dir=$first
	database=$own
}

# What a policy beside the servers says holds in every suite.
write_all_odbc() {
	[ "$dir" = "$1" ] || [ ! -e "$1/policy.xml" ] || cp "$1/policy.xml" "$dir/policy.xml"
	write_odbc
}

# One raw data source and the governed one in front of it.
write_pair() {
	local name=$1 driver=$2

	shift 2
	printf '[%s-raw]\nDriver=%s\n' "$name" "$driver"
	printf '%s\n' "$@" ''
	printf '[%s-gh]\nDriver=%s\nTargetDSN=%s-raw\nJournal=%s/journal\n' "$name" "$gh_driver" \
		"$name" "$dir"
	[ ! -e "$dir/policy.xml" ] || printf 'Policy=%s/policy.xml\n' "$dir"
	printf '\n'
}

# One driver is called by one thread of a connection at a time, as some ask for.
write_odbc() {
	local pg_words maria_words

	gh_driver=${GH_DRIVER:-${top_builddir:-$PWD}/.libs/libgatehouse.so}
	pg_words=(Servername="$run/pg-socket" Port=5432 Database="$database" Username=gatehouse
		Password=gatehouse)
	maria_words=(Server=localhost Socket="$run/maria-socket/s" Database="$database"
		User=gatehouse Password=gatehouse)
	cat >"$dir/odbc/odbcinst.ini" <<-END
		[Gatehouse]
		Driver=$gh_driver

		[SQLite]
		Driver=$(find_odbc_library libsqlite3odbc.so)

		[PostgreSQL]
		Driver=$(find_odbc_library psqlodbcw.so)

		[PostgreSQL ANSI]
		Driver=$(find_odbc_library psqlodbca.so)

		[MariaDB]
		Driver=$(find_odbc_library libmaodbc.so)
	END
	{
		write_pair sqlite SQLite "Database=$dir/sqlite.db" Timeout=10000
		write_pair pg PostgreSQL "${pg_words[@]}"
		write_pair pga 'PostgreSQL ANSI' "${pg_words[@]}"
		write_pair maria MariaDB "${maria_words[@]}"
	} >"$dir/odbc/odbc.ini"
}

write_env() {
	local pair

	for pair in GH_TEST_ENV="$dir" GH_RUN_DIR="$run" GH_NONCE="$nonce" \
		GH_SQLITE_DB="$dir/sqlite.db" \
		GH_PG_BIN="$pg_bin" GH_PG_HOST="$run/pg-socket" GH_PG_PORT=5432 \
		GH_PG_DATABASE="$database" GH_PG_USER=gatehouse GH_PG_PASSWORD=gatehouse \
		GH_MARIA_SOCKET="$run/maria-socket/s" GH_MARIA_DATABASE="$database" \
		GH_MARIA_USER=gatehouse GH_MARIA_PASSWORD=gatehouse \
		PGHOST="$run/pg-socket" PGPORT=5432 PGDATABASE="$database" PGUSER=gatehouse \
		ODBCSYSINI="$dir/odbc" ODBCINI="$dir/odbc/odbc.ini" HOME="$dir/home" \
		XDG_CONFIG_HOME="$dir/home/config" XDG_STATE_HOME="$dir/home/state" \
		XDG_DATA_HOME="$dir/home/data" XDG_CACHE_HOME="$dir/home/cache"; do
		printf 'export %s=%q\n' "${pair%%=*}" "${pair#*=}"
	done >"$dir/env"
	printf 'unset ODBCINSTINI ODBCINSTUI ODBCSEARCH PGSERVICE PGSSLMODE MYSQL_HOME\n' \
		>>"$dir/env"
}

start() {
	[ ! -e "$dir/run" ] || complain "$dir was started before; stop it first"
	pg_bin=$(find_pg_bin)
	trap '[ $? = 0 ] || stop' EXIT
	# a socket's path has room for 107 bytes, and the servers' users must reach it
	run=$(mktemp -d /tmp/gh.XXXXXX)
	printf '%s\n' "$run" >"$dir/run"
	chmod 0711 "$run"
	nonce=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
	printf '%s\n' "$nonce" >"$dir/nonce"
	mkdir -p "$dir/log"
	start_postgresql
	start_mariadb
	furnish
	each_suite make_suite
	each_suite write_all_odbc
	check
}

check() {
	local name

	[ -n "$run" ] || complain "no servers were started in $dir"
	for name in postgresql mariadb; do
		[ -n "$(own_pid "$name")" ] || complain "$name in $run doesn't run any more"
	done
	[ "$(pg -U gatehouse -d "$database" -c 'SELECT nonce FROM gh_nonce')" = "$nonce" ] ||
		complain "the PostgreSQL server in $run is not the one that was started"
	[ "$(maria -u root -e "SELECT nonce FROM $database.gh_nonce")" = "$nonce" ] ||
		complain "the MariaDB server in $run is not the one that was started"
	[ "$(sqlite 'SELECT nonce FROM gh_nonce')" = "$nonce" ] ||
		complain "$dir/sqlite.db is not the file that was made"
}

# A fast shutdown, and a hard one for what is left after half a minute.
stop_one() {
	local pid tries

	pid=$(own_pid "$1")
	[ -z "$pid" ] || kill "-$2" "$pid" 2>/dev/null || true
	for ((tries = 0; tries < 300; tries++)); do
		[ -n "$(own_pid "$1")" ] || break
		sleep 0.1
	done
	pid=$(own_pid "$1")
	[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || true
	rm -f "$dir/$1.pid"
}

stop() {
	[ -n "$run" ] || return 0
	[ ! -L "$dir/run" ] || complain "$dir belongs to the servers of another folder"
	stop_one postgresql INT
	stop_one mariadb TERM
	case $run in
	/tmp/gh.??????) rm -rf "$run" ;;
	esac
	rm -f "$dir/run" "$dir/env" "$dir/nonce" "$dir/database" "$dir/sqlite.db"
	rm -rf "$dir/suite"
}

[ $# = 2 ] || complain "usage: servers.sh start|odbc|check|stop DIR"
if [ "$1" = start ]; then
	(umask 077 && mkdir -p "$2")
elif [ ! -d "$2" ]; then
	[ "$1" = stop ] && exit 0
	complain "no folder $2"
fi
dir=$(cd "$2" && pwd)
run=$(cat "$dir/run" 2>/dev/null || true)
nonce=$(cat "$dir/nonce" 2>/dev/null || true)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
database=$(cat "$dir/database" 2>/dev/null || printf 'gatehouse\n')
pg_bin=
[ "$1" != check ] || pg_bin=$(find_pg_bin)
case $1 in
start) start ;;
check) check ;;
stop) stop ;;
odbc)
	[ -n "$run" ] || complain "no servers were started in $dir"
	write_odbc
	each_suite write_all_odbc
	;;
*) complain "unknown word '$1'" ;;
esac

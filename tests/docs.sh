#!/bin/bash
# What the documents say of the tree: links, named tests, errors and commands.
# shellcheck disable=SC2154 # automake gives top_builddir and top_srcdir
cd "$top_srcdir" || exit 1
pages=(README.md ARCHITECTURE.md CONTRIBUTING.md doc/*.md doc/design/*.md)
number=0

# tell NAME COMMAND: fine if the command prints nothing
tell() {
	local wrong

	wrong=$("$2" 2>&1)
	number=$((number + 1))
	if [ -z "$wrong" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		printf '%s\n' "$wrong" | sed 's/^/# /'
	fi
}

broken_links() {
	local page link

	for page in "${pages[@]}"; do
		grep -o '](\([^)#]*\)' "$page" | cut -c 3- | grep -v '^https\?:' |
			while read -r link; do
				[ -e "$(dirname "$page")/$link" ] || echo "$page: $link"
			done
	done
}

# Files named in back quotes, with * and without <placeholders>.
missing_files() {
	local page path

	for page in "${pages[@]}"; do
		# shellcheck disable=SC2016 # back quotes of Markdown
		grep -o '`\(driver\|include\|tests\|tools\|setup\|doc\)/[A-Za-z0-9_./*-]*`' \
			"$page" | tr -d '\140' | while read -r path; do
			# a program is named without the .c of its source
			compgen -G "$path" >/dev/null || [ -e "$path.c" ] || echo "$page: $path"
		done
	done
}

# number and SQLSTATE of each error that an application can see
errors_of_code() {
	sed -n 's/^GH_STATUS(\(.*\)/\1/p' include/gatehouse/status.def |
		grep -o '"[0-9A-Z]\{5\}", *7[0-9]\{3\}\|7[0-9]\{3\}, *"[0-9A-Z]\{5\}"' |
		sed 's/"\(.*\)", *\(.*\)/\2 \1/; s/\(7...\), *"\(.*\)"/\1 \2/' | sort -u
}

errors_of_page() {
	sed -n 's/^| \(7[0-9]*\) | \([0-9A-Z]*\) |.*/\1 \2/p' doc/errors.md | sort -u
}

# gatehouse COMMAND [WORD] in the documents, without its options
unknown_commands() {
	local command

	cat "${pages[@]}" doc/examples/* | grep -o '\(`\|  *\)gatehouse [a-z]\+\( [a-z]\+\)\?' |
		sed 's/^[` ]*gatehouse //' | grep '^\(doctor\|journal [a-z]*\|policy [a-z]*\)' |
		sed 's/^doctor.*/doctor/' | sort -u | while read -r command; do
		# shellcheck disable=SC2086 # two words
		"$top_builddir/gatehouse" $command --help 2>/dev/null |
			grep -q "^Usage: gatehouse $command" || echo "$command"
	done
}

# Each command is in the overview and in the manual, and its help is complete.
untold_commands() {
	local command

	"$top_builddir/gatehouse" --help | sed -n 's/^  \([a-z]*\( [a-z]*\)\?\)  .*/\1/p' |
		while read -r command; do
			grep -q "^\.\(Cm\|It Cm\) $command" doc/gatehouse.1 ||
				echo "manual: $command"
			# shellcheck disable=SC2086 # two words
			"$top_builddir/gatehouse" $command --help | grep -q '^Exit code: 0' ||
				echo "help without exit codes: $command"
		done
}

# The driver's own keywords stand in one table, which begins with TargetDSN.
keywords_of_code() {
	sed -n '/^\t"TargetDSN",/,/^};/p' driver/downstream/keywords.c |
		grep -o '"[A-Za-z]*"' | tr -d '"' |
		grep -vx 'DSN\|DRIVER\|FILEDSN\|SAVEFILE\|Description' # ODBC's own
}

unknown_keywords() {
	[ "$(keywords_of_code | wc -l)" -ge 5 ] || echo "the table of keywords is not understood"
	keywords_of_code | while read -r word; do
		grep -q "^| \`$word\` |" doc/connection.md || echo "$word"
	done
}

untold_errors() {
	[ "$(errors_of_code | wc -l)" -ge 30 ] || echo "status.def is not understood"
	diff <(errors_of_code) <(errors_of_page)
}

echo 1..6
tell "every link leads somewhere" broken_links
tell "every file that is named is there" missing_files
tell "every error is on its page, with its SQLSTATE" untold_errors
tell "every command that is named is there" unknown_commands
tell "every command has a manual and tells its exit codes" untold_commands
tell "every keyword is on the page of connections" unknown_keywords

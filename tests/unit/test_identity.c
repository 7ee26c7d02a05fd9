/* Identities of processes that are written down in a folder like /proc. */
#include "unit.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatehouse/identity.h"

static const char *const no_variables[] = { NULL };
static char proc[64];

static void put(const char *name, const char *content, size_t length)
{
	char path[512], *slash;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", proc, name);
	slash = strrchr(path, '/');
	*slash = '\0';
	ck_assert_int_eq(gh_dir_make(path, 0700, NULL), GH_OK);
	*slash = '/';
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(content, 1, length, file), length);
	fclose(file);
}

static void put_text(const char *name, const char *content)
{
	put(name, content, strlen(content));
}

/* With NULs inside, without the one at the end. */
#define PUT(name, literal) put(name, literal, sizeof(literal) - 1)

static void put_stat(int pid, const char *name, int parent, int terminal)
{
	char path[64], text[256];

	snprintf(path, sizeof(path), "%d/stat", pid);
	snprintf(text, sizeof(text), "%d (%s) S %d 7 7 %d 7 4194304 1 2 3\n", pid, name, parent,
		 terminal);
	put_text(path, text);
}

/* Process 50, python, below a shell, below sshd, below init. */
static void fresh(void)
{
	snprintf(proc, sizeof(proc), "/tmp/gh-test-identity-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(proc));
	put_stat(50, "python3", 40, 34818);
	put_stat(40, "bash", 30, 34818);
	put_stat(30, "sshd", 1, 0);
	put_stat(1, "init", 0, 0);
	put_text("50/status", "Name:\tpython3\nUmask:\t0022\nUid:\t4242\t0\t0\t0\nGid:\t1\n");
	put_text("50/loginuid", "4242");
	PUT("50/cmdline", "/usr/bin/python3\0-X\0dev\0load.py\0--token=s3cret");
	put_text("sys/kernel/random/boot_id", "20ca697e-66b1-485b-8038-3f6fd6e96ec8\n");
}

static void gone(void)
{
	char command[160];
	int pid = fork();

	snprintf(command, sizeof(command), "%s", proc);
	if (pid == 0) {
		execlp("rm", "rm", "-rf", command, (char *)NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
}

static struct gh_identity *identify(const struct gh_identity_hints *hints,
				    const char *const *environment)
{
	struct gh_identity_source source = { 50, -1, proc, environment };
	struct gh_identity *identity = NULL;
	struct gh_error err = { 0 };

	ck_assert_msg(gh_identity_new(hints, &source, &identity, &err) == GH_OK, "%s", err.text);
	return identity;
}

START_TEST(a_process_is_told_with_its_evidence)
{
	const struct gh_principal *principal;
	struct gh_identity *identity;
	char path[128];

	fresh();
	snprintf(path, sizeof(path), "%s/50/exe", proc);
	ck_assert_int_eq(symlink("/usr/bin/python3.11", path), 0);
	snprintf(path, sizeof(path), "%s/50/cwd", proc);
	ck_assert_int_eq(symlink("/srv/jobs", path), 0);
	identity = identify(NULL, no_variables);
	principal = gh_identity_principal(identity);
	ck_assert_int_eq(principal->kind, GH_PRINCIPAL_PERSON);
	ck_assert_int_eq(principal->assurance, GH_ASSURANCE_ASSERTED);
	ck_assert_str_eq(principal->issuer, "os");
	ck_assert_str_eq(principal->subject, "uid:4242");
	ck_assert_int_eq(principal->process.uid, 4242);
	ck_assert_int_eq(principal->process.login_uid, 4242);
	ck_assert_int_eq(principal->process.parent_pid, 40);
	ck_assert_str_eq(principal->process.parents, "bash(40) < sshd(30) < init(1)");
	ck_assert_str_eq(principal->process.tty, "pts/2");
	ck_assert_str_eq(principal->process.executable, "/usr/bin/python3.11");
	ck_assert_str_eq(principal->process.script, "/srv/jobs/load.py");
	ck_assert_str_eq(principal->process.boot_id, "20ca697e-66b1-485b-8038-3f6fd6e96ec8");
	ck_assert_ptr_null(principal->process.executable_sha256);
	ck_assert_ptr_null(principal->process.container);
	ck_assert_ptr_null(principal->acting_for);
	ck_assert_ptr_null(principal->agent);
	ck_assert_uint_eq(principal->group_count, 0);
	gh_identity_free(identity);
	gone();
}
END_TEST

START_TEST(a_marker_variable_makes_an_agent_whatever_its_value)
{
	static const struct {
		const char *variable;
		const char *agent;
		const char *marker;
	} cases[] = {
		{ "CLAUDECODE=1", "claude-code", "env:CLAUDECODE" },
		{ "CLAUDECODE=", "claude-code", "env:CLAUDECODE" },
		{ "CLAUDE_CODE_ENTRYPOINT=cli", "claude-code", "env:CLAUDE_CODE_ENTRYPOINT" },
		{ "GEMINI_CLI=0", "gemini-cli", "env:GEMINI_CLI" },
		{ "CURSOR_AGENT=false", "cursor", "env:CURSOR_AGENT" },
		{ "CODEX_THREAD_ID=x", "codex", "env:CODEX_THREAD_ID" },
		{ "CODEX_SANDBOX=x", "codex", "env:CODEX_SANDBOX" },
		{ "OPENCODE=1", "opencode", "env:OPENCODE" },
		{ "AUGMENT_AGENT=1", "augment", "env:AUGMENT_AGENT" },
		{ "AMP_CURRENT_THREAD_ID=T", "amp", "env:AMP_CURRENT_THREAD_ID" },
		{ "COPILOT_AGENT_SESSION_ID=1", "copilot", "env:COPILOT_AGENT_SESSION_ID" },
		{ "GOOSE_TERMINAL=1", "goose", "env:GOOSE_TERMINAL" },
		{ "CLINE_ACTIVE=true", "cline", "env:CLINE_ACTIVE" },
		{ "AI_AGENT=devin", "devin", "env:AI_AGENT" },
		{ "AI_AGENT=1", "agent", "env:AI_AGENT" },
		{ "AGENT=0", "agent", "env:AGENT" },
		{ "AGENT=False", "agent", "env:AGENT" },
	};

	fresh();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const environment[] = { "HOME=/", cases[i].variable, NULL };
		struct gh_identity *identity = identify(NULL, environment);
		const struct gh_principal *principal = gh_identity_principal(identity);

		ck_assert_int_eq(principal->kind, GH_PRINCIPAL_AGENT);
		ck_assert_str_eq(principal->agent, cases[i].agent);
		ck_assert_str_eq(principal->agent_marker, cases[i].marker);
		ck_assert_str_eq(principal->subject, "uid:4242");
		ck_assert_str_eq(principal->acting_for, "uid:4242");
		gh_identity_free(identity);
	}
	gone();
}
END_TEST

START_TEST(other_variables_make_no_agent)
{
	const char *const environment[] = { "AGENT=",
					    "AI_AGENT=",
					    "SSH_AGENT_PID=1",
					    "XCLAUDECODE=1",
					    "CLAUDECODE",
					    "AGENT_NAME=x",
					    "",
					    "=x",
					    NULL };
	struct gh_identity *identity;

	fresh();
	identity = identify(NULL, environment);
	ck_assert_int_eq(gh_identity_principal(identity)->kind, GH_PRINCIPAL_PERSON);
	ck_assert_ptr_null(gh_identity_principal(identity)->agent_marker);
	gh_identity_free(identity);
	gone();
}
END_TEST

static void expect_agent(const char *agent, const char *marker)
{
	struct gh_identity *identity = identify(NULL, no_variables);
	const struct gh_principal *principal = gh_identity_principal(identity);

	ck_assert_int_eq(principal->kind, GH_PRINCIPAL_AGENT);
	ck_assert_str_eq(principal->agent, agent);
	ck_assert_str_eq(principal->agent_marker, marker);
	gh_identity_free(identity);
}

START_TEST(an_agent_among_the_parents_is_seen)
{
	static const struct {
		const char *name;
		const char *agent;
	} cases[] = { { "claude", "claude-code" }, { "cursor", "cursor" }, { "codex", "codex" },
		      { "gemini", "gemini-cli" },  { "opencode", "opencode" }, { "goose", "goose" },
		      { "aider", "aider" },	   { "copilot", "copilot" } };
	char marker[64];

	fresh();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put_stat(30, cases[i].name, 1, 0);
		snprintf(marker, sizeof(marker), "parent:%s", cases[i].name);
		expect_agent(cases[i].agent, marker);
	}
	gone();
}
END_TEST

START_TEST(an_agent_that_an_interpreter_runs_is_seen)
{
	fresh();
	put_stat(30, "node", 1, 0);
	PUT("30/cmdline", "node\0--no-warnings\0/opt/lib/@anthropic-ai/claude-code/cli.js\0x");
	expect_agent("claude-code", "parent:node");
	put_stat(30, "sshd", 1, 0);
	put_text("30/cmdline", "sshd");
	PUT("50/cmdline", "/usr/bin/python3\0/usr/local/bin/aider");
	expect_agent("aider", "process:python3");
	gone();
}
END_TEST

START_TEST(a_marker_that_was_taken_away_on_the_way_down_still_counts)
{
	fresh();
	PUT("30/environ", "HOME=/root\0CLAUDECODE=1\0TERM=x");
	expect_agent("claude-code", "parent-env:CLAUDECODE");
	gone();
}
END_TEST

START_TEST(the_applications_name_can_only_tighten)
{
	struct gh_identity_hints hints = { NULL, NULL, "langchain 0.3" };
	const char *const marked[] = { "CLAUDECODE=1", NULL };
	struct gh_identity *identity;

	fresh();
	identity = identify(&hints, no_variables);
	ck_assert_int_eq(gh_identity_principal(identity)->kind, GH_PRINCIPAL_AGENT);
	ck_assert_str_eq(gh_identity_principal(identity)->agent_marker,
			 "application:langchain 0.3");
	gh_identity_free(identity);
	hints.application = "Tableau Desktop";
	identity = identify(&hints, no_variables);
	ck_assert_int_eq(gh_identity_principal(identity)->kind, GH_PRINCIPAL_PERSON);
	ck_assert_str_eq(gh_identity_principal(identity)->application, "Tableau Desktop");
	gh_identity_free(identity);
	identity = identify(&hints, marked);
	ck_assert_int_eq(gh_identity_principal(identity)->kind, GH_PRINCIPAL_AGENT);
	gh_identity_free(identity);
	gone();
}
END_TEST

START_TEST(parents_end_at_eight_and_at_a_circle)
{
	struct gh_identity *identity;
	const char *parents, *found;
	int count = 1;

	fresh();
	put_stat(30, "a) < root(0", 40, 0);
	identity = identify(NULL, no_variables);
	parents = gh_identity_principal(identity)->process.parents;
	for (found = parents; (found = strstr(found, ") < ")) != NULL; found++)
		count++;
	ck_assert(strncmp(parents, "bash(40) < a) < root(0(30) < bash(40)", 36) == 0);
	/* eight processes, four of which have the separator in their names */
	ck_assert_int_eq(count, 8 + 4);
	gh_identity_free(identity);
	gone();
}
END_TEST

START_TEST(without_proc_the_user_is_still_known)
{
	struct gh_identity_source source = { 50, (int64_t)getuid(), "/nonexistent", no_variables };
	struct passwd *user = getpwuid(getuid());
	struct gh_identity *identity = NULL;
	const struct gh_principal *principal;

	ck_assert_int_eq(gh_identity_new(NULL, &source, &identity, NULL), GH_OK);
	principal = gh_identity_principal(identity);
	if (user != NULL)
		ck_assert_str_eq(principal->subject, user->pw_name);
	ck_assert_int_eq(principal->kind, GH_PRINCIPAL_PERSON);
	ck_assert_int_eq(principal->process.login_uid, -1);
	ck_assert_ptr_null(principal->process.executable);
	ck_assert_ptr_null(principal->process.parents);
	ck_assert_ptr_null(principal->process.tty);
	ck_assert_ptr_null(principal->process.script);
	ck_assert_ptr_null(principal->process.boot_id);
	gh_identity_free(identity);
}
END_TEST

START_TEST(another_process_without_a_user_is_refused)
{
	struct gh_identity_source source = { 50, -1, "/nonexistent", no_variables };
	struct gh_identity *identity = NULL;

	ck_assert_int_eq(gh_identity_new(NULL, &source, &identity, NULL), GH_E_IDENTITY);
	ck_assert_ptr_null(identity);
}
END_TEST

START_TEST(an_identity_is_not_current_after_a_fork)
{
	struct gh_identity *identity = NULL;
	int status = -1, pid;

	ck_assert_int_eq(gh_identity_new(NULL, NULL, &identity, NULL), GH_OK);
	ck_assert(gh_identity_current(identity));
	ck_assert_int_eq(gh_identity_principal(identity)->process.pid, getpid());
	ck_assert_int_eq(gh_identity_principal(identity)->process.uid, (int64_t)getuid());
	ck_assert_uint_ge(gh_identity_principal(identity)->group_count, 1);
	pid = fork();
	if (pid == 0)
		_exit(gh_identity_current(identity) ? 1 : 0);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
	gh_identity_free(identity);
}
END_TEST

static const char *script_of(const char *arguments, size_t length, struct gh_identity **identity)
{
	put("50/cmdline", arguments, length);
	*identity = identify(NULL, no_variables);
	return gh_identity_principal(*identity)->process.script;
}

#define SCRIPT(arguments, expected)                                                              \
	do {                                                                                     \
		struct gh_identity *identity;                                                    \
		const char *script = script_of(arguments, sizeof(arguments) - 1, &identity);     \
		const char *wanted = (expected);                                                 \
		if (wanted == NULL)                                                              \
			ck_assert_ptr_null(script);                                              \
		else                                                                             \
			ck_assert_str_eq(script, wanted);                                        \
		gh_identity_free(identity);                                                      \
	} while (0)

START_TEST(an_identity_serves_the_next_connection_if_it_would_be_the_same)
{
	struct gh_identity_hints hints = { .purpose = "report" }, others = { .purpose = "train" };
	struct gh_identity *identity = NULL, *again;

	ck_assert_int_eq(gh_identity_new(&hints, NULL, &identity, NULL), GH_OK);
	ck_assert(gh_identity_fits(identity, &hints));
	ck_assert(!gh_identity_fits(identity, &others));
	ck_assert(!gh_identity_fits(identity, NULL));
	ck_assert_int_eq(setenv("GH_TEST_MARKER", "1", 1), 0);
	ck_assert(!gh_identity_fits(identity, &hints));
	ck_assert_int_eq(unsetenv("GH_TEST_MARKER"), 0);
	ck_assert(gh_identity_fits(identity, &hints));
	again = gh_identity_share(identity);
	gh_identity_free(identity);
	ck_assert_str_eq(gh_identity_principal(again)->purpose, "report");
	usleep(1100000);
	ck_assert(!gh_identity_fits(again, &hints));
	gh_identity_free(again);
}
END_TEST

START_TEST(scripts_are_told_and_code_and_arguments_are_not)
{
	fresh();
	SCRIPT("python3\0-u\0/srv/a.py\0--password\0x", "/srv/a.py");
	SCRIPT("python3\0-W\0ignore\0a.py", "a.py");
	SCRIPT("/opt/bin/python3.11\0-c\0connect('secret')", "-c");
	SCRIPT("python\0-m\0ipykernel_launcher\0-f\0k.json", "-m ipykernel_launcher");
	SCRIPT("python\0-mpytest", "-m pytest");
	SCRIPT("/usr/lib/R/bin/exec/R\0--no-echo\0--file=/srv/report.R\0--args\0x",
	       "/srv/report.R");
	SCRIPT("node\0--inspect\0/srv/app.js", "/srv/app.js");
	SCRIPT("node\0-r\0dotenv\0/srv/app.js", "/srv/app.js");
	SCRIPT("node\0--eval\0secret()", "-c");
	SCRIPT("php\0-d\0a=b\0/srv/x.php", "/srv/x.php");
	SCRIPT("php\0-f\0/srv/x.php", "/srv/x.php");
	SCRIPT("php-fpm\0-r\0secret();", "-c");
	SCRIPT("perl\0-w\0/srv/x.pl", "/srv/x.pl");
	SCRIPT("perl\0-e\0secret", "-c");
	SCRIPT("python3", NULL);
	SCRIPT("excel\0/srv/book.xlsx", NULL);
	gone();
}
END_TEST

START_TEST(a_notebook_is_told_before_its_kernel)
{
	const char *const environment[] = { "JPY_SESSION_NAME=/data/a/Churn.ipynb", NULL };
	struct gh_identity *identity;

	fresh();
	identity = identify(NULL, environment);
	ck_assert_str_eq(gh_identity_principal(identity)->process.script, "/data/a/Churn.ipynb");
	gh_identity_free(identity);
	gone();
}
END_TEST

#define ID64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void expect_container(const char *groups, const char *expected)
{
	struct gh_identity *identity;

	put_text("50/cgroup", groups);
	identity = identify(NULL, no_variables);
	if (expected == NULL)
		ck_assert_ptr_null(gh_identity_principal(identity)->process.container);
	else
		ck_assert_str_eq(gh_identity_principal(identity)->process.container, expected);
	gh_identity_free(identity);
}

START_TEST(containers_are_told_by_group_and_by_file)
{
	fresh();
	expect_container("0::/system.slice/docker-" ID64 ".scope\n", "docker:" ID64);
	expect_container("0::/user.slice/libpod-" ID64 ".scope\n", "podman:" ID64);
	expect_container("0::/kubepods/burstable/pod1-2/cri-containerd-" ID64 "\n",
			 "kubernetes:" ID64);
	expect_container("0::/lxc.payload.web\n", "lxc");
	expect_container("0::/user.slice/user-1000.slice\n", NULL);
	put_text("50/root/.dockerenv", "");
	expect_container("0::/\n", "docker");
	put_text("50/root/run/.containerenv", "");
	expect_container("0::/\n", "podman");
	gone();
}
END_TEST

START_TEST(terminals_have_their_names)
{
	static const struct {
		int number;
		const char *name;
	} cases[] = { { 136 << 8 | 5, "pts/5" },   { 137 << 8 | 1, "pts/257" },
		      { 4 << 8 | 1, "tty1" },	   { 4 << 8 | 64, "ttyS0" },
		      { 229 << 8 | 0, "229:0" },   { 136 << 8 | 1 << 20 | 2, "pts/258" } };

	fresh();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct gh_identity *identity;

		put_stat(50, "python3", 40, cases[i].number);
		identity = identify(NULL, no_variables);
		ck_assert_str_eq(gh_identity_principal(identity)->process.tty, cases[i].name);
		gh_identity_free(identity);
	}
	gone();
}
END_TEST

START_TEST(run_and_purpose_come_from_the_connection_first)
{
	const char *const environment[] = {
		"GITHUB_RUN_ID=77", "GITHUB_WORKFLOW=nightly", "MLFLOW_RUN_ID=abc",
		"TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", NULL
	};
	struct gh_identity_hints hints = { "fine-tuning", "r1", NULL };
	const struct gh_principal *principal;
	struct gh_identity *identity;

	fresh();
	identity = identify(NULL, environment);
	principal = gh_identity_principal(identity);
	ck_assert_str_eq(principal->run, "mlflow:abc");
	ck_assert_str_eq(principal->purpose, "github:nightly");
	ck_assert_str_eq(principal->trace,
			 "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
	gh_identity_free(identity);
	identity = identify(&hints, environment);
	principal = gh_identity_principal(identity);
	ck_assert_str_eq(principal->run, "r1");
	ck_assert_str_eq(principal->purpose, "fine-tuning");
	gh_identity_free(identity);
	gone();
}
END_TEST

START_TEST(a_trace_that_is_none_is_left_out)
{
	static const char *const bad[] = {
		"TRACEPARENT=", "TRACEPARENT=00-short",
		"TRACEPARENT=00-00000000000000000000000000000000-b7ad6b7169203331-01",
		"TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
		"TRACEPARENT=ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		"TRACEPARENT=00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
	};

	fresh();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *const environment[] = { bad[i], NULL };
		struct gh_identity *identity = identify(NULL, environment);

		ck_assert_ptr_null(gh_identity_principal(identity)->trace);
		gh_identity_free(identity);
	}
	gone();
}
END_TEST

START_TEST(hostile_values_are_cut_and_cleaned)
{
	static char name[4096], variable[4096];
	struct gh_identity_hints hints = { "a\nb\x1b[31m\xFF\xC2\x85", name, "x" };
	const char *const environment[] = { variable, NULL };
	const struct gh_principal *principal;
	struct gh_identity *identity;

	fresh();
	for (size_t i = 0; i + 2 < sizeof(name); i += 2)
		memcpy(name + i, "\xC3\xA9", 2);
	memset(variable, 'v', sizeof(variable) - 1);
	memcpy(variable, "AI_AGENT=", 9);
	PUT("50/stat", "50 (py\n\xFF) S 40 7 7 0 7");
	put_stat(40, "ev\nil\xFF", 30, 0);
	identity = identify(&hints, environment);
	principal = gh_identity_principal(identity);
	ck_assert_str_eq(principal->purpose,
			 "a\xEF\xBF\xBD" "b\xEF\xBF\xBD[31m\xEF\xBF\xBD\xEF\xBF\xBD");
	ck_assert_uint_eq(strlen(principal->run), 256);
	ck_assert(gh_utf8_valid(gh_span_from(principal->run)));
	ck_assert_uint_eq(strlen(principal->agent), 256);
	ck_assert_str_eq(principal->process.parents,
			 "ev\xEF\xBF\xBDil\xEF\xBF\xBD(40) < sshd(30) < init(1)");
	gh_identity_free(identity);
	gone();
}
END_TEST

START_TEST(odd_files_are_not_known)
{
	static const char *const stats[] = {
		"", "50", "50 (", "50 (x", ")(", "50 (x) ", "50 (x) S"
	};
	struct gh_identity *identity;

	fresh();
	put_text("50/loginuid", "4294967295");
	for (size_t i = 0; i < sizeof(stats) / sizeof(stats[0]); i++) {
		put_text("50/stat", stats[i]);
		identity = identify(NULL, no_variables);
		ck_assert_ptr_null(gh_identity_principal(identity)->process.parents);
		ck_assert_ptr_null(gh_identity_principal(identity)->process.tty);
		ck_assert_int_eq(gh_identity_principal(identity)->process.login_uid, -1);
		gh_identity_free(identity);
	}
	gone();
}
END_TEST

START_TEST(another_process_is_asked_for_its_own_variables)
{
	fresh();
	PUT("50/environ", "A=b\0GEMINI_CLI=1");
	struct gh_identity *identity = identify(NULL, NULL);

	ck_assert_str_eq(gh_identity_principal(identity)->agent_marker, "env:GEMINI_CLI");
	gh_identity_free(identity);
	gone();
}
END_TEST

START_TEST(an_executable_is_hashed_when_asked_and_once)
{
	static const char abc[] =
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	struct gh_identity_hashes *hashes = NULL;
	struct gh_identity *identity;
	char path[128];

	fresh();
	ck_assert_int_eq(gh_identity_hashes_new(&hashes, NULL), GH_OK);
	put_text("50/exe", "abc");
	identity = identify(NULL, no_variables);
	ck_assert_ptr_null(gh_identity_principal(identity)->process.executable_sha256);
	ck_assert_int_eq(gh_identity_hash_executable(identity, hashes, NULL), GH_OK);
	ck_assert_str_eq(gh_identity_principal(identity)->process.executable_sha256, abc);
	gh_identity_free(identity);
	identity = identify(NULL, no_variables);
	ck_assert_int_eq(gh_identity_hash_executable(identity, hashes, NULL), GH_OK);
	ck_assert_str_eq(gh_identity_principal(identity)->process.executable_sha256, abc);
	gh_identity_free(identity);
	/* another content in its place is another file */
	put_text("50/exe", "abd");
	identity = identify(NULL, no_variables);
	ck_assert_int_eq(gh_identity_hash_executable(identity, hashes, NULL), GH_OK);
	ck_assert_str_ne(gh_identity_principal(identity)->process.executable_sha256, abc);
	/* what is known stays, also when the file goes */
	snprintf(path, sizeof(path), "%s/50/exe", proc);
	unlink(path);
	ck_assert_int_eq(gh_identity_hash_executable(identity, hashes, NULL), GH_OK);
	gh_identity_free(identity);
	identity = identify(NULL, no_variables);
	ck_assert_int_eq(gh_identity_hash_executable(identity, NULL, NULL), GH_E_IO);
	ck_assert_ptr_null(gh_identity_principal(identity)->process.executable_sha256);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(gh_identity_hash_executable(identity, NULL, NULL), GH_E_IO);
	gh_identity_free(identity);
	gh_identity_hashes_free(hashes);
	gone();
}
END_TEST

START_TEST(the_record_has_what_is_known_and_no_more)
{
	static const char *const groups[] = { "staff", "a\"b" };
	struct gh_principal principal = { 0 };
	struct gh_buf out;

	gh_buf_init(&out, 0);
	principal.process.login_uid = -1;
	ck_assert_int_eq(gh_identity_write(&principal, &out), GH_OK);
	ck_assert_str_eq(out.bytes, "{\"kind\":\"unknown\",\"assurance\":\"none\",\"groups\":[],"
				    "\"process\":{\"pid\":0,\"uid\":0}}");
	gh_buf_reset(&out);
	principal.kind = GH_PRINCIPAL_AGENT;
	principal.assurance = GH_ASSURANCE_ASSERTED;
	principal.subject = "ada";
	principal.acting_for = "ada";
	principal.agent = "codex";
	principal.groups = groups;
	principal.group_count = 2;
	principal.process = (struct gh_process){ .pid = 7, .parent_pid = 6, .uid = 5,
						 .login_uid = 4, .tty = "pts/1" };
	ck_assert_int_eq(gh_identity_write(&principal, &out), GH_OK);
	ck_assert_str_eq(out.bytes,
			 "{\"kind\":\"agent\",\"assurance\":\"asserted\",\"subject\":\"ada\","
			 "\"acting_for\":\"ada\",\"agent\":\"codex\",\"groups\":[\"staff\","
			 "\"a\\\"b\"],\"process\":{\"tty\":\"pts/1\",\"parent_pid\":6,"
			 "\"login_uid\":4,\"pid\":7,\"uid\":5}}");
	gh_buf_clear(&out);
	ck_assert_str_eq(gh_identity_kind_name((enum gh_principal_kind)99), "unknown");
	ck_assert_str_eq(gh_identity_assurance_name((enum gh_assurance)99), "none");
}
END_TEST

GH_UNIT_MAIN("identity", a_process_is_told_with_its_evidence,
	     a_marker_variable_makes_an_agent_whatever_its_value, other_variables_make_no_agent,
	     an_agent_among_the_parents_is_seen, an_agent_that_an_interpreter_runs_is_seen,
	     a_marker_that_was_taken_away_on_the_way_down_still_counts,
	     the_applications_name_can_only_tighten, parents_end_at_eight_and_at_a_circle,
	     without_proc_the_user_is_still_known, another_process_without_a_user_is_refused,
	     an_identity_is_not_current_after_a_fork,
	     an_identity_serves_the_next_connection_if_it_would_be_the_same,
	     scripts_are_told_and_code_and_arguments_are_not, a_notebook_is_told_before_its_kernel,
	     containers_are_told_by_group_and_by_file, terminals_have_their_names,
	     run_and_purpose_come_from_the_connection_first, a_trace_that_is_none_is_left_out,
	     hostile_values_are_cut_and_cleaned, odd_files_are_not_known,
	     another_process_is_asked_for_its_own_variables,
	     an_executable_is_hashed_when_asked_and_once,
	     the_record_has_what_is_known_and_no_more)

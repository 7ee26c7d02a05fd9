/*
 * Purpose, run and trace where the connection said nothing: from the variables
 * that schedulers, CI systems and trackers set.  What is found carries the
 * name of where it comes from, so that it never equals a purpose that a person
 * wrote into a policy without meaning it.
 */
#include "internal.h"

#include <string.h>

struct hint {
	const char *variable;
	const char *origin;
};

/* The more telling first. */
static const struct hint runs[] = {
	{ "OPENLINEAGE_PARENT_ID", "openlineage" },
	{ "MLFLOW_RUN_ID", "mlflow" },
	{ "WANDB_RUN_ID", "wandb" },
	{ "AIRFLOW_CTX_DAG_RUN_ID", "airflow" },
	{ "DAGSTER_RUN_ID", "dagster" },
	{ "GITHUB_RUN_ID", "github" },
	{ "CI_JOB_ID", "gitlab" },
	{ "BUILD_TAG", "jenkins" },
	{ "BUILDKITE_BUILD_ID", "buildkite" },
	{ "CIRCLE_WORKFLOW_ID", "circleci" },
	{ "BUILD_BUILDID", "azure" },
	{ "SLURM_JOB_ID", "slurm" },
};

static const struct hint purposes[] = {
	{ "MLFLOW_EXPERIMENT_NAME", "mlflow" },
	{ "WANDB_PROJECT", "wandb" },
	{ "AIRFLOW_CTX_DAG_ID", "airflow" },
	{ "GITHUB_WORKFLOW", "github" },
	{ "CI_JOB_NAME", "gitlab" },
	{ "JOB_NAME", "jenkins" },
	{ "SLURM_JOB_NAME", "slurm" },
};

static const char *find(struct gh_identity *identity, const char *const *environment,
			const struct hint *hints, size_t count)
{
	const char *kept = NULL;

	for (size_t i = 0; kept == NULL && i < count; i++) {
		const char *value = gh_identity_variable(environment, hints[i].variable);
		struct gh_buf text;

		if (value == NULL || value[0] == '\0')
			continue;
		gh_buf_init(&text, 0);
		gh_buf_printf(&text, "%s:", hints[i].origin);
		gh_buf_append(&text, value, strnlen(value, GH_IDENTITY_PATH_MAXIMUM));
		kept = gh_identity_keep(identity, gh_buf_span(&text), GH_IDENTITY_NAME_MAXIMUM);
		gh_buf_clear(&text);
	}
	return kept;
}

/* W3C Trace Context, traceparent: "00-" 32 hex "-" 16 hex "-" 2 hex, ids not all zero. */
static bool is_trace(const char *text)
{
	static const char shape[] = "xx-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-xx";

	if (strlen(text) != sizeof(shape) - 1)
		return false;
	for (size_t i = 0; shape[i] != '\0'; i++) {
		bool hex = strchr("0123456789abcdef", text[i]) != NULL;

		if (shape[i] == 'x' ? !hex : text[i] != '-')
			return false;
	}
	return strncmp(text, "ff", 2) != 0 && strspn(text + 3, "0") < 32 &&
	       strspn(text + 36, "0") < 16;
}

void gh_identity_find_run(struct gh_identity *identity, const char *const *environment)
{
	struct gh_principal *principal = &identity->principal;
	const char *trace = gh_identity_variable(environment, "TRACEPARENT");

	if (principal->run == NULL)
		principal->run = find(identity, environment, runs, sizeof(runs) / sizeof(runs[0]));
	if (principal->purpose == NULL)
		principal->purpose = find(identity, environment, purposes,
					  sizeof(purposes) / sizeof(purposes[0]));
	if (trace != NULL && is_trace(trace))
		principal->trace = gh_identity_keep(identity, gh_span_from(trace),
						    GH_IDENTITY_NAME_MAXIMUM);
}

/*
 * The schema and the built-in policy, as bytes in the library: a policy is
 * validated and decided without any other file.
 */
#include "internal.h"

static const unsigned char schema[] = {
#include "driver/policy/policy.rng.inc"
};

static const unsigned char builtin[] = {
#include "driver/policy/builtin.xml.inc"
};

struct gh_span gh_policy_embedded_schema(void)
{
	return (struct gh_span){ (const char *)schema, sizeof(schema) };
}

struct gh_span gh_policy_embedded_builtin(void)
{
	return (struct gh_span){ (const char *)builtin, sizeof(builtin) };
}

/*
 * Patterns of the operator, with PCRE2.  A pattern is tried only where its gate
 * is passed, matches whole values, and runs under limits.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* A value that needs more steps or memory than this is not judged, so it matches. */
enum { STEPS = 20000, DEPTH = 2000, HEAP_KB = 1024 };

struct pattern {
	pcre2_code *code; /* owned */
	char *literal;    /* owned; NULL for other gates */
	enum gh_detect_gate gate;
	enum gh_detect_family family;
};

struct gh_detect_patterns {
	struct pattern *rows; /* owned */
	size_t count;
	pcre2_match_context *context; /* owned */
	pcre2_match_data *data;       /* owned */
	struct gh_detect_view view;   /* of the value that is judged; wiped behind it */
};

static enum gh_status refuse(struct gh_error *err, size_t row, size_t place, const char *why)
{
	return gh_fail_at(err, GH_E_CONFIG, (int)row + 1, (int)place + 1, "pattern %zu: %s",
			  row + 1, why);
}

static enum gh_status check_row(const struct gh_detect_pattern *row, size_t number,
				struct gh_error *err)
{
	if (row->expression == NULL || row->expression[0] == '\0')
		return refuse(err, number, 0, "it has no expression");
	if (row->gate == GH_DETECT_GATE_LITERAL &&
	    (row->literal == NULL || strlen(row->literal) < 2))
		return refuse(err, number, 0, "its literal needs two bytes at least");
	if (row->gate != GH_DETECT_GATE_LITERAL && row->gate != GH_DETECT_GATE_DIGIT &&
	    row->gate != GH_DETECT_GATE_LETTER)
		return refuse(err, number, 0, "it has no gate");
	if (gh_detect_family_name(row->family)[0] == '\0')
		return refuse(err, number, 0, "it has no family");
	return GH_OK;
}

static enum gh_status compile(const struct gh_detect_pattern *row, size_t number,
			      struct pattern *out, struct gh_error *err)
{
	const uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_ANCHORED |
				 PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C;
	PCRE2_SIZE place = 0;
	int code = 0;
	unsigned char text[120] = "";

	out->gate = row->gate;
	out->family = row->family;
	out->code = pcre2_compile((PCRE2_SPTR)row->expression, PCRE2_ZERO_TERMINATED, options,
				  &code, &place, NULL);
	if (out->code == NULL) {
		(void)pcre2_get_error_message(code, text, sizeof(text));
		return refuse(err, number, place, (const char *)text);
	}
	(void)pcre2_jit_compile(out->code, PCRE2_JIT_COMPLETE); /* without, it is slower */
	if (row->gate == GH_DETECT_GATE_LITERAL) {
		out->literal = gh_text_copy(row->literal);
		if (out->literal == NULL)
			return gh_fail(err, GH_E_MEMORY, "no memory for patterns");
	}
	return GH_OK;
}

static enum gh_status set_up(struct gh_detect_patterns *patterns, size_t count,
			     struct gh_error *err)
{
	patterns->rows = calloc(count + 1, sizeof(*patterns->rows));
	patterns->context = pcre2_match_context_create(NULL);
	patterns->data = pcre2_match_data_create(1, NULL);
	if (patterns->rows == NULL || patterns->context == NULL || patterns->data == NULL)
		return gh_fail(err, GH_E_MEMORY, "no memory for patterns");
	(void)pcre2_set_match_limit(patterns->context, STEPS);
	(void)pcre2_set_depth_limit(patterns->context, DEPTH);
	(void)pcre2_set_heap_limit(patterns->context, HEAP_KB);
	return GH_OK;
}

enum gh_status gh_detect_patterns_new(const struct gh_detect_pattern *rows, size_t count,
				      struct gh_detect_patterns **out, struct gh_error *err)
{
	struct gh_detect_patterns *patterns = calloc(1, sizeof(*patterns));
	enum gh_status status;

	*out = NULL;
	if (patterns == NULL)
		return gh_fail(err, GH_E_MEMORY, "no memory for patterns");
	status = set_up(patterns, count, err);
	for (size_t i = 0; i < count && status == GH_OK; i++) {
		status = check_row(&rows[i], i, err);
		if (status != GH_OK)
			break;
		patterns->count++;
		status = compile(&rows[i], i, &patterns->rows[i], err);
	}
	if (status == GH_OK) {
		*out = patterns;
		patterns = NULL;
	}
	gh_detect_patterns_free(patterns);
	return status;
}

void gh_detect_patterns_free(struct gh_detect_patterns *patterns)
{
	if (patterns == NULL)
		return;
	for (size_t i = 0; i < patterns->count; i++) {
		pcre2_code_free(patterns->rows[i].code);
		free(patterns->rows[i].literal);
	}
	pcre2_match_data_free(patterns->data);
	pcre2_match_context_free(patterns->context);
	free(patterns->rows);
	free(patterns);
}

static bool passes(const struct pattern *row, const struct gh_detect_view *view)
{
	const unsigned letters = GH_DETECT_HAS_UPPER | GH_DETECT_HAS_LOWER | GH_DETECT_HAS_HIGH;

	if (row->gate == GH_DETECT_GATE_DIGIT)
		return view->signs & GH_DETECT_HAS_DIGIT;
	if (row->gate == GH_DETECT_GATE_LETTER)
		return view->signs & letters;
	return memmem(view->text, view->length, row->literal, strlen(row->literal)) != NULL;
}

enum gh_detect_family gh_detect_patterns_match(struct gh_detect_patterns *patterns,
					       const struct gh_detect_value *value)
{
	struct gh_detect_view *view = &patterns->view;
	enum gh_detect_family found = GH_DETECT_FAMILY_NONE;

	gh_detect_view_make(value, view);
	for (size_t i = 0; i < patterns->count && found == GH_DETECT_FAMILY_NONE; i++) {
		const struct pattern *row = &patterns->rows[i];

		if (view->length > GH_DETECT_VIEW || !passes(row, view))
			continue;
		if (pcre2_match(row->code, view->text, view->length, 0, 0, patterns->data,
				patterns->context) != PCRE2_ERROR_NOMATCH)
			found = row->family;
	}
	gh_wipe(view->text, sizeof(view->text));
	return found;
}

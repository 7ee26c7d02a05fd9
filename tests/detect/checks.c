/*
 * The checks of numbers for tests/detect/oracle.py: reads "CHECK VALUE" lines,
 * where VALUE is compact, and answers each with 0 or 1.
 */
#include <stdio.h>
#include <string.h>

#include "driver/detect/check.h"

struct row {
	const char *name;
	gh_detect_check check;
};

static const struct row rows[] = {
#define X(name) { #name, gh_detect_check_##name },
	GH_DETECT_CHECKS(X)
#undef X
};

int main(void)
{
	char line[256];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		char *value = strchr(line, ' ');
		int answer = -1;

		line[strcspn(line, "\n")] = '\0';
		if (value == NULL)
			return 1;
		*value++ = '\0';
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (strcmp(rows[i].name, line) == 0)
				answer = rows[i].check(value, strlen(value));
		printf("%d\n", answer);
	}
	return 0;
}

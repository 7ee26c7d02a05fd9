/*
 * What an identity rests on, so that one that was made a moment ago can serve the
 * next connection of the process.
 */
#include "internal.h"

#include <string.h>
#include <unistd.h>

#define MOST_AGE_US ((int64_t)1000000)

extern char **environ;

static void add_text(struct gh_buf *buf, const char *text)
{
	(void)gh_buf_append_char(buf, text == NULL ? '-' : '+');
	if (text != NULL)
		(void)gh_buf_append(buf, text, strlen(text) + 1);
}

static void add_all(struct gh_buf *buf, const struct gh_identity_hints *hints)
{
	const char *const texts[] = { hints->purpose, hints->run, hints->application };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		add_text(buf, texts[i]);
	(void)gh_buf_printf(buf, "%lld", (long long)getppid());
	for (char **variable = environ; variable != NULL && *variable != NULL; variable++)
		add_text(buf, *variable);
}

int64_t gh_identity_basis(const struct gh_identity_hints *hints, uint8_t out[GH_SHA256_SIZE])
{
	static const struct gh_identity_hints none = { 0 };
	struct gh_digest *digest = NULL;
	struct gh_buf buf;
	struct gh_span all;
	bool fine;

	gh_buf_init(&buf, 0);
	add_all(&buf, hints == NULL ? &none : hints);
	all = gh_buf_span(&buf);
	fine = buf.failed == GH_OK && gh_digest_new(&digest, NULL) == GH_OK &&
	       gh_digest_parts(digest, &all, 1, out, NULL) == GH_OK;
	gh_digest_free(digest);
	gh_buf_clear_secret(&buf);
	return fine ? gh_time_monotonic_us() : 0;
}

bool gh_identity_fits(const struct gh_identity *identity, const struct gh_identity_hints *hints)
{
	uint8_t basis[GH_SHA256_SIZE];
	int64_t now;

	if (identity->made == 0 || !gh_identity_current(identity))
		return false;
	now = gh_identity_basis(hints, basis);
	return now != 0 && now - identity->made < MOST_AGE_US &&
	       memcmp(basis, identity->basis, sizeof(basis)) == 0;
}

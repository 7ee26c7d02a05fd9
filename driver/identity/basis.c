/*
 * What an identity rests on, so that one that was made a moment ago can serve the
 * next connection of the process.
 */
#include "internal.h"

#include <string.h>
#include <unistd.h>

#define MOST_AGE_US ((int64_t)1000000)

extern char **environ;

/* Compares with what was written before, or writes: one order of things for both. */
struct basis {
	struct gh_buf *write;  /* NULL: compare */
	struct gh_span before; /* what is left of it */
	bool same;
};

static void put(struct basis *basis, const void *bytes, size_t length)
{
	if (basis->write != NULL) {
		(void)gh_buf_append(basis->write, bytes, length);
		return;
	}
	basis->same = basis->same && basis->before.length >= length &&
		      memcmp(basis->before.bytes, bytes, length) == 0;
	if (!basis->same)
		return;
	basis->before.bytes += length;
	basis->before.length -= length;
}

static void put_text(struct basis *basis, const char *text)
{
	put(basis, text == NULL ? "-" : "+", 1);
	if (text != NULL)
		put(basis, text, strlen(text) + 1);
}

static void put_all(struct basis *basis, const struct gh_identity_hints *hints)
{
	static const struct gh_identity_hints none = { 0 };
	const pid_t parent = getppid();

	hints = hints == NULL ? &none : hints;
	put_text(basis, hints->purpose);
	put_text(basis, hints->run);
	put_text(basis, hints->application);
	put(basis, &parent, sizeof(parent));
	for (char **variable = environ; variable != NULL && *variable != NULL; variable++)
		put_text(basis, *variable);
}

int64_t gh_identity_basis(const struct gh_identity_hints *hints, struct gh_buf *out)
{
	struct basis basis = { .write = out };

	put_all(&basis, hints);
	return out->failed == GH_OK ? gh_time_monotonic_us() : 0;
}

bool gh_identity_fits(const struct gh_identity *identity, const struct gh_identity_hints *hints)
{
	struct basis basis = { .before = gh_buf_span(&identity->basis), .same = true };

	if (identity->made == 0 || gh_time_monotonic_us() - identity->made >= MOST_AGE_US ||
	    !gh_identity_current(identity))
		return false;
	put_all(&basis, hints);
	return basis.same && basis.before.length == 0;
}

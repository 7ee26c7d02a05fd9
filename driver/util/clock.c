/*
 * Time, chance and the environment.
 */
#include "gatehouse/util.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec now = { 0 };

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t gh_time_utc_us(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t gh_time_monotonic_us(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

enum gh_status gh_time_append(struct gh_buf *buf, int64_t utc_us)
{
	int64_t fraction = utc_us % 1000000;
	time_t seconds;
	struct tm parts = { 0 };

	if (fraction < 0)
		fraction += 1000000;
	seconds = (time_t)((utc_us - fraction) / 1000000);
	gmtime_r(&seconds, &parts);
	return gh_buf_printf(buf, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", parts.tm_year + 1900,
			     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
			     parts.tm_sec, (int)fraction);
}

bool gh_crypto_has_ended(void)
{
	return OPENSSL_init_crypto(0, NULL) != 1;
}

/* The kernel's own: OpenSSL's generator is seeded from it, and costs twice as much. */
enum gh_status gh_random_bytes(void *bytes, size_t length, struct gh_error *err)
{
	size_t done = 0;

	while (done < length) {
		ssize_t got = getrandom((char *)bytes + done, length - done, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return gh_fail(err, GH_E_KEY, "no random bytes");
		done += (size_t)got;
	}
	return GH_OK;
}

const char *gh_env_get(const char *name)
{
	const char *value = getenv(name);

	return value == NULL || *value == '\0' ? NULL : value;
}

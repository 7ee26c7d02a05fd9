/*
 * SHA-256 of the image that a process runs, made when somebody needs it and
 * remembered for as long as the file is the same.
 */
#include "internal.h"

#include <errno.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTRIES 32
/* Beyond this nobody waits; the hash stays unknown. */
#define LARGEST ((off_t)1 << 30)
#define CHUNK ((size_t)64 << 10)

/* What a file is known by.  The change time is in it because nobody can set it back. */
struct file_key {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified;
	struct timespec changed;
};

struct entry {
	struct file_key key;
	uint8_t digest[GH_SHA256_SIZE];
};

struct gh_identity_hashes {
	pthread_mutex_t lock;
	struct entry entries[ENTRIES]; /* the oldest is replaced */
	size_t written;
};

enum gh_status gh_identity_hashes_new(struct gh_identity_hashes **out, struct gh_error *err)
{
	*out = calloc(1, sizeof(**out));
	if (*out == NULL)
		return gh_fail(err, GH_E_MEMORY, "hashes of executables");
	if (pthread_mutex_init(&(*out)->lock, NULL) != 0) {
		free(*out);
		*out = NULL;
		return gh_fail(err, GH_E_MEMORY, "hashes of executables");
	}
	return GH_OK;
}

void gh_identity_hashes_free(struct gh_identity_hashes *hashes)
{
	if (hashes == NULL)
		return;
	pthread_mutex_destroy(&hashes->lock);
	free(hashes);
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool same_file(const struct file_key *a, const struct file_key *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       same_time(a->modified, b->modified) && same_time(a->changed, b->changed);
}

static bool look_up(struct gh_identity_hashes *hashes, const struct file_key *key, uint8_t *digest)
{
	bool found = false;

	if (hashes == NULL)
		return false;
	pthread_mutex_lock(&hashes->lock);
	for (size_t i = 0; !found && i < ENTRIES && i < hashes->written; i++) {
		found = same_file(&hashes->entries[i].key, key);
		if (found)
			memcpy(digest, hashes->entries[i].digest, GH_SHA256_SIZE);
	}
	pthread_mutex_unlock(&hashes->lock);
	return found;
}

static void remember(struct gh_identity_hashes *hashes, const struct file_key *key,
		     const uint8_t *digest)
{
	struct entry *entry;

	if (hashes == NULL)
		return;
	pthread_mutex_lock(&hashes->lock);
	entry = &hashes->entries[hashes->written++ % ENTRIES];
	entry->key = *key;
	memcpy(entry->digest, digest, GH_SHA256_SIZE);
	pthread_mutex_unlock(&hashes->lock);
}

static bool read_into(int fd, EVP_MD_CTX *context)
{
	unsigned char *chunk = malloc(CHUNK);
	ssize_t got = chunk == NULL ? -1 : 1;

	while (got > 0) {
		got = read(fd, chunk, CHUNK);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0 && EVP_DigestUpdate(context, chunk, (size_t)got) != 1)
			got = -1;
	}
	free(chunk);
	return got == 0;
}

static enum gh_status hash_file(int fd, uint8_t *digest, struct gh_error *err)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool fine = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
		    read_into(fd, context) && EVP_DigestFinal_ex(context, digest, NULL) == 1;

	EVP_MD_CTX_free(context);
	return fine ? GH_OK : gh_fail(err, GH_E_IO, "the executable could not be hashed");
}

static enum gh_status key_of(int fd, struct file_key *key, struct gh_error *err)
{
	struct stat info;

	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
		return gh_fail(err, GH_E_IO, "the executable is no regular file");
	if (info.st_size > LARGEST)
		return gh_fail(err, GH_E_LIMIT, "the executable is too large to be hashed");
	*key = (struct file_key){ info.st_dev, info.st_ino, info.st_size, info.st_mtim,
				  info.st_ctim };
	return GH_OK;
}

static void set_digest(struct gh_identity *identity, const uint8_t *digest)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < GH_SHA256_SIZE; i++) {
		identity->sha256[2 * i] = digits[digest[i] >> 4];
		identity->sha256[2 * i + 1] = digits[digest[i] & 15];
	}
	identity->principal.process.executable_sha256 = identity->sha256;
}

/* A file that changed while it was read has no hash that means anything. */
static enum gh_status hash_unchanged(int fd, const struct file_key *key, uint8_t *digest,
				     struct gh_error *err)
{
	struct file_key after;
	enum gh_status status = hash_file(fd, digest, err);

	if (status == GH_OK)
		status = key_of(fd, &after, err);
	if (status == GH_OK && !same_file(key, &after))
		status = gh_fail(err, GH_E_IO, "the executable changed while it was hashed");
	return status;
}

enum gh_status gh_identity_hash_executable(struct gh_identity *identity,
					   struct gh_identity_hashes *hashes,
					   struct gh_error *err)
{
	uint8_t digest[GH_SHA256_SIZE];
	struct file_key key;
	enum gh_status status;
	int fd;

	if (identity->principal.process.executable_sha256 != NULL)
		return GH_OK;
	fd = gh_identity_process_open(identity->proc, identity->principal.process.pid);
	if (fd < 0)
		return gh_fail(err, GH_E_IO, "the executable can't be read");
	status = key_of(fd, &key, err);
	if (status == GH_OK && !look_up(hashes, &key, digest)) {
		status = hash_unchanged(fd, &key, digest, err);
		if (status == GH_OK)
			remember(hashes, &key, digest);
	}
	close(fd);
	if (status == GH_OK)
		set_digest(identity, digest);
	return status;
}

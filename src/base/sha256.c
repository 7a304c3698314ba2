#include "base/hash.h"
#include "base/mem.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <openssl/evp.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct sha256 {
    EVP_MD_CTX *context;
};

struct sha256 *sha256_create(void)
{
    struct sha256 *self = mem_alloc(1, sizeof *self);

    self->context = EVP_MD_CTX_new();
    if (!self->context
        || EVP_DigestInit_ex(self->context, EVP_sha256(), NULL) != 1) {
        BUG("OpenSSL has no SHA-256");
    }
    return self;
}

void sha256_add(struct sha256 *self, const void *bytes, size_t len)
{
    if (EVP_DigestUpdate(self->context, bytes, len) != 1) {
        BUG("SHA-256 cannot take %zu bytes", len);
    }
}

void sha256_end(struct sha256 *self, char out[SHA256_TEXT])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    if (EVP_DigestFinal_ex(self->context, digest, &len) != 1
        || 2 * len + 1 != SHA256_TEXT) {
        BUG("SHA-256 gave %u bytes", len);
    }
    for (size_t i = 0; i < len; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", digest[i]);
    }
    sha256_destroy(self);
}

void sha256_destroy(struct sha256 *self)
{
    if (self) {
        EVP_MD_CTX_free(self->context);
        free(self);
    }
}

void sha256_bytes(const void *bytes, size_t len, char out[SHA256_TEXT])
{
    struct sha256 *self = sha256_create();

    sha256_add(self, bytes, len);
    sha256_end(self, out);
}

int sha256_file(const char *path, char out[SHA256_TEXT], struct error *err)
{
    enum { PIECE = 1 << 18 };
    unsigned char *piece = NULL;
    struct sha256 *self = NULL;
    int rc = -1;

    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return error_set_errno(err, errno, "cannot read %s", path);
    }
    piece = mem_alloc(PIECE, 1);
    self = sha256_create();
    for (;;) {
        ssize_t len = read(fd, piece, PIECE);
        if (len < 0 && errno == EINTR) {
            continue;
        }
        if (len < 0) {
            (void)error_set_errno(err, errno, "cannot read %s", path);
            goto out;
        }
        if (len == 0) {
            break;
        }
        sha256_add(self, piece, (size_t)len);
    }
    sha256_end(self, out);
    self = NULL;
    rc = 0;
out:
    sha256_destroy(self);
    free(piece);
    (void)close(fd);
    return rc;
}

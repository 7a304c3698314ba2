#include "tests/http/tls.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { BITS = 2048, HOUR_S = 3600 };

static SSL_CTX *context;
static unsigned num_http2;

static int add_extension(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

    if (!extension)
        return -1;
    (void)X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return 0;
}

static X509 *make_certificate(EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);

    (void)X509_set_version(certificate, 2);
    (void)ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    (void)X509_gmtime_adj(X509_getm_notBefore(certificate), -HOUR_S);
    (void)X509_gmtime_adj(X509_getm_notAfter(certificate), HOUR_S);
    (void)X509_NAME_add_entry_by_txt(name,
                                     "CN",
                                     MBSTRING_ASC,
                                     (const unsigned char *)"test",
                                     -1,
                                     -1,
                                     0);
    (void)X509_set_issuer_name(certificate, name);
    (void)X509_set_pubkey(certificate, key);
    if (add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE")
            < 0
        || add_extension(certificate, NID_subject_alt_name, "IP:127.0.0.1") < 0
        || X509_sign(certificate, key, EVP_sha256()) == 0) {
        X509_free(certificate);
        return NULL;
    }
    return certificate;
}

/* HTTP/1.1, whatever is offered besides. */
static int choose(SSL *ssl,
                  const unsigned char **out,
                  unsigned char *out_len,
                  const unsigned char *offered,
                  unsigned len,
                  void *nothing)
{
    (void)ssl;
    (void)nothing;
    *out = NULL;
    for (unsigned at = 0; at < len; at += offered[at] + 1U) {
        if (offered[at] == 2 && memcmp(offered + at + 1, "h2", 2) == 0)
            num_http2++;
        if (offered[at] == 8 && memcmp(offered + at + 1, "http/1.1", 8) == 0) {
            *out = offered + at + 1;
            *out_len = 8;
        }
    }
    return *out ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

int tls_begin(const char *path)
{
    EVP_PKEY *key = EVP_RSA_gen(BITS);
    X509 *certificate = key ? make_certificate(key) : NULL;
    FILE *file = certificate ? fopen(path, "w") : NULL;
    int rc = -1;

    context = SSL_CTX_new(TLS_server_method());
    if (file && PEM_write_X509(file, certificate)
        && SSL_CTX_use_certificate(context, certificate) == 1
        && SSL_CTX_use_PrivateKey(context, key) == 1)
        rc = 0;
    SSL_CTX_set_alpn_select_cb(context, choose, NULL);
    (void)SSL_CTX_set_mode(context,
                           SSL_MODE_ENABLE_PARTIAL_WRITE
                               | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (file && fclose(file) != 0)
        rc = -1;
    X509_free(certificate);
    EVP_PKEY_free(key);
    return rc;
}

bool tls_is_on(void)
{
    return context != NULL;
}

struct tls_connection *tls_accept(int fd)
{
    SSL *ssl = SSL_new(context);

    (void)SSL_set_fd(ssl, fd);
    SSL_set_accept_state(ssl);
    return (struct tls_connection *)ssl;
}

void tls_close(struct tls_connection *self)
{
    SSL_free((SSL *)self);
}

/* What SSL_get_error() says, as errno says it. */
static ssize_t outcome(struct tls_connection *self, int rc)
{
    const int error = SSL_get_error((SSL *)self, rc);

    if (rc > 0)
        return rc;
    if (error == SSL_ERROR_ZERO_RETURN)
        return 0;
    errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE
                ? EAGAIN
                : EIO;
    return -1;
}

ssize_t tls_receive(struct tls_connection *self, void *bytes, size_t len)
{
    return outcome(self, SSL_read((SSL *)self, bytes, (int)len));
}

ssize_t tls_send(struct tls_connection *self, const void *bytes, size_t len)
{
    return outcome(self, SSL_write((SSL *)self, bytes, (int)len));
}

unsigned tls_offers_http2(void)
{
    return num_http2;
}

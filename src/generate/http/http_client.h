/*
 * http_client.h - many HTTP transfers of one thread, through libcurl.
 *
 * Connections are kept and used again, HTTP/2 where a server speaks it.
 * Certificates are checked, nothing is redirected, what comes in is capped in
 * size and time.  Proxies come from the environment (https_proxy, no_proxy) or
 * from `proxy`.
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "base/text.h"
#include "generate/http/http_hints.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct http_client;
struct http_key;

struct http_client_params {
    const char *const *headers; /* NULL-terminated; of every request; copied */
    const char *proxy;          /* NULL: what the environment says;
                                   "": none */
    const char *ca_file;        /* NULL: the system's */
    const char *socket;         /* UNIX socket to speak through; or NULL */
    const struct http_key *key; /* hidden in what comes back, but for the body;
                                   borrowed; NULL: none */
    int parallel;               /* transfers at once, at most */
    int connect_ms;
    size_t max_bytes; /* of one reply, unpacked */
};

/* What came of a transfer. */
enum http_trouble {
    HTTP_FINE = 0,    /* a whole reply, of whatever status */
    HTTP_UNREACHABLE, /* no name, refused, no route */
    HTTP_UNTRUSTED,   /* no TLS, or a certificate that does not hold */
    HTTP_SLOW,        /* out of time */
    HTTP_CUT,         /* the connection broke, or the bytes made no sense */
    HTTP_TOO_LARGE,
};

struct http_response {
    uint64_t ticket;
    enum http_trouble trouble;
    char why[240]; /* of the trouble */
    long status;   /* 0 = none came */
    struct text body;
    struct http_hints hints;
    char location[120]; /* of a redirect: scheme and host; "" = none */
    int64_t took_ns;
};

/* errors  ERR_IO */
struct http_client *http_client_create(const struct http_client_params *params,
                                       struct error *err);
void http_client_destroy(struct http_client *self); /* accepts NULL */

/*
 * Send a POST of JSON; at most `parallel` may be on their way.
 *
 * body     its bytes are borrowed until the response is taken
 * returns  a number of its own, which is in the response
 */
uint64_t http_client_post(struct http_client *self,
                          const char *url,
                          const struct text *body,
                          int64_t timeout_ms);

/* Send a GET, as http_client_post(). */
uint64_t http_client_get(struct http_client *self,
                         const char *url,
                         int64_t timeout_ms);

/* Forget one; nothing happens when it is not on its way. */
void http_client_cancel(struct http_client *self, uint64_t ticket);

/* Work until something has come, for `budget_ms` at most. */
int http_client_step(struct http_client *self,
                     int budget_ms,
                     struct error *err);

/* One that is over; false = none.  text_release(&out->body). */
bool http_client_take(struct http_client *self, struct http_response *out);

void http_client_version(char *out, size_t size);

#endif

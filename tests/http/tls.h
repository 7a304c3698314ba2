/*
 * tls.h - the fault server over TLS, with a certificate of its own making for
 * 127.0.0.1, which nobody trusts who is not told to.
 */
#ifndef TEST_HTTP_TLS_H
#define TEST_HTTP_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tls_connection;

/* Make key and certificate and write the latter to `path` (PEM).  -1 = no. */
int tls_begin(const char *path);
bool tls_is_on(void);

struct tls_connection *tls_accept(int fd);
void tls_close(struct tls_connection *self); /* accepts NULL */

/* As recv() and send(): -1 with EAGAIN when nothing can move now. */
ssize_t tls_receive(struct tls_connection *self, void *bytes, size_t len);
ssize_t tls_send(struct tls_connection *self, const void *bytes, size_t len);

/* Connections on which the client offered HTTP/2. */
unsigned tls_offers_http2(void);

#endif

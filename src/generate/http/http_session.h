/*
 * http_session.h - requests to one model behind HTTP: many transfers of one
 * thread, driven by step().
 *
 * Until the first answer one request is on its way: what is wrong with key,
 * address or model is then told as a failed load, and no other request was sent
 * for it.  Later what fails alone is that request's; when nothing else comes the
 * session is broken.  A failure that may pass is tried again here, within
 * `retries` and `patience_s`; being told to slow down counts as time only.
 *
 * The order in which the requests go is that of submit().  The functions are
 * those of a backend (trustsweep/backend.h).
 */
#ifndef HTTP_SESSION_H
#define HTTP_SESSION_H

#include "base/hash.h"

#include <stdbool.h>

struct error;
struct http_session;
struct reply;
struct request;

/*
 * args      of a spec "http:args"
 * key       NULL: from where args say
 * parallel  requests at once; 0 = as args say, which are never exceeded
 * errors    ERR_USAGE, ERR_IO
 */
struct http_session *http_session_create(const char *args,
                                         const char *key,
                                         int parallel,
                                         struct error *err);
void http_session_destroy(struct http_session *self); /* accepts NULL */

int http_session_submit(struct http_session *self,
                        const struct request *request,
                        struct error *err);
int http_session_step(struct http_session *self,
                      int budget_ms,
                      struct reply *out,
                      struct error *err);
void http_session_cancel(struct http_session *self, struct hash128 unit);
void http_session_set_rate(struct http_session *self,
                           double requests,
                           double tokens);

/* Whether any request was answered: key, address and model are good. */
bool http_session_has_answered(const struct http_session *self);

#endif

/*
 * fault_put.h - replies of the fault server as they go out.
 */
#ifndef TEST_HTTP_FAULT_PUT_H
#define TEST_HTTP_FAULT_PUT_H

#include "tests/http/server.h"

#include <stddef.h>

#define BAD_REQUEST       "400 Bad Request"
#define TOO_MANY_REQUESTS "429 Too Many Requests"
#define SERVER_ERROR      "500 Internal Server Error"

/* A whole reply; `more`: further header lines. */
void fault_put(struct server_reply *out,
               const char *status,
               const char *more,
               const char *body,
               size_t len);

/* The same of an error, as a JSON object. */
void fault_put_error(struct server_reply *out,
                     const char *status,
                     const char *more,
                     const char *code,
                     const char *message);

#endif

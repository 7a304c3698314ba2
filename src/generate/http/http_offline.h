/*
 * http_offline.h - a provider's batch files: requests as lines of JSON, answers
 * as lines of JSON, later and for less.
 *
 * A line holds the body that would be posted, and an answer the body that would
 * have come, so that both ways give the same reply.
 *
 * source  OpenAI API reference, Batch: request input and output objects
 */
#ifndef HTTP_OFFLINE_H
#define HTTP_OFFLINE_H

#include "generate/http/http_options.h"

#include <stdbool.h>

struct cJSON;
struct reply;
struct request;
struct text;

enum { HTTP_OFFLINE_WHY = 400 };

/* Whether its dialect has such files.  ERR_USAGE */
int http_offline_check(const struct http_options *options, struct error *err);

/* One line, with its end; the unit's id names it. */
void http_offline_line(const struct http_options *options,
                       const struct request *request,
                       struct text *out);

/*
 * The answer of a line to its request.
 *
 * out      filled on success: the caller's to release
 * why      on failure: what the provider says, or what is wrong with the line
 */
bool http_offline_read(const struct http_options *options,
                       const struct request *request,
                       const struct cJSON *line,
                       struct reply *out,
                       char why[HTTP_OFFLINE_WHY]);

#endif

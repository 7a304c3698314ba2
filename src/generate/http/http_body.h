/*
 * http_body.h - what a spec adds to each request: body={...}.
 *
 * It stands in job.json, results.h5 and logs, so it has no place for a key.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

struct cJSON;
struct error;

/* The object; json_free().  NULL with ERR_USAGE: it is none, or a member at any
 * depth is called like a secret (base/secret_name.h) and has a text, or a text
 * is a URL with a login.  No error holds a value of it. */
struct cJSON *http_body_parse(const char *text, struct error *err);

#endif

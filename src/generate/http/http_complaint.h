/*
 * http_complaint.h - the body of an error, of whatever provider.
 */
#ifndef HTTP_COMPLAINT_H
#define HTTP_COMPLAINT_H

#include <stdbool.h>
#include <stdint.h>

struct text;

struct http_complaint {
    char message[600]; /* one line of UTF-8; "" = none */
    char code[160];    /* codes, types and states that stand in it */
    char param[80];    /* the parameter it is about; "" = none */
    int64_t retry_ms;  /* when it may be asked again; -1 = not said */
};

/* What it is about, told by codes first and else by its words. */
enum http_complaint_kind {
    COMPLAINT_FILTER = 0, /* the provider does not want to answer this */
    COMPLAINT_OVERLONG,   /* more than the model's context */
    COMPLAINT_ACCOUNT,    /* no credit, a quota used up for good */
};

/* Whatever the bytes are. */
void http_complaint_read(const struct text *body, struct http_complaint *out);

bool http_complaint_is(const struct http_complaint *self,
                       enum http_complaint_kind kind);

#endif

/*
 * http_usage.h - tokens of a reply whose provider counts none, or none that
 * make sense: what they may be, so that budgets and cost limits still hold.
 */
#ifndef HTTP_USAGE_H
#define HTTP_USAGE_H

#include <stdbool.h>

struct reply;
struct request;

/* Of a request, by its length. */
double http_usage_prompt(const struct request *request);

/*
 * Fill in the counts that are missing: of the prompt by its length, of the
 * reply by its length or, where it has no text, as many as it may have had.
 * What is classified has no price by tokens and stays as it is.
 *
 * returns  false: nothing was missing
 */
bool http_usage_complete(const struct request *request, struct reply *reply);

#endif

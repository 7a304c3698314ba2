/*
 * http_settings.h - the numbers of a request: asked for, sent, refused.
 *
 * Some providers refuse a setting (a temperature, for models that reason).  It
 * is left out then, for all further requests, and each reply says so.
 */
#ifndef HTTP_SETTINGS_H
#define HTTP_SETTINGS_H

#include "trustsweep/request.h"

struct cJSON;
struct http_dialect;
struct http_outcome;

enum http_setting {
    HTTP_TEMPERATURE = 0,
    HTTP_TOP_P,
    HTTP_TOP_K,
    HTTP_REPETITION_PENALTY,
    HTTP_SEED,
    HTTP_MAX_TOKENS,
    /* the other name of that, where the first one is refused; a setting of the
     * dialect, never of a job */
    HTTP_MAX_TOKENS_NEW,
    NUM_HTTP_SETTINGS,
};

/* The settings that a request asks for and that are sent, as bits 1u << HTTP_X. */
unsigned http_settings_sent(const struct request *request,
                            const struct http_dialect *dialect,
                            unsigned refused);

/* Add what is sent. */
void http_settings_put(struct cJSON *object,
                       const struct request *request,
                       const struct http_dialect *dialect,
                       unsigned refused);

/* The setting among `sent` that an error names and that can be left out, or
 * NUM_HTTP_SETTINGS.  A limit of tokens cannot; it may have another name.
 * param, message: of the error; may be NULL */
enum http_setting http_settings_blamed(const struct http_dialect *dialect,
                                       unsigned sent,
                                       const char *param,
                                       const char *message);

/*
 * What a reply keeps of it: a JSON object {"refused": ["temperature"],
 * "left_out": ["seed"], "served": "model-2024-08-06", "fingerprint": "fp_1",
 * "usage": "estimated"}, without what is empty.  All that was asked for and is
 * not named was sent.
 *
 * refused   by the provider, as bits; left_out: the dialect has no place for it
 * outcome   the model that answered ("" = not said, or the one asked for), and
 *           whether its tokens were estimated
 * returns   NULL when there is nothing to keep; free()
 */
char *http_settings_note(const struct request *request,
                         const struct http_dialect *dialect,
                         unsigned refused,
                         const char *asked,
                         const struct http_outcome *outcome);

#endif

#include "generate/http/http_settings.h"

#include "base/json.h"
#include "base/text.h"
#include "generate/http/http_dialect.h"
#include "generate/http/http_outcome.h"

#include <ctype.h>
#include <string.h>

/* As docs/JOB.md calls them. */
static const char *const names[NUM_HTTP_SETTINGS] = {
    "temperature", "top_p",      "top_k", "repetition_penalty",
    "seed",        "max_tokens", NULL,
};

/* Below it a reply is greedy; as the benchmark has it. */
static const double greedy = 1e-5;

static unsigned settings_asked(const struct request *request)
{
    const struct sampling *sampling = &request->sampling;
    unsigned asked = 1u << HTTP_TEMPERATURE;

    if (request->kind == REQUEST_EMBED || request->kind == REQUEST_CLASSIFY)
        return 0;
    if (sampling->top_p > 0 && sampling->top_p < 1)
        asked |= 1u << HTTP_TOP_P;
    if (sampling->top_k > 0)
        asked |= 1u << HTTP_TOP_K;
    if (sampling->repetition_penalty > 0 && sampling->repetition_penalty != 1)
        asked |= 1u << HTTP_REPETITION_PENALTY;
    if (sampling->temperature > greedy)
        asked |= 1u << HTTP_SEED;
    if (sampling->max_tokens > 0)
        asked |= 1u << HTTP_MAX_TOKENS;
    return asked;
}

unsigned http_settings_sent(const struct request *request,
                            const struct http_dialect *dialect,
                            unsigned refused)
{
    unsigned sent = settings_asked(request);

    if (sent & refused & 1u << HTTP_MAX_TOKENS)
        sent |= 1u << HTTP_MAX_TOKENS_NEW;
    sent &= ~refused;
    for (int i = 0; i < NUM_HTTP_SETTINGS; i++) {
        if (!dialect->settings[i])
            sent &= ~(1u << i);
    }
    return sent;
}

static double value_of(const struct request *request, int setting)
{
    const struct sampling *sampling = &request->sampling;

    switch ((enum http_setting)setting) {
    case HTTP_TEMPERATURE:
        return sampling->temperature > greedy ? sampling->temperature : 0;
    case HTTP_TOP_P:
        return sampling->top_p;
    case HTTP_TOP_K:
        return sampling->top_k;
    case HTTP_REPETITION_PENALTY:
        return sampling->repetition_penalty;
    case HTTP_SEED: /* some take 31 bits */
        return sampling_seed(sampling, request->unit) & 0x7fffffffU;
    case HTTP_MAX_TOKENS:
    case HTTP_MAX_TOKENS_NEW:
        return (double)sampling->max_tokens + sampling->thinking_tokens;
    case NUM_HTTP_SETTINGS:
        break;
    }
    return 0;
}

void http_settings_put(struct cJSON *object,
                       const struct request *request,
                       const struct http_dialect *dialect,
                       unsigned refused)
{
    const unsigned sent = http_settings_sent(request, dialect, refused);

    for (int i = 0; i < NUM_HTTP_SETTINGS; i++) {
        if (sent & 1u << i)
            json_add_number(object, dialect->settings[i], value_of(request, i));
    }
}

static bool is_of_word(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_';
}

/* As a word of its own: "max_tokens" is not in "max_tokens_to_sample". */
static bool has_word(const char *text, const char *word)
{
    const size_t len = strlen(word);

    for (const char *at = text; (at = strstr(at, word)); at++) {
        if ((at == text || !is_of_word(at[-1])) && !is_of_word(at[len]))
            return true;
    }
    return false;
}

static bool can_go(const struct http_dialect *dialect, int setting)
{
    if (setting == HTTP_MAX_TOKENS)
        return dialect->settings[HTTP_MAX_TOKENS_NEW] != NULL;
    return setting != HTTP_MAX_TOKENS_NEW;
}

enum http_setting http_settings_blamed(const struct http_dialect *dialect,
                                       unsigned sent,
                                       const char *param,
                                       const char *message)
{
    const char *const places[] = { param, message };

    for (size_t place = 0; place < 2; place++) {
        for (int i = 0; places[place] && i < NUM_HTTP_SETTINGS; i++) {
            if (sent & 1u << i && can_go(dialect, i) && dialect->settings[i]
                && has_word(places[place], dialect->settings[i]))
                return (enum http_setting)i;
        }
    }
    return NUM_HTTP_SETTINGS;
}

static void add_names(struct cJSON *object, const char *key, unsigned settings)
{
    struct cJSON *list = settings ? json_add_array(object, key) : NULL;

    for (int i = 0; i < NUM_HTTP_SETTINGS; i++) {
        if (settings & 1u << i)
            json_append_text(list, names[i]);
    }
}

char *http_settings_note(const struct request *request,
                         const struct http_dialect *dialect,
                         unsigned refused,
                         const char *asked,
                         const struct http_outcome *outcome)
{
    const char *served = outcome->served[0] ? outcome->served : asked;
    const char *fingerprint = outcome->fingerprint;
    unsigned sent = http_settings_sent(request, dialect, refused);
    struct text out = { 0 };
    struct cJSON *object;
    unsigned left_out;

    if (sent & 1u << HTTP_MAX_TOKENS_NEW)
        sent |= 1u << HTTP_MAX_TOKENS;
    left_out = settings_asked(request) & ~sent;
    if (left_out == 0 && text_equal(asked, served) && !fingerprint[0]
        && !outcome->is_estimated)
        return NULL;
    object = json_new_object();
    add_names(object, "refused", left_out & refused);
    add_names(object, "left_out", left_out & ~refused);
    if (!text_equal(asked, served))
        json_add_text(object, "served", served);
    if (fingerprint[0])
        json_add_text(object, "fingerprint", fingerprint);
    if (outcome->is_estimated)
        json_add_text(object, "usage", "estimated");
    json_write_line(object, &out);
    json_free(object);
    return text_take(&out);
}

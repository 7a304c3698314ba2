/*
 * The OpenAI API, and every server that follows it.
 *
 * source  platform.openai.com/docs/api-reference: chat, completions, embeddings
 */
#include "base/text.h"
#include "generate/http/http_openai.h"
#include "trustsweep/backend.h"

static void address(const struct http_target *target,
                    enum request_kind kind,
                    struct text *out)
{
    text_addf(out, "%s%s", target->url, http_openai_path(kind));
}

const struct http_dialect http_dialect_openai = {
    .name = "openai",
    .help = "OpenAI, vLLM, SGLang, TGI, llama-server and others like it",
    .url = "https://api.openai.com/v1",
    .key_env = "OPENAI_API_KEY",
    .key_header = "Authorization: Bearer ",
    .can = HTTP_OPENAI_CAN,
    .settings = HTTP_OPENAI_SETTINGS,
    .address = address,
    .body = http_openai_body,
    .read = http_openai_read,
};

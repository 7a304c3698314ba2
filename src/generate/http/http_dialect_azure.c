/*
 * Azure OpenAI: bodies of OpenAI, a deployment in the address, a header of its
 * own for the key.  The model of the spec is the deployment.
 *
 * source  learn.microsoft.com/azure/ai-services/openai/reference
 */
#include "base/text.h"
#include "generate/http/http_openai.h"
#include "trustsweep/backend.h"

#define API_VERSION "2024-10-21"

static void address(const struct http_target *target,
                    enum request_kind kind,
                    struct text *out)
{
    const char *version = target->api_version;

    text_addf(out,
              "%s/openai/deployments/%s%s?api-version=%s",
              target->url,
              target->model,
              http_openai_path(kind),
              version && *version ? version : API_VERSION);
}

const struct http_dialect http_dialect_azure = {
    .name = "azure",
    .help = "Azure OpenAI; MODEL is the deployment",
    .key_env = "AZURE_OPENAI_API_KEY",
    .key_header = "api-key: ",
    .can = HTTP_OPENAI_CAN,
    .settings = HTTP_OPENAI_SETTINGS,
    .address = address,
    .body = http_openai_body,
    .read = http_openai_read,
};

#include "generate/server/server_options.h"

#include "base/file.h"
#include "base/json.h"
#include "generate/http/http_body.h"
#include "generate/parts/backend_args.h"
#include "generate/server/server_secret.h"
#include "trustsweep/error.h"

#include <stddef.h>
#include <stdlib.h>

enum { MAX_GPUS = 64 };

#define TEXT(member, what, text)                                        \
    .name = #member, .type = OPTION_TEXT,                               \
    .offset = offsetof(struct server_options, member), .value = (what), \
    .help = (text)
#define NUMBER(member, otherwise, least, most, of, text)                  \
    .name = #member, .type = OPTION_INT,                                  \
    .offset = offsetof(struct server_options, member),                    \
    .fallback = (otherwise), .min = (least), .max = (most), .unit = (of), \
    .help = (text)

const struct option server_options_table[] = {
    { .name = "with",
      .type = OPTION_PATH,
      .offset = offsetof(struct server_options, with),
      .value = "FILE",
      .help = "How it is started: a recipe, as in jobs/servers." },
    { TEXT(prefix,
           "WORDS",
           "In front of its command, between spaces: apptainer exec ...") },
    { TEXT(args, "WORDS", "Behind its command, between spaces.") },
    { TEXT(body,
           "JSON",
           "An object whose members are added to each request.") },
    { NUMBER(gpus,
             "-1",
             -1,
             MAX_GPUS,
             NULL,
             "Of each server; -1: the one of its rank, if there is one.") },
    { NUMBER(parallel, "16", 1, 1024, NULL, "Requests at once.") },
    { NUMBER(port, "0", 0, 65535, NULL, "Tried first; 0: any.") },
    { NUMBER(timeout_s, "300", 1, 3600, "s", "Of one request.") },
    { NUMBER(start_s, "1500", 1, 86400, "s", "Until it is ready.") },
    { .name = NULL },
};

/* As the session will that asks the server. */
static int check_body(const char *text, struct error *err)
{
    struct cJSON *body = text ? http_body_parse(text, err) : NULL;
    const bool is_good = !text || body;

    json_free(body);
    return is_good ? 0 : -1;
}

int server_options_parse(struct server_options *out,
                         const char *args,
                         char **model,
                         struct server_recipe *recipe,
                         struct error *err)
{
    if (backend_args_parse(args, server_options_table, model, out, err) < 0)
        return -1;
    if (!file_exists(*model)) {
        (void)error_set(err, ERR_IO, "there is no %s", *model);
    } else if (!out->with) {
        (void)error_set(err,
                        ERR_USAGE,
                        "server wants with=FILE, which says how it is started "
                        "(see jobs/servers)");
    } else if (check_body(out->body, err) == 0
               && server_secret_check("args", out->args, err) == 0
               && server_secret_check("prefix", out->prefix, err) == 0
               && server_recipe_read(recipe, out->with, err) == 0) {
        return 0;
    }
    server_options_release(out);
    free(*model);
    *model = NULL;
    return -1;
}

void server_options_release(struct server_options *self)
{
    options_release(server_options_table, self);
}

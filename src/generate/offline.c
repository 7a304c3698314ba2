#include "generate/offline.h"

#include "base/mem.h"
#include "base/text.h"
#include "generate/http/http_offline.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

struct offline {
    struct http_options options;
};

struct offline *offline_open(const char *spec, struct error *err)
{
    static const char *const before[] = { "inprocess:", "isolated:" };
    struct offline *self;

    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        if (text_starts(spec, before[i]))
            spec += strlen(before[i]);
    }
    if (!text_starts(spec, "http:")) {
        (void)error_set(err,
                        ERR_USAGE,
                        "only http backends have batch files, not '%.60s'",
                        spec);
        return NULL;
    }
    self = mem_alloc(1, sizeof *self);
    if (http_options_parse(&self->options, spec + strlen("http:"), err) < 0) {
        free(self);
        return NULL;
    }
    if (http_offline_check(&self->options, err) < 0) {
        offline_close(self);
        return NULL;
    }
    return self;
}

void offline_close(struct offline *self)
{
    if (!self)
        return;
    http_options_release(&self->options);
    free(self);
}

void offline_line(const struct offline *self,
                  const struct request *request,
                  struct text *out)
{
    http_offline_line(&self->options, request, out);
}

bool offline_read(const struct offline *self,
                  const struct request *request,
                  const struct cJSON *line,
                  struct reply *out,
                  char why[OFFLINE_WHY])
{
    return http_offline_read(&self->options, request, line, out, why);
}

#include "generate/server/server_health.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/http/http_client.h"

#include <stdbool.h>
#include <stdlib.h>

enum {
    BETWEEN_MS = 200, /* two looks */
    WAIT_MS = 2000,   /* for one */
    MAX_BYTES = 65536,
};

struct server_health {
    char *url;
    struct http_client *client;
    int64_t asked_ms;
    bool is_asking;
};

struct server_health *server_health_create(const char *socket,
                                           const char *url,
                                           struct error *err)
{
    static const char *const headers[] = { NULL };
    const struct http_client_params params = { .headers = headers,
                                               .proxy = "",
                                               .socket = socket,
                                               .parallel = 1,
                                               .connect_ms = WAIT_MS,
                                               .max_bytes = MAX_BYTES };
    struct server_health *self = mem_alloc(1, sizeof *self);

    self->url = mem_text(url);
    self->client = http_client_create(&params, err);
    if (self->client)
        return self;
    server_health_destroy(self);
    return NULL;
}

void server_health_destroy(struct server_health *self)
{
    if (!self)
        return;
    http_client_destroy(self->client);
    free(self->url);
    free(self);
}

int server_health_step(struct server_health *self,
                       int budget_ms,
                       struct error *err)
{
    const int64_t now_ms = clock_ms();
    struct http_response response;
    bool is_well = false;

    if (!self->is_asking && now_ms - self->asked_ms >= BETWEEN_MS) {
        (void)http_client_get(self->client, self->url, WAIT_MS);
        self->is_asking = true;
        self->asked_ms = now_ms;
    }
    if (http_client_step(self->client, budget_ms, err) < 0)
        return -1;
    while (http_client_take(self->client, &response)) {
        self->is_asking = false;
        is_well = response.trouble == HTTP_FINE && response.status == 200;
        text_release(&response.body);
    }
    return is_well;
}

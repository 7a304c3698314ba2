#include "generate/server/server_instance.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "generate/server/server_health.h"
#include "generate/server/server_port.h"
#include "generate/server/server_process.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <stdlib.h>

enum {
    MAX_STARTS = 5,  /* each at another port */
    MAX_UNSEEN = 10, /* answers, and a fifth of a second between */
    TAIL = 300,      /* of its log, in an error */
    LONG_TAIL = 4000,
};

static int launch(struct server_instance *self, struct error *err)
{
    char *url;

    server_health_destroy(self->health);
    self->health = NULL;
    server_launch_end(&self->launch);
    self->num_starts++;
    self->num_unseen = 0;
    self->began_ms = clock_ms();
    if (server_launch_begin(&self->launch, &self->params, err) < 0)
        return -1;
    self->params.port = 0; /* another one the next time */
    if (self->params.slot->node > 0) {
        log_info("server starts: %s, node %d of %s",
                 self->name,
                 self->params.slot->node + 1,
                 self->params.slot->nodes);
        return 0;
    }
    log_info("server starts: %s at %s",
             self->name,
             self->launch.socket ? self->launch.socket : self->launch.url);
    url = text_format("%s%s", self->launch.url, self->params.recipe->health);
    self->health = server_health_create(self->launch.socket, url, err);
    free(url);
    return self->health ? 0 : -1;
}

int server_instance_begin(struct server_instance *out,
                          const struct server_launch_params *params,
                          const char *name,
                          int64_t start_s,
                          struct error *err)
{
    *out = (struct server_instance){
        .params = *params,
        .name = name,
        .start_s = start_s,
        .load_s = -1,
    };
    return launch(out, err);
}

void server_instance_end(struct server_instance *self)
{
    server_health_destroy(self->health);
    self->health = NULL;
    server_launch_end(&self->launch);
}

/* Something answers there: is it ours? */
static int take_well(struct server_instance *self, struct error *err)
{
    enum server_port_owner owner = SERVER_PORT_FAMILY;

    if (self->launch.port > 0) {
        owner = server_port_owner(self->launch.port,
                                  server_process_guard(self->launch.process));
    }
    /* who answered is gone, unless this system hides who listens */
    if (owner == SERVER_PORT_NOBODY && ++self->num_unseen < MAX_UNSEEN)
        return 0;
    if (owner != SERVER_PORT_OTHERS) {
        server_health_destroy(self->health);
        self->health = NULL;
        self->load_s = (double)(clock_ms() - self->began_ms) / 1e3;
        log_info("server is ready: after %.1f s", self->load_s);
        return 1;
    }
    log_info("server starts again: another one answers at port %d",
             self->launch.port);
    if (self->num_starts < MAX_STARTS)
        return launch(self, err);
    return server_instance_fail(self, "found others at each of its ports", err);
}

int server_instance_step(struct server_instance *self,
                         int budget_ms,
                         struct error *err)
{
    int rc;

    if (clock_ms() - self->began_ms > self->start_s * 1000) {
        char *what =
            text_format("is not ready after start_s=%d", (int)self->start_s);

        rc = server_instance_fail(self, what, err);
        free(what);
        return rc;
    }
    rc = server_health_step(self->health, budget_ms, err);
    return rc > 0 ? take_well(self, err) : rc;
}

int server_instance_look(struct server_instance *self, struct error *err)
{
    struct text how = { 0 };
    int rc;

    if (server_process_runs(self->launch.process, &how))
        return 0;
    if (self->health && self->launch.port > 0 && self->num_starts < MAX_STARTS
        && server_port_owner(self->launch.port, 0) == SERVER_PORT_OTHERS) {
        log_info("server starts again: somebody else has port %d",
                 self->launch.port);
        rc = launch(self, err);
    } else {
        rc = server_instance_fail(self, text_data(&how), err);
    }
    text_release(&how);
    return rc;
}

int server_instance_fail(struct server_instance *self,
                         const char *what,
                         struct error *err)
{
    struct text said = { 0 };

    server_launch_tail(&self->launch, LONG_TAIL, &said);
    if (said.len > 0)
        log_info("server said: %s", text_data(&said));
    text_clear(&said);
    server_launch_tail(&self->launch, TAIL, &said);
    (void)error_set(err,
                    ERR_IO,
                    "the server %s%s%s",
                    what,
                    said.len > 0 ? "; it said last: " : "",
                    text_data(&said));
    text_release(&said);
    return -1;
}

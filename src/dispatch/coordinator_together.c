/*
 * Models over several nodes.  The lead of the team drives the model; the first
 * worker of each other node has a part of what it drives.  The lead says in its
 * heartbeat which start that is, the others which start they have a part of, and
 * what differs is told, until it does not.
 */
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "dispatch/coordinator_parts.h"
#include "schedule/schedule.h"

#include <stdlib.h>
#include <string.h>

enum { NO_NODE = -1, SAY_AGAIN_MS = 2000 };

static bool is_over_nodes(const struct coordinator *self, int model)
{
    return model >= 0 && self->params.models[model].num_nodes > 1;
}

void together_note(const struct coordinator *self,
                   struct peer *peer,
                   const struct heartbeat *beat)
{
    const bool is_known =
        beat->model >= 0 && (size_t)beat->model < self->params.num_models;

    peer->start =
        is_known && is_over_nodes(self, beat->model) ? beat->start : 0;
    peer->start_model = beat->model;
    peer->meet = beat->meet;
    peer->part = beat->part;
    peer->part_ended = beat->part_ended;
    if (peer->broken_start != peer->start)
        peer->broken_start = 0;
}

/* Number the nodes of a team by their first workers, that of its lead first;
 * `hosts` gets their names.  How many there are. */
static int number_nodes(struct coordinator *self,
                        struct peer *lead,
                        struct text *hosts)
{
    size_t *first = mem_alloc(self->num_peers, sizeof *first);
    int num = 0;

    first[num++] = (size_t)lead->rank - 1;
    lead->node = 0;
    text_add(hosts, lead->host);
    for (size_t i = 0; i < self->num_peers; i++) {
        struct peer *peer = &self->peers[i];
        bool is_new = true;

        if (peer == lead
            || schedule_lead(self->params.schedule, (int)i) != lead->rank - 1)
            continue;
        for (int j = 0; is_new && j < num; j++)
            is_new = strcmp(self->peers[first[j]].host, peer->host) != 0;
        peer->node = is_new ? num : NO_NODE;
        if (is_new) {
            text_addf(hosts, ",%s", peer->host);
            first[num++] = i;
        }
    }
    free(first);
    return num;
}

static int tell(struct coordinator *self,
                struct peer *lead,
                struct peer *peer,
                int model,
                struct error *err)
{
    struct text hosts = { 0 };
    const int num = number_nodes(self, lead, &hosts);
    struct together together = {
        .model = (uint32_t)model,
        .node = (uint32_t)peer->node,
        .start = peer == lead ? 0 : lead->start,
        .meet = peer == lead ? 0 : lead->meet,
        .num_nodes = (uint32_t)num,
        .nodes = text_take(&hosts),
    };
    int rc = send_together(self, peer, &together, err);

    peer->told_start = together.start;
    peer->told_ms = self->step_ms;
    free(together.nodes);
    return rc;
}

int together_lead(struct coordinator *self,
                  struct peer *peer,
                  struct error *err)
{
    if (!is_over_nodes(self, peer->held)
        || schedule_lead(self->params.schedule, peer->rank - 1)
               != peer->rank - 1)
        return 0;
    return tell(self, peer, peer, peer->held, err);
}

static void note_leaving(struct coordinator *self, struct peer *peer)
{
    self->num_leaving += !peer->is_leaving;
    peer->is_leaving = true;
}

/* A part of what it drives is gone: what it has in hand goes back, and it lets
 * go. */
static int lose_part(struct coordinator *self,
                     struct peer *lead,
                     const struct peer *part,
                     struct error *err)
{
    const bool is_loading = lead->doing == WORKER_LOADING;
    const int model = lead->start_model;
    struct peer_lease *lease;
    char *why;
    int rc = 0;

    if (lead->broken_start == lead->start)
        return 0;
    lead->broken_start = lead->start;
    lead->told_ms = 0;
    note_leaving(self, lead);
    why = text_format("its part on %s, rank %d, %s",
                      part->host,
                      part->rank,
                      part->is_lost ? "was lost"
                                    : "ended; the log of that rank says how");
    log_warn("over several nodes: model=%s rank=%d %s",
             self->params.models[model].name,
             lead->rank,
             why);
    account_waste(self, lead, SIZE_MAX);
    while (rc == 0 && (lease = peer_newest_lease(lead)))
        rc = lease_take_back(self, lead, lease, !is_loading, err);
    if (rc == 0 && is_loading)
        rc = blame_lost_load(self, lead, model, why, err);
    free(why);
    return rc;
}

static int say_let_go(struct coordinator *self,
                      struct peer *peer,
                      struct error *err)
{
    if (self->step_ms - peer->told_ms < SAY_AGAIN_MS)
        return 0;
    peer->told_ms = self->step_ms;
    peer->told_start = 0;
    return send_let_go(self, peer, err);
}

static int look_at_lead(struct coordinator *self,
                        struct peer *peer,
                        struct error *err)
{
    if (peer->broken_start != 0) {
        note_leaving(self, peer);
        return peer_num_open(peer) == 0 && peer->num_stale == 0
                   ? say_let_go(self, peer, err)
                   : 0;
    }
    /* the first word of it may have been lost */
    if (peer->start == 0 && peer_num_open(peer) > 0
        && self->step_ms - peer->told_ms >= SAY_AGAIN_MS)
        return together_lead(self, peer, err);
    return 0;
}

/* The start of which it is to have a part; 0 = none. */
static uint64_t wanted(const struct peer *peer, const struct peer *lead)
{
    if (!lead || lead == peer || lead->is_lost || peer->node <= 0
        || lead->start == lead->broken_start)
        return 0;
    return lead->start;
}

static int look_at(struct coordinator *self,
                   struct peer *peer,
                   struct error *err)
{
    const int at = schedule_lead(self->params.schedule, peer->rank - 1);
    struct peer *lead = at == TEAMS_NONE ? NULL : &self->peers[at];
    const uint64_t start = wanted(peer, lead);

    if (start != 0
        && (peer->is_lost || (peer->part == start && peer->part_ended)))
        return lose_part(self, lead, peer, err);
    if (peer->is_lost || !peer->has_said_hello)
        return 0;
    if (start != 0 && peer->part != start
        && (peer->told_start != start
            || self->step_ms - peer->told_ms >= SAY_AGAIN_MS))
        return tell(self, lead, peer, lead->start_model, err);
    if (start == 0 && peer->part != 0) {
        note_leaving(self, peer);
        return say_let_go(self, peer, err);
    }
    return look_at_lead(self, peer, err);
}

int together_step(struct coordinator *self, struct error *err)
{
    self->num_leaving = 0;
    if (!self->has_together || self->is_stopping)
        return 0;
    for (size_t i = 0; i < self->num_peers; i++) {
        self->peers[i].is_leaving = false;
        if (look_at(self, &self->peers[i], err) < 0)
            return -1;
    }
    return 0;
}

bool together_is_leaving(const struct coordinator *self,
                         const struct peer *peer)
{
    for (size_t i = 0; self->num_leaving > 0 && i < self->num_peers; i++) {
        if (self->peers[i].is_leaving
            && strcmp(self->peers[i].host, peer->host) == 0)
            return true;
    }
    return false;
}

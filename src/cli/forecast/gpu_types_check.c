#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/gpu_players.h"
#include "cli/forecast/gpu_types.h"
#include "cli/forecast/places.h"
#include "cli/sweep/sweep.h"
#include "trustsweep/error.h"

#include <stdlib.h>

/* Why a model is on none of a type. */
static void add_reason(struct text *out,
                       const struct job *job,
                       const struct job_gpu_type *type,
                       const struct gpu_player *player)
{
    if (player->model && !gpu_players_may_have(player->model, type->type)) {
        text_add(out, " (not in its \"on\")");
    } else if (gpu_players_gpus(job, type, player) > 0) {
        const double gpus = gpu_players_gpus(job, type, player);

        text_addf(out,
                  " (%g GB each: its %.1f GB ",
                  gpu_players_memory(job, type),
                  (double)player->memory_bytes / 1e9);
        if (player->gpus >= 0) {
            text_addf(out,
                      "would need %.0f, and \"gpus\" is %lld)",
                      gpus,
                      (long long)player->gpus);
        } else if (job->share > 1) {
            text_addf(out,
                      "are more than its share of one, which %lld workers "
                      "share; \"gpus\": %.0f would give it its own)",
                      (long long)job->share,
                      gpus);
        } else {
            text_addf(out, "would need \"gpus\": %.0f)", gpus);
        }
    }
}

static int complain(const struct gpu_types *self,
                    const struct job *job,
                    const struct gpu_player *player,
                    const double *speed,
                    const bool *is_here,
                    struct error *err)
{
    struct text here = { 0 };
    struct text good = { 0 };

    for (size_t t = 0; t < self->num_gpu; t++) {
        const struct job_gpu_type *type = &job->gpu_types[t];

        if (is_here[t]) {
            text_addf(&here, "%s'%s'", here.len ? ", " : "", type->type);
            add_reason(&here, job, type, player);
        }
        if (speed[t] > 0)
            text_addf(&good, "%s'%s'", good.len ? ", " : "", type->type);
    }
    (void)error_set(err,
                    ERR_USAGE,
                    "%s: model '%s' may be on no GPU of the workers, which are "
                    "%s; %s%s",
                    job->path,
                    player->name,
                    here.len ? text_data(&here) : "without one",
                    good.len ? "there must be workers of "
                             : "none of the job's gpu_types would do: its "
                               "\"on\" or \"gpus\" must be another",
                    text_data(&good));
    text_release(&here);
    text_release(&good);
    return -1;
}

struct blocks {
    const struct gpu_types *types;
    const struct places *places;
    const double *speed; /* [types] of the model */
};

/* As the schedule puts teams together. */
static double cost_of(void *context, int slot, int lead)
{
    const struct blocks *self = context;
    const struct slot_types_params *params = &self->types->params;

    if (params->num == 0)
        return 0;
    return self->speed[params->of[slot]] > 0
                   && (!params->group
                       || params->group[params->of[slot]]
                              == params->group[params->of[lead]])
               ? 0
               : -1;
}

/* Whether so many workers at once are anywhere. */
static bool has_block(const struct blocks *self,
                      const struct gpu_player *player,
                      size_t width)
{
    struct teams *teams =
        teams_create(self->places->places, self->places->num_workers);
    struct blocks context = *self;
    const size_t room = teams_room(teams,
                                   &(struct teams_call){
                                       .width = width,
                                       .may_span = player->spans_nodes,
                                       .cost = cost_of,
                                       .context = &context,
                                   });

    teams_destroy(teams);
    return room > 0;
}

/* Workers of a type on the node that has most of them. */
static size_t most_on_node(const struct blocks *self, size_t type)
{
    const struct places *places = self->places;
    /* by node: of a run they have the number of a rank, 0 too */
    size_t *num = mem_alloc(places->num_workers + 1, sizeof *num);
    size_t most = 0;

    for (size_t i = 0; i < places->num_workers; i++) {
        const struct team_place *place = &places->places[i];

        if (place->is_apart || self->types->of[i] != type)
            continue;
        num[place->node]++;
        most = num[place->node] > most ? num[place->node] : most;
    }
    free(num);
    return most;
}

static int complain_of_block(const struct blocks *self,
                             const struct job *job,
                             const struct gpu_player *player,
                             size_t width,
                             struct error *err)
{
    const struct gpu_types *types = self->types;
    struct text here = { 0 };

    for (size_t t = 0; t < types->num_gpu; t++) {
        const size_t most = most_on_node(self, t);

        if (most == 0)
            continue;
        text_addf(&here,
                  "%s'%s'",
                  here.len ? ", " : ": ",
                  job->gpu_types[t].type);
        if (self->speed[t] > 0) {
            text_addf(&here,
                      " (%zu on a node%s)",
                      most,
                      most >= width ? ", but not side by side" : "");
        } else {
            add_reason(&here, job, &job->gpu_types[t], player);
        }
    }
    (void)error_set(err,
                    ERR_USAGE,
                    "%s: model '%s' needs %lld GPUs, so %zu workers side by "
                    "side on %s%s%s, and there are none%s; more of such a type "
                    "on a node, or fewer \"gpus\", would do",
                    job->path,
                    player->name,
                    (long long)player->gpus,
                    width,
                    player->spans_nodes ? "a node or on whole ones" : "a node",
                    types->num_gpu > 0 ? ", of types that it may be on" : "",
                    types->params.group ? " and of one group (\"mix\")" : "",
                    text_data(&here));
    text_release(&here);
    return -1;
}

int gpu_types_check(const struct gpu_types *self,
                    const struct sweep *sweep,
                    const struct places *places,
                    const size_t *width,
                    struct error *err)
{
    const size_t num_workers = places->num_workers;
    struct gpu_player *players =
        mem_alloc(sweep->job->num_models + NUM_ROLES, sizeof *players);
    const size_t num = gpu_players_list(sweep, players);
    bool *is_here = mem_alloc(self->params.num + 1, sizeof *is_here);
    int rc = 0;

    for (size_t w = 0; self->params.num > 0 && w < num_workers; w++)
        is_here[self->of[w]] = true;
    for (size_t i = 0; i < num && rc == 0; i++) {
        const struct blocks blocks = { self,
                                       places,
                                       &self->speed[i * self->params.num] };
        const size_t wide = width[players[i].at];
        bool is_placed = self->params.num == 0;

        for (size_t t = 0; t < self->params.num; t++)
            is_placed = is_placed || (is_here[t] && blocks.speed[t] > 0);
        if (!is_placed) {
            rc = complain(self,
                          sweep->job,
                          &players[i],
                          blocks.speed,
                          is_here,
                          err);
        } else if (wide > 1 && !has_block(&blocks, &players[i], wide)) {
            rc = complain_of_block(&blocks, sweep->job, &players[i], wide, err);
        }
    }
    free(is_here);
    free(players);
    return rc;
}

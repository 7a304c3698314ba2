#include "cli/forecast/gpu_types.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/gpu_players.h"
#include "cli/forecast/places.h"
#include "cli/sweep/sweep.h"
#include "comm/mpi_place.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct job_rate *rate_of(const struct job_model *model,
                                      const char *type)
{
    for (size_t i = 0; i < model->num_rates; i++) {
        if (text_equal(model->rates[i].gpu_type, type))
            return &model->rates[i];
    }
    return NULL;
}

/* Times what the outlook says of the model: its tokens_per_s, else its first
 * rate. */
static double find_speed(const struct job *job,
                         const struct job_gpu_type *type,
                         const struct gpu_player *player)
{
    const struct job_model *model = player->model;
    const struct job_rate *rate = model ? rate_of(model, type->type) : NULL;
    size_t first;
    double base;

    if (!gpu_players_fits(job, type, player)
        || (model && !gpu_players_may_have(model, type->type)))
        return 0;
    if (!model || model->num_rates == 0)
        return player->needs_gpu ? type->speed : 1;
    base = isnan(model->tokens_per_s) ? model->rates[0].tokens_per_s
                                      : model->tokens_per_s;
    if (rate)
        return rate->tokens_per_s / base;
    if (!isnan(model->tokens_per_s))
        return type->speed;
    first = job_gpu_type_called(job, model->rates[0].gpu_type);
    return type->speed / job->gpu_types[first].speed;
}

/* The number of the first type of its group. */
static uint16_t group_of(const struct job *job, size_t type)
{
    const char *group = job->gpu_types[type].group;

    for (size_t i = 0; group && i < type; i++) {
        if (text_equal(job->gpu_types[i].group, group))
            return (uint16_t)i;
    }
    return (uint16_t)type;
}

void gpu_types_make(struct gpu_types *out, const struct sweep *sweep)
{
    const struct job *job = sweep->job;
    const size_t num = job->num_gpu_types;
    struct gpu_player *players =
        mem_alloc(job->num_models + NUM_ROLES, sizeof *players);
    const size_t num_players = gpu_players_list(sweep, players);

    *out = (struct gpu_types){
        .num_gpu = num,
        .speed = mem_alloc(num_players * num, sizeof *out->speed),
        .group = mem_alloc(num, sizeof *out->group),
    };
    for (size_t i = 0; i < num_players; i++) {
        for (size_t t = 0; t < num; t++) {
            out->speed[i * num + t] =
                find_speed(job, &job->gpu_types[t], &players[i]);
        }
    }
    for (size_t t = 0; t < num; t++)
        out->group[t] = group_of(job, t);
    out->params = (struct slot_types_params){
        .num = num,
        .speed = out->speed,
        .group = text_equal(job->mix, "group") ? out->group : NULL,
    };
    free(players);
}

void gpu_types_release(struct gpu_types *self)
{
    free(self->of);
    free(self->speed);
    free(self->group);
    *self = (struct gpu_types){ 0 };
}

const struct slot_types_params *gpu_types_params(const struct gpu_types *self)
{
    return self->params.num > 0 ? &self->params : NULL;
}

/* Room for so many workers, all of the first type. */
static void make_room(struct gpu_types *self, size_t num_workers)
{
    free(self->of);
    self->of = mem_alloc(num_workers, sizeof *self->of);
    self->params.of = self->of;
}

/* One more type, which is no GPU; where the job names none, one for all that
 * have one comes before it. */
static void widen(struct gpu_types *self, const struct sweep *sweep)
{
    const struct job *job = sweep->job;
    const size_t base = self->num_gpu > 0 ? self->num_gpu : 1;
    const size_t num = base + 1;
    struct gpu_player *players;
    size_t num_players;
    double *speed;
    uint16_t *group;

    if (self->params.num == num)
        return;
    players = mem_alloc(job->num_models + NUM_ROLES, sizeof *players);
    num_players = gpu_players_list(sweep, players);
    speed = mem_alloc(num_players * num, sizeof *speed);
    group = mem_alloc(num, sizeof *group);
    for (size_t i = 0; i < num_players; i++) {
        for (size_t t = 0; t < base && players[i].needs_gpu; t++) {
            speed[i * num + t] =
                self->num_gpu > 0 ? self->speed[i * base + t] : 1;
        }
        speed[i * num + base] = players[i].needs_gpu ? 0 : 1;
    }
    for (size_t t = 0; t < num; t++)
        group[t] = t < self->num_gpu ? self->group[t] : (uint16_t)t;
    free(players);
    free(self->speed);
    free(self->group);
    self->speed = speed;
    self->group = group;
    self->params.num = num;
    self->params.speed = speed;
    if (self->params.group)
        self->params.group = group;
}

void gpu_types_add_apart(struct gpu_types *self,
                         const struct sweep *sweep,
                         size_t num_workers,
                         size_t num_apart)
{
    size_t cap = num_workers;

    if (num_apart == 0)
        return;
    widen(self, sweep);
    self->of =
        mem_reserve(self->of, &cap, num_workers + num_apart, sizeof *self->of);
    for (size_t i = num_workers; i < num_workers + num_apart; i++)
        self->of[i] = (uint16_t)(self->params.num - 1);
    self->params.of = self->of;
}

static int no_such_type(const struct job *job,
                        const char *word,
                        struct error *err)
{
    return error_set(err,
                     ERR_USAGE,
                     "--gpus: '%s' is no TYPE=NUMBER with one of the job's "
                     "gpu_types%s%s",
                     word,
                     job->num_gpu_types > 0 ? ", such as " : ", which has none",
                     job->num_gpu_types > 0 ? job->gpu_types[0].type : "");
}

/* The type of a word such as "a100=4"; num_gpu_types: none. */
static size_t type_of_word(const struct job *job, const char *word)
{
    const char *equals = strchr(word, '=');
    char *name = equals ? mem_text_len(word, (size_t)(equals - word)) : NULL;
    const size_t t = job_gpu_type_called(job, name);

    free(name);
    return t;
}

/* One "a100=4"; adds so many. */
static int take_word(struct gpu_types *self,
                     const struct job *job,
                     const char *word,
                     size_t *num,
                     struct error *err)
{
    const size_t t = type_of_word(job, word);
    uint64_t wanted;

    if (t == job->num_gpu_types
        || !text_to_uint64(strchr(word, '=') + 1, &wanted))
        return no_such_type(job, word, err);
    if (wanted > PLACES_MOST_WORKERS - *num) {
        return error_set(err,
                         ERR_USAGE,
                         "--gpus: with '%s' there are more than the %d workers "
                         "that one run can have",
                         word,
                         (int)PLACES_MOST_WORKERS);
    }
    if (wanted == 0) {
        return error_set(err,
                         ERR_USAGE,
                         "--gpus: '%s' asks for none of them: leave out types "
                         "without workers",
                         word);
    }
    for (size_t i = 0; i < *num; i++) {
        if (self->of[i] == t) {
            return error_set(err,
                             ERR_USAGE,
                             "--gpus: '%s' is the second word for '%s': say "
                             "how many there are once",
                             word,
                             job->gpu_types[t].type);
        }
    }
    for (size_t i = 0; i < wanted; i++)
        self->of[(*num)++] = (uint16_t)t;
    return 0;
}

int gpu_types_plan(struct gpu_types *self,
                   const struct job *job,
                   const char *text,
                   size_t num_workers,
                   struct error *err)
{
    size_t num = 0;
    char *words;

    if (!text) {
        make_room(self, num_workers);
        return (int)num_workers;
    }
    make_room(self, PLACES_MOST_WORKERS);
    words = mem_text(text);
    for (char *word = words, *comma; word; word = comma ? comma + 1 : NULL) {
        comma = strchr(word, ',');
        if (comma)
            *comma = '\0';
        if (take_word(self, job, word, &num, err) < 0) {
            free(words);
            return -1;
        }
    }
    free(words);
    return (int)num;
}

static bool is_host_of(const struct job_gpu_type *type, const char *host)
{
    for (size_t i = 0; i < type->num_hosts; i++) {
        if (text_glob(type->hosts[i], host))
            return true;
    }
    return false;
}

/* Which type the workers of a seat have; -1: nobody says. */
static int type_of_seat(const struct job *job, const struct mpi_seat *seat)
{
    for (size_t t = 0; t < job->num_gpu_types; t++) {
        if (seat->gpu_type[0]
                ? text_equal(job->gpu_types[t].type, seat->gpu_type)
                : is_host_of(&job->gpu_types[t], seat->host))
            return (int)t;
    }
    return job->num_gpu_types == 1 && !seat->gpu_type[0] ? 0 : -1;
}

static int complain_of_seat(const struct mpi_seat *seat, struct error *err)
{
    return error_set(err,
                     ERR_USAGE,
                     "node %s: %s%s none of the job's gpu_types; their "
                     "\"hosts\", or TRUSTSWEEP_GPU_TYPE on the node, say which "
                     "it has",
                     seat->host,
                     seat->gpu_type[0] ? seat->gpu_type : "it",
                     seat->gpu_type[0] ? " is" : " matches");
}

static bool has_apart(const struct mpi_seat *seats, int size)
{
    for (int rank = 1; rank < size; rank++) {
        if (seats[rank].local_worker < 0)
            return true;
    }
    return false;
}

int gpu_types_seats(struct gpu_types *self,
                    const struct sweep *sweep,
                    const struct mpi_seat *seats,
                    int size,
                    struct error *err)
{
    const struct job *job = sweep->job;

    make_room(self, (size_t)size - 1);
    if (has_apart(seats, size))
        widen(self, sweep);
    for (int rank = 1; rank < size; rank++) {
        int type = job->num_gpu_types > 0 ? type_of_seat(job, &seats[rank]) : 0;

        if (seats[rank].local_worker < 0)
            type = (int)self->params.num - 1;
        if (type < 0)
            return complain_of_seat(&seats[rank], err);
        self->of[rank - 1] = (uint16_t)type;
    }
    return 0;
}

#include "cli/forecast/places.h"

#include "base/mem.h"
#include "cli/sweep/sweep.h"
#include "comm/mpi_place.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_DEVICES = sizeof((struct slot *)0)->devices / sizeof(int) };

/* Of one with a GPU, or with what is in its place. */
static void see_seat(struct places *out, const struct mpi_seat *seat)
{
    const bool is_first = out->workers == 0;

    if (seat->local_worker == 0)
        out->num_nodes++;
    if (is_first || seat->local_workers < out->workers)
        out->workers = seat->local_workers;
    if (is_first || seat->num_devices < out->gpus)
        out->gpus = seat->num_devices;
    if (seat->local_workers > out->most_workers)
        out->most_workers = seat->local_workers;
    if (seat->num_devices > out->most_gpus)
        out->most_gpus = seat->num_devices;
    if (is_first
        || (int64_t)seat->local_workers * out->dense_gpus
               > (int64_t)out->dense_workers * seat->num_devices) {
        out->dense_workers = seat->local_workers;
        out->dense_gpus = seat->num_devices;
    }
    if (seat->num_devices > 0
        && seat->local_workers > out->share * seat->num_devices) {
        out->share =
            (seat->local_workers + seat->num_devices - 1) / seat->num_devices;
    }
}

void places_of_seats(struct places *out, const struct mpi_seat *seats, int size)
{
    *out = (struct places){ .num_workers = (size_t)size - 1, .share = 1 };
    out->places = mem_alloc(out->num_workers, sizeof *out->places);
    for (int rank = 1; rank < size; rank++) {
        const struct mpi_seat *seat = &seats[rank];
        const bool is_apart = seat->local_worker < 0;

        out->places[rank - 1] = (struct team_place){
            seat->node,
            is_apart ? rank : seat->local_worker,
            is_apart,
        };
        out->num_apart += is_apart;
        if (!is_apart)
            see_seat(out, seat);
    }
}

/* Rounded up. */
static int parts_of(int num, int each)
{
    return (num + each - 1) / each;
}

/* A node of so many workers may be the one where most are on one GPU. */
static void note_density(struct places *self, int workers)
{
    const int gpus = parts_of(workers, self->share);

    if (self->dense_gpus == 0
        || (int64_t)workers * self->dense_gpus
               > (int64_t)self->dense_workers * gpus) {
        self->dense_workers = workers;
        self->dense_gpus = gpus;
    }
}

/* Workers of the node that begins with one. */
static size_t count_on_node(size_t first,
                            size_t num_workers,
                            size_t workers_of_node,
                            const uint16_t *of)
{
    size_t num = 1;

    while (first + num < num_workers && num != workers_of_node
           && (!of || of[first + num] == of[first]))
        num++;
    return num;
}

void places_of_plan(struct places *out,
                    size_t num_workers,
                    size_t num_apart,
                    size_t workers_of_node,
                    int share,
                    const uint16_t *of)
{
    size_t fewest = num_workers;
    size_t most = 0;
    size_t num;

    *out = (struct places){
        .places = mem_alloc(num_workers + num_apart, sizeof *out->places),
        .num_workers = num_workers + num_apart,
        .num_apart = num_apart,
        .share = share,
    };
    for (size_t first = 0; first < num_workers; first += num) {
        num = count_on_node(first, num_workers, workers_of_node, of);
        for (size_t i = 0; i < num; i++) {
            out->places[first + i] =
                (struct team_place){ (int)out->num_nodes, (int)i, false };
        }
        out->num_nodes++;
        fewest = num < fewest ? num : fewest;
        most = num > most ? num : most;
        if (workers_of_node == 0 || num == workers_of_node)
            note_density(out, (int)num);
    }
    if (out->dense_gpus == 0) /* no node is filled */
        note_density(out, (int)most);
    for (size_t i = num_workers; i < num_workers + num_apart; i++) {
        out->places[i] =
            (struct team_place){ (int)out->num_nodes, (int)i, true };
    }
    /* the last node of a type may be one that is not filled */
    out->workers = (int)(workers_of_node > 0 ? most : fewest);
    out->most_workers = (int)most;
    out->gpus = parts_of(out->workers, share);
    out->most_gpus = parts_of(out->most_workers, share);
}

void places_release(struct places *self)
{
    free(self->places);
    *self = (struct places){ 0 };
}

/* Workers on one GPU, where they are most. */
static int sharing(const struct places *self)
{
    return self->dense_gpus > 0
               ? parts_of(self->dense_workers, self->dense_gpus)
               : 1;
}

/* What has a share of a GPU may meet any other one there, and itself. */
static int complain_of_share(const struct places *self,
                             const struct places_wish *wish,
                             struct error *err)
{
    return error_set(err,
                     ERR_USAGE,
                     "model '%s' has weights of %.1f GB, more than a worker's "
                     "share of a GPU of %g GB, which %d workers share (any two "
                     "may hold it at once); give it one of its own (gpus: 1)",
                     wish->name,
                     (double)wish->memory_bytes / 1e9,
                     wish->gpu_memory_gb,
                     sharing(self));
}

static int check_memory(const struct places *self,
                        const struct places_wish *wish,
                        struct error *err)
{
    const double gb = (double)wish->memory_bytes / 1e9;
    const double gpus = fmax(1, (double)wish->gpus);

    if (wish->gpu_memory_gb <= 0 || wish->gpus == 0)
        return 0;
    if (gb <= wish->gpu_memory_gb * gpus) {
        return wish->gpus < 0 && gb * sharing(self) > wish->gpu_memory_gb
                   ? complain_of_share(self, wish, err)
                   : 0;
    }
    return error_set(err,
                     ERR_USAGE,
                     "model '%s' has weights of %.1f GB, and %d GPU%s of %g GB "
                     "cannot hold them; %.0f could (gpus)",
                     wish->name,
                     gb,
                     (int)gpus,
                     gpus > 1 ? "s" : "",
                     wish->gpu_memory_gb,
                     ceil(gb / wish->gpu_memory_gb));
}

/* It wants GPUs, which are counted in those of a node. */
static int check_count(const struct places *self,
                       const struct places_wish *wish,
                       struct error *err)
{
    const int64_t most =
        self->most_gpus < MAX_DEVICES ? self->most_gpus : MAX_DEVICES;
    const int64_t all = self->gpus * (int64_t)self->num_nodes;

    if (self->gpus <= 0) {
        return error_set(
            err,
            ERR_USAGE,
            "model '%s' needs %lld GPUs, and there is a node "
            "without any; without \"gpus\" it runs on what a worker "
            "has",
            wish->name,
            (long long)wish->gpus);
    }
    if (wish->spans_nodes && wish->gpus > all && wish->gpus > most) {
        return error_set(
            err,
            ERR_USAGE,
            "model '%s' needs %lld GPUs, and all nodes together "
            "have %lld; %lld nodes of %d would do",
            wish->name,
            (long long)wish->gpus,
            (long long)all,
            (long long)((wish->gpus + self->gpus - 1) / self->gpus),
            self->gpus);
    }
    if (!wish->spans_nodes && wish->gpus > most) {
        return error_set(
            err,
            ERR_USAGE,
            "model '%s' needs %lld GPUs, and its backend can use "
            "those of one node only: %lld here; more need one that "
            "serves over several nodes",
            wish->name,
            (long long)wish->gpus,
            (long long)most);
    }
    return 0;
}

/* Whole nodes are counted in workers, so each has to have as many. */
static int check_nodes(const struct places *self,
                       const struct places_wish *wish,
                       struct error *err)
{
    size_t num = 0;

    for (size_t i = 0; i < self->num_workers; i++)
        num += !self->places[i].is_apart;
    if (num == self->num_nodes * (size_t)self->workers)
        return 0;
    return error_set(
        err,
        ERR_USAGE,
        "model '%s' needs %lld GPUs, so several nodes, and these do "
        "not have equally many workers; 'trustsweep run' without --ranks "
        "starts one for each GPU of each node",
        wish->name,
        (long long)wish->gpus);
}

size_t places_workers_for(const struct places *self, int64_t gpus)
{
    const size_t node = (size_t)self->workers;
    const size_t each = (size_t)self->dense_gpus;
    size_t width;

    if (gpus <= 0 || each == 0 || node == 0)
        return 1;
    width = ((size_t)gpus * (size_t)self->dense_workers + each - 1) / each;
    /* over several nodes: whole ones */
    return width > (size_t)self->most_workers ? (width + node - 1) / node * node
                                              : width;
}

int places_width(const struct places *self,
                 const struct places_wish *wish,
                 struct error *err)
{
    size_t width;

    if (check_memory(self, wish, err) < 0)
        return -1;
    if (wish->gpus <= 0)
        return 1;
    if (check_count(self, wish, err) < 0)
        return -1;
    width = places_workers_for(self, wish->gpus);
    if (width > (size_t)self->most_workers && check_nodes(self, wish, err) < 0)
        return -1;
    return (int)width;
}

int places_nodes(const struct places *self, size_t width)
{
    return width > (size_t)self->most_workers ? (int)width / self->workers : 1;
}

/* What a model, or behind the models a role, asks of a place. */
static struct places_wish wish_of(const struct sweep *sweep, size_t player)
{
    const struct job *job = sweep->job;
    const bool is_role = player >= job->num_models;
    const size_t role = is_role ? player - job->num_models : 0;
    const struct backend_facts *facts =
        is_role ? &sweep->roles.players[role].facts : &sweep->facts[player];

    return (struct places_wish){
        .name = is_role ? job->roles[role].name : job->models[player].name,
        .gpus = is_role ? job->roles[role].gpus : job->models[player].gpus,
        .spans_nodes = facts->spans_nodes,
        .memory_bytes = facts->memory_bytes,
        /* of several types gpu_types_check() says it */
        .gpu_memory_gb = job->num_gpu_types > 0 ? 0 : job->gpu_memory_gb,
    };
}

int places_widths(const struct places *self,
                  const struct sweep *sweep,
                  size_t *width,
                  struct error *err)
{
    const struct job *job = sweep->job;

    for (size_t i = 0; i < job->num_models + NUM_ROLES; i++) {
        const struct places_wish wish = wish_of(sweep, i);
        int rc;

        width[i] = 1;
        if (i >= job->num_models
            && !(roles_dispatched(&sweep->roles) & 1u << (i - job->num_models)))
            continue;
        rc = places_width(self, &wish, err);
        if (rc < 0)
            return -1;
        width[i] = (size_t)rc;
    }
    return 0;
}

int places_devices(int at, int workers, int gpus, struct slot *slot, int *out)
{
    int num = 0;

    slot->num_devices = 0;
    if (gpus <= 0 || at < 0 || workers <= 0)
        return 0;
    for (int device = (int)((int64_t)at * gpus / workers);
         device < gpus && num < MAX_DEVICES;
         device++)
        out[num++] = device;
    slot->num_devices = num > 0;
    slot->devices[0] = num > 0 ? out[0] : 0;
    return num;
}

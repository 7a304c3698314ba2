#include "cli/run/rank_near.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/places.h"
#include "comm/mpi_place.h"
#include "near/near.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <stdlib.h>

struct rank_near {
    struct near *near; /* NULL: nothing is ever bound */
    int worker;        /* among those of this node */
    struct text said;  /* to what this thread is bound; "" = to nothing */
    struct error why;  /* then */
};

static struct near *open_node(const struct mpi_place *place, struct error *err)
{
    int *devices = mem_alloc((size_t)place->local_workers, sizeof *devices);
    struct near *near;

    for (int i = 0; i < place->local_workers; i++) {
        struct slot slot = { 0 };
        int behind[sizeof slot.devices / sizeof(int)];

        (void)places_devices(i,
                             place->local_workers,
                             place->num_devices,
                             &slot,
                             behind);
        devices[i] = slot.devices[0];
    }
    near = near_open(devices, place->local_workers, err);
    free(devices);
    return near;
}

struct rank_near *rank_near_find(const struct mpi_place *place, bool is_wanted)
{
    struct rank_near *self = mem_alloc(1, sizeof *self);

    self->worker = place->local_worker;
    if (!is_wanted) {
        (void)error_set(&self->why, ERR_USAGE, "--bind none");
    } else if (place->num_devices == 0) {
        (void)error_set(&self->why, ERR_USAGE, "this node has no GPU");
    } else if (place->local_worker < 0) {
        (void)error_set(&self->why, ERR_USAGE, "this worker has no GPU");
    } else {
        self->near = open_node(place, &self->why);
    }
    return self;
}

void rank_near_bind(struct rank_near *self, struct slot *slot)
{
    if (!self->near)
        return;
    text_clear(&self->said);
    self->why = (struct error){ 0 };
    (void)near_bind(self->near, self->worker, slot, &self->said, &self->why);
}

void rank_near_log(const struct rank_near *self)
{
    if (self->said.len > 0) {
        log_info("bound to %s", text_data(&self->said));
    } else {
        log_info("not bound to cores: %s", self->why.text);
    }
}

void rank_near_free(struct rank_near *self)
{
    near_close(self->near);
    text_release(&self->said);
    free(self);
}

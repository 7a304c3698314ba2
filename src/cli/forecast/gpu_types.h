/*
 * gpu_types.h - which models may be on which types of GPUs, how fast they are
 * there, and which type each worker has.
 */
#ifndef GPU_TYPES_H
#define GPU_TYPES_H

#include "schedule/slot_types.h"

struct error;
struct job;
struct mpi_seat;
struct places;
struct sweep;

struct gpu_types {
    /* num 0: the job names none, and all workers are alike.  Models stand first,
     * then the roles that workers answer.  Where there are workers without a
     * GPU, they are the last type. */
    struct slot_types_params params;
    size_t num_gpu; /* of `params.num`, types of GPUs */
    uint16_t *of;   /* [num_slots], once they are known */
    double *speed;
    uint16_t *group;
};

void gpu_types_make(struct gpu_types *out, const struct sweep *sweep);
void gpu_types_release(struct gpu_types *self);

/* What a schedule is told; NULL: all are alike. */
const struct slot_types_params *gpu_types_params(const struct gpu_types *self);

/*
 * Of a forecast.
 *
 * text     "a100=4,l4=8": workers of each type; NULL: `num_workers` of the first
 * returns  how many workers, or -1
 */
int gpu_types_plan(struct gpu_types *self,
                   const struct job *job,
                   const char *text,
                   size_t num_workers,
                   struct error *err);

/* Behind those of a forecast so many without a GPU, for which the models are
 * that need none. */
void gpu_types_add_apart(struct gpu_types *self,
                         const struct sweep *sweep,
                         size_t num_workers,
                         size_t num_apart);

/* Of a run: ranks 1 .. size - 1. */
int gpu_types_seats(struct gpu_types *self,
                    const struct sweep *sweep,
                    const struct mpi_seat *seats,
                    int size,
                    struct error *err);

/* That each model may be on some of these workers, and finds as many neighbours as
 * it needs at once; says what would fit.
 * width  as places_widths() */
int gpu_types_check(const struct gpu_types *self,
                    const struct sweep *sweep,
                    const struct places *places,
                    const size_t *width,
                    struct error *err);

#endif

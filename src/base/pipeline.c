#include "base/pipeline.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct running {
    const struct pipeline *pipeline;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    void **waiting; /* ring of [ahead] */
    size_t ahead;
    size_t first;
    size_t num;
    bool is_made; /* all of it */
    bool is_over; /* nobody uses any more */
};

/* 0, or -1 when nobody wants more. */
static int put(struct running *self, void *piece)
{
    int rc = -1;

    (void)pthread_mutex_lock(&self->lock);
    while (self->num == self->ahead && !self->is_over)
        (void)pthread_cond_wait(&self->changed, &self->lock);
    if (!self->is_over) {
        self->waiting[(self->first + self->num++) % self->ahead] = piece;
        rc = 0;
    }
    (void)pthread_cond_broadcast(&self->changed);
    (void)pthread_mutex_unlock(&self->lock);
    return rc;
}

/* The next one; NULL = no more. */
static void *take(struct running *self)
{
    void *piece = NULL;

    (void)pthread_mutex_lock(&self->lock);
    while (self->num == 0 && !self->is_made)
        (void)pthread_cond_wait(&self->changed, &self->lock);
    if (self->num > 0) {
        piece = self->waiting[self->first];
        self->first = (self->first + 1) % self->ahead;
        self->num--;
    }
    (void)pthread_cond_broadcast(&self->changed);
    (void)pthread_mutex_unlock(&self->lock);
    return piece;
}

static void set(struct running *self, bool *flag)
{
    (void)pthread_mutex_lock(&self->lock);
    *flag = true;
    (void)pthread_cond_broadcast(&self->changed);
    (void)pthread_mutex_unlock(&self->lock);
}

static void *make_all(void *context)
{
    struct running *self = context;
    const struct pipeline *pipeline = self->pipeline;
    void *piece;

    while ((piece = pipeline->make(pipeline->context))) {
        if (put(self, piece) < 0) {
            pipeline->drop(piece);
            break;
        }
    }
    set(self, &self->is_made);
    return NULL;
}

/* Where no thread can be had. */
static int run_in_turn(const struct pipeline *pipeline)
{
    int rc = pipeline->begin ? pipeline->begin(pipeline->context) : 0;
    void *piece;

    while (rc == 0 && (piece = pipeline->make(pipeline->context))) {
        rc = pipeline->use(pipeline->context, piece);
        pipeline->drop(piece);
    }
    return rc;
}

int pipeline_run(const struct pipeline *pipeline, size_t ahead)
{
    struct running self = { .pipeline = pipeline,
                            .lock = PTHREAD_MUTEX_INITIALIZER,
                            .changed = PTHREAD_COND_INITIALIZER,
                            .ahead = ahead };
    pthread_t maker;
    void *piece;
    int rc = 0;

    self.waiting = mem_alloc(ahead, sizeof *self.waiting);
    if (pthread_create(&maker, NULL, make_all, &self) != 0) {
        free(self.waiting);
        return run_in_turn(pipeline);
    }
    if (pipeline->begin)
        rc = pipeline->begin(pipeline->context);
    while (rc == 0 && (piece = take(&self))) {
        rc = pipeline->use(pipeline->context, piece);
        pipeline->drop(piece);
    }
    set(&self, &self.is_over);
    (void)pthread_join(maker, NULL);
    while ((piece = take(&self)))
        pipeline->drop(piece);
    (void)pthread_cond_destroy(&self.changed);
    (void)pthread_mutex_destroy(&self.lock);
    free(self.waiting);
    return rc;
}

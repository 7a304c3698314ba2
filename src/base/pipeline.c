#include "base/pipeline.h"

#include "base/mem.h"
#include "base/thread.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct waiting {
    void *piece;
    size_t weight;
    struct waiting *next;
};

struct running {
    const struct pipeline *pipeline;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct waiting *first;
    struct waiting **end; /* where the next one is linked */
    size_t weight;        /* of all that wait */
    size_t ahead;
    bool is_made; /* all of it */
    bool is_over; /* nobody uses any more */
};

/* Waits for it; false when nobody wants more. */
static bool has_room(struct running *self)
{
    bool is_wanted;

    (void)pthread_mutex_lock(&self->lock);
    while (self->weight >= self->ahead && !self->is_over)
        (void)pthread_cond_wait(&self->changed, &self->lock);
    is_wanted = !self->is_over;
    (void)pthread_mutex_unlock(&self->lock);
    return is_wanted;
}

static void put(struct running *self, void *piece)
{
    size_t (*weigh)(const void *) = self->pipeline->weigh;
    struct waiting *waiting = mem_alloc(1, sizeof *waiting);

    waiting->piece = piece;
    waiting->weight = weigh ? weigh(piece) : 1;
    (void)pthread_mutex_lock(&self->lock);
    *self->end = waiting;
    self->end = &waiting->next;
    self->weight += waiting->weight;
    (void)pthread_cond_broadcast(&self->changed);
    (void)pthread_mutex_unlock(&self->lock);
}

/* The next one; NULL = no more. */
static void *take(struct running *self)
{
    struct waiting *waiting;
    void *piece = NULL;

    (void)pthread_mutex_lock(&self->lock);
    while (!self->first && !self->is_made)
        (void)pthread_cond_wait(&self->changed, &self->lock);
    waiting = self->first;
    if (waiting) {
        self->first = waiting->next;
        if (!self->first)
            self->end = &self->first;
        self->weight -= waiting->weight;
        (void)pthread_cond_broadcast(&self->changed);
    }
    (void)pthread_mutex_unlock(&self->lock);
    if (waiting)
        piece = waiting->piece;
    free(waiting);
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

    while (has_room(self) && (piece = pipeline->make(pipeline->context)))
        put(self, piece);
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

    self.end = &self.first;
    if (thread_start(&maker, make_all, &self) != 0)
        return run_in_turn(pipeline);
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
    return rc;
}

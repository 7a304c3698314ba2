#include "base/background.h"

#include "base/mem.h"
#include "base/thread.h"

#include <pthread.h>
#include <stdlib.h>

struct background {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct errand *first; /* waiting to be done */
    struct errand **end;  /* where the next one is linked */
    bool is_over;
    bool has_thread;
    pthread_t thread;
};

/* NULL = no more will come. */
static struct errand *take(struct background *self)
{
    struct errand *errand;

    while (!self->first && !self->is_over)
        (void)pthread_cond_wait(&self->changed, &self->lock);
    errand = self->first;
    if (errand) {
        self->first = errand->next;
        if (!self->first)
            self->end = &self->first;
    }
    return errand;
}

static void *work(void *context)
{
    struct background *self = context;
    struct errand *errand;

    (void)pthread_mutex_lock(&self->lock);
    while ((errand = take(self))) {
        (void)pthread_mutex_unlock(&self->lock);
        errand->fn(errand->context);
        (void)pthread_mutex_lock(&self->lock);
        errand->is_done = true;
        (void)pthread_cond_broadcast(&self->changed);
    }
    (void)pthread_mutex_unlock(&self->lock);
    return NULL;
}

struct background *background_create(void)
{
    struct background *self = mem_alloc(1, sizeof *self);

    self->end = &self->first;
    (void)pthread_mutex_init(&self->lock, NULL);
    (void)pthread_cond_init(&self->changed, NULL);
    self->has_thread = thread_start(&self->thread, work, self) == 0;
    return self;
}

void background_destroy(struct background *self)
{
    if (!self)
        return;
    (void)pthread_mutex_lock(&self->lock);
    self->is_over = true;
    (void)pthread_cond_broadcast(&self->changed);
    (void)pthread_mutex_unlock(&self->lock);
    if (self->has_thread)
        (void)pthread_join(self->thread, NULL);
    (void)pthread_cond_destroy(&self->changed);
    (void)pthread_mutex_destroy(&self->lock);
    free(self);
}

void background_start(struct background *self, struct errand *errand)
{
    errand->next = NULL;
    errand->is_begun = true;
    errand->is_done = !self->has_thread;
    if (!self->has_thread) {
        errand->fn(errand->context);
        return;
    }
    (void)pthread_mutex_lock(&self->lock);
    *self->end = errand;
    self->end = &errand->next;
    (void)pthread_cond_broadcast(&self->changed);
    (void)pthread_mutex_unlock(&self->lock);
}

void background_wait(struct background *self, struct errand *errand)
{
    if (!errand->is_begun)
        return;
    (void)pthread_mutex_lock(&self->lock);
    while (!errand->is_done)
        (void)pthread_cond_wait(&self->changed, &self->lock);
    (void)pthread_mutex_unlock(&self->lock);
    errand->is_begun = false;
}

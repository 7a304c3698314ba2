#include "cli/run/state_keeper.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/thread.h"
#include "cli/results/spent.h"
#include "cli/run/run_ledger.h"
#include "cli/run/run_state.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

enum { TOUCH_MS = 5000 };

struct state_keeper {
    char *path;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct text next;   /* to be written; these under the mutex */
    struct spent spent; /* with `next`; of no start: nothing is written */
    const struct run_ledger *ledger; /* that keeps it */
    bool has_next;
    bool touches;
    bool is_ending;
};

/* Until there is something to do; true = touch, as nothing else came. */
static bool wait_for_work(struct state_keeper *self)
{
    struct timespec until;
    int rc = 0;

    thread_deadline(&until, TOUCH_MS);
    while (!self->is_ending && !self->has_next && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&self->wake, &self->mutex, &until);
    return rc == ETIMEDOUT && self->touches;
}

static void *keep(void *argument)
{
    struct state_keeper *self = argument;

    (void)pthread_mutex_lock(&self->mutex);
    while (!self->is_ending) {
        bool is_touch = wait_for_work(self);
        struct text text = self->next;
        struct spent spent = self->spent;
        const struct run_ledger *ledger = self->ledger;
        bool is_write = self->has_next && !self->is_ending;

        if (self->is_ending)
            break;
        self->next = (struct text){ 0 };
        self->spent = (struct spent){ 0 };
        self->has_next = false;
        (void)pthread_mutex_unlock(&self->mutex);
        if (is_write) {
            (void)file_write(self->path, text_data(&text), text.len, NULL);
            if (spent.num_starts > 0)
                (void)run_ledger_write(ledger, &spent, NULL);
        } else if (is_touch) {
            (void)utimensat(AT_FDCWD, self->path, NULL, 0);
        }
        text_release(&text);
        spent_release(&spent);
        (void)pthread_mutex_lock(&self->mutex);
    }
    (void)pthread_mutex_unlock(&self->mutex);
    return NULL;
}

static int start_thread(struct state_keeper *self)
{
    (void)pthread_mutex_init(&self->mutex, NULL);
    thread_cond_init(&self->wake);
    return thread_start(&self->thread, keep, self);
}

static void discard(struct state_keeper *self)
{
    (void)pthread_cond_destroy(&self->wake);
    (void)pthread_mutex_destroy(&self->mutex);
    text_release(&self->next);
    spent_release(&self->spent);
    free(self->path);
    free(self);
}

struct state_keeper *state_keeper_create(const char *path, struct error *err)
{
    struct state_keeper *self = mem_alloc(1, sizeof *self);
    int number;

    self->path = mem_text(path);
    self->touches = true;
    number = start_thread(self);
    if (number != 0) {
        discard(self);
        (void)error_set_errno(err, number, "cannot start a thread");
        return NULL;
    }
    return self;
}

void state_keeper_put(struct state_keeper *self, const struct run_state *state)
{
    struct text text = { 0 };
    struct spent spent =
        state->spent ? spent_copy(state->spent) : (struct spent){ 0 };

    run_state_format(state, &text);
    (void)pthread_mutex_lock(&self->mutex);
    text_release(&self->next);
    self->next = text;
    spent_release(&self->spent);
    self->spent = spent;
    self->ledger = state->ledger;
    self->has_next = true;
    self->touches = false;
    (void)pthread_cond_signal(&self->wake);
    (void)pthread_mutex_unlock(&self->mutex);
}

void state_keeper_touch(struct state_keeper *self)
{
    (void)pthread_mutex_lock(&self->mutex);
    self->touches = true;
    (void)pthread_mutex_unlock(&self->mutex);
}

void state_keeper_destroy(struct state_keeper *self)
{
    if (!self)
        return;
    (void)pthread_mutex_lock(&self->mutex);
    self->is_ending = true;
    (void)pthread_cond_signal(&self->wake);
    (void)pthread_mutex_unlock(&self->mutex);
    (void)pthread_join(self->thread, NULL);
    discard(self);
}

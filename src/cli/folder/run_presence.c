#include "cli/folder/run_presence.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/thread.h"
#include "cli/folder/run_owner_mark.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_BYTES = 4096 };

static const char made_key[] = "made_ns"; /* a text: too long for a number */

struct run_presence {
    char *path;
    struct text mark; /* what we wrote there */
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool is_ending; /* under the mutex */
};

/* 0: it cannot be told. */
static int64_t touched_ns(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0
               ? (int64_t)status.st_mtim.tv_sec * 1000000000
                     + status.st_mtim.tv_nsec
               : 0;
}

static void put_mark(struct run_presence *self, int64_t made_ns)
{
    struct cJSON *mark = run_owner_mark_json();
    char *made = text_format("%lld", (long long)made_ns);

    if (made_ns > 0)
        json_add_text(mark, made_key, made);
    text_clear(&self->mark);
    json_write(mark, &self->mark);
    (void)file_write(self->path, text_data(&self->mark), self->mark.len, NULL);
    json_free(mark);
    free(made);
}

/* Not of somebody who came later. */
static bool is_ours(const struct run_presence *self)
{
    struct text now = { 0 };
    const bool is_so =
        file_read_regular(self->path, self->mark.len + 1, &now, NULL) == 0
        && now.len == self->mark.len
        && memcmp(text_data(&now), text_data(&self->mark), now.len) == 0;

    text_release(&now);
    return is_so;
}

static void *keep(void *argument)
{
    struct run_presence *self = argument;
    struct timespec until;

    (void)pthread_mutex_lock(&self->mutex);
    while (!self->is_ending) {
        thread_deadline(&until, RUN_OWNER_TOUCH_MS);
        while (!self->is_ending
               && pthread_cond_timedwait(&self->wake, &self->mutex, &until)
                      != ETIMEDOUT)
            continue;
        (void)pthread_mutex_unlock(&self->mutex);
        if (is_ours(self))
            (void)utimensat(AT_FDCWD, self->path, NULL, 0);
        (void)pthread_mutex_lock(&self->mutex);
    }
    (void)pthread_mutex_unlock(&self->mutex);
    return NULL;
}

struct run_presence *run_presence_begin(const char *dir, const char *name)
{
    struct run_presence *self = mem_alloc(1, sizeof *self);

    self->path = path_join(dir, name);
    put_mark(self, 0);
    put_mark(self, touched_ns(self->path));
    (void)pthread_mutex_init(&self->mutex, NULL);
    thread_cond_init(&self->wake);
    self->has_thread = thread_start(&self->thread, keep, self) == 0;
    return self;
}

void run_presence_end(struct run_presence *self)
{
    if (!self)
        return;
    (void)pthread_mutex_lock(&self->mutex);
    self->is_ending = true;
    (void)pthread_cond_signal(&self->wake);
    (void)pthread_mutex_unlock(&self->mutex);
    if (self->has_thread)
        (void)pthread_join(self->thread, NULL);
    if (is_ours(self))
        (void)unlink(self->path);
    (void)pthread_cond_destroy(&self->wake);
    (void)pthread_mutex_destroy(&self->mutex);
    text_release(&self->mark);
    free(self->path);
    free(self);
}

/* One that was never touched was made when it was last written. */
static int64_t made_at(const char *path, int64_t last_ns)
{
    struct cJSON *mark = json_read_regular(path, MAX_BYTES, NULL);
    const char *text = json_member_text(mark, made_key);
    int64_t ns = 0;

    if (!text || !text_to_int64(text, &ns) || ns <= 0)
        ns = last_ns;
    json_free(mark);
    return ns;
}

bool run_presence_is_there(const char *dir, const char *name, int64_t *made_ns)
{
    char *path = path_join(dir, name);
    struct text who = { 0 };
    int64_t last_ns = 0;
    const bool lives =
        run_owner_mark_judge(path, clock_unix_ms(), &last_ns, &who)
        == RUN_OWNER_LIVES;

    if (lives && made_ns)
        *made_ns = made_at(path, last_ns);
    text_release(&who);
    free(path);
    return lives;
}

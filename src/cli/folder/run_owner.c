#include "cli/folder/run_owner.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/thread.h"
#include "cli/folder/run_owner_mark.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    LOCK_WAIT_MS = 20 * 1000,
    LOCK_POLL_MS = 10,
    TORN_WAIT_MS = 3000,
    WATCH_POLL_MS = 500,
};

struct run_owner {
    char *path;
    struct text mark; /* what we wrote there */
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool is_ending; /* these two under the mutex */
    bool is_lost;
};

/* ---- taking it */

static int write_mark(const char *path,
                      const struct text *mark,
                      struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ssize_t written;

    if (fd < 0)
        return error_set_errno(err, errno, "cannot write %s", path);
    errno = 0;
    written = write(fd, text_data(mark), mark->len);
    if (written < 0 || (size_t)written != mark->len || fsync(fd) < 0) {
        error_set_errno(err, errno ? errno : ENOSPC, "cannot write %s", path);
        (void)close(fd);
        (void)unlink(path);
        return -1;
    }
    (void)close(fd);
    return 0;
}

/*
 * Lock owner.lock, where the file system can.
 *
 * now_ms   its clock
 * returns  a descriptor whose closing unlocks; -1 with an error
 */
static int lock_folder(const char *folder, int64_t *now_ms, struct error *err)
{
    char *path = path_join(folder, "owner.lock");
    int fd = file_open_here(path, O_RDWR, err);
    int64_t until = clock_ms() + LOCK_WAIT_MS;
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    struct stat info;
    int rc = fd < 0 ? -1 : 0;

    while (rc == 0 && fcntl(fd, F_SETLK, &lock) < 0) {
        if (errno != EAGAIN && errno != EACCES && errno != EINTR)
            break; /* no locks here: O_EXCL has to do */
        if (clock_ms() > until) {
            rc = error_set(err,
                           ERR_USAGE,
                           "%s is being taken by another process",
                           folder);
        }
        clock_sleep_ms(LOCK_POLL_MS);
    }
    *now_ms = clock_unix_ms();
    if (rc == 0 && futimens(fd, NULL) == 0 && fstat(fd, &info) == 0) {
        *now_ms = (int64_t)info.st_mtim.tv_sec * 1000
                  + info.st_mtim.tv_nsec / 1000000;
    }
    if (rc < 0 && fd >= 0)
        (void)close(fd);
    free(path);
    return rc < 0 ? -1 : fd;
}

/* Nothing of it was heard for too long: whether it is touched now. */
static bool is_touched(const char *path, int64_t touched_ns)
{
    int64_t until = clock_ms() + RUN_OWNER_WATCH_MS;

    while (clock_ms() < until) {
        struct text who = { 0 };
        int64_t now_ns = touched_ns;

        (void)run_owner_mark_judge(path, clock_unix_ms(), &now_ns, &who);
        text_release(&who);
        if (now_ns != touched_ns)
            return true;
        clock_sleep_ms(WATCH_POLL_MS);
    }
    return false;
}

/* Whether its owner lives; takes seconds when that is not plain. */
static bool lives(const char *path, int64_t now_ms, struct text *who)
{
    int64_t until = clock_ms() + TORN_WAIT_MS;
    int64_t start_ms = clock_ms();
    int64_t touched_ns = 0;
    enum run_owner_sign sign;

    for (;;) {
        who->len = 0;
        sign = run_owner_mark_judge(path,
                                    now_ms + clock_ms() - start_ms,
                                    &touched_ns,
                                    who);
        if (sign != RUN_OWNER_TORN || clock_ms() > until)
            break;
        clock_sleep_ms(LOCK_POLL_MS);
    }
    if (sign == RUN_OWNER_SILENT)
        return is_touched(path, touched_ns);
    return sign != RUN_OWNER_NONE;
}

static int refuse(const char *folder, const struct text *who, struct error *err)
{
    return error_set(err,
                     ERR_USAGE,
                     "%s is in use by %s; wait for it or end it, or choose "
                     "another --output; if it is surely dead, remove "
                     "%s/owner.json",
                     folder,
                     text_data(who),
                     folder);
}

/* Make the mark; remove it again at once when it is only a trial. */
static int take(const char *folder,
                const struct text *mark,
                bool is_trial,
                struct error *err)
{
    char *path = path_join(folder, "owner.json");
    struct text who = { 0 };
    int64_t now_ms = 0;
    int fd = lock_folder(folder, &now_ms, err);
    int rc = fd < 0 ? -1 : 0;

    if (rc == 0 && file_exists(path)) {
        if (lives(path, now_ms, &who)) {
            rc = refuse(folder, &who, err);
        } else {
            (void)unlink(path);
        }
    }
    if (rc == 0)
        rc = write_mark(path, mark, err);
    if (rc == 0 && is_trial)
        (void)unlink(path);
    if (fd >= 0)
        (void)close(fd);
    text_release(&who);
    free(path);
    return rc;
}

int run_owner_try(const char *folder, struct error *err)
{
    struct text mark = { 0 };
    int rc;

    run_owner_mark_write(&mark);
    rc = take(folder, &mark, true, err);
    text_release(&mark);
    return rc;
}

/* ---- keeping it */

/* Still what we wrote?  A file system in trouble is no proof of the opposite.
 */
static bool is_lost(const struct run_owner *self)
{
    struct text now = { 0 };
    bool lost = false;

    if (!file_exists(self->path)) {
        lost = errno == ENOENT;
    } else if (file_read_regular(self->path, self->mark.len + 1024, &now, NULL)
               == 0) {
        lost = now.len != self->mark.len
               || memcmp(now.data, self->mark.data, now.len) != 0;
    }
    text_release(&now);
    return lost;
}

static void wait_for_touch(struct run_owner *self)
{
    struct timespec until;

    thread_deadline(&until, RUN_OWNER_TOUCH_MS);
    while (!self->is_ending
           && pthread_cond_timedwait(&self->wake, &self->mutex, &until)
                  != ETIMEDOUT)
        continue;
}

/* Sees to it whatever else this process waits for: a slow disk, a big file. */
static void *keep(void *argument)
{
    struct run_owner *self = argument;
    bool lost = false;

    (void)pthread_mutex_lock(&self->mutex);
    while (!self->is_ending && !lost) {
        wait_for_touch(self);
        (void)pthread_mutex_unlock(&self->mutex);
        lost = is_lost(self);
        if (!lost)
            (void)utimensat(AT_FDCWD, self->path, NULL, 0);
        (void)pthread_mutex_lock(&self->mutex);
        self->is_lost = lost;
    }
    (void)pthread_mutex_unlock(&self->mutex);
    return NULL;
}

static int start_thread(struct run_owner *self, struct error *err)
{
    int rc;

    (void)pthread_mutex_init(&self->mutex, NULL);
    thread_cond_init(&self->wake);
    rc = thread_start(&self->thread, keep, self);
    return rc == 0 ? 0 : error_set_errno(err, rc, "cannot start a thread");
}

static void discard(struct run_owner *self)
{
    text_release(&self->mark);
    free(self->path);
    free(self);
}

struct run_owner *run_owner_claim(const char *folder, struct error *err)
{
    struct run_owner *self = mem_alloc(1, sizeof *self);

    self->path = path_join(folder, "owner.json");
    run_owner_mark_write(&self->mark);
    if (take(folder, &self->mark, false, err) < 0) {
        discard(self);
        return NULL;
    }
    if (start_thread(self, err) < 0) {
        (void)unlink(self->path);
        discard(self);
        return NULL;
    }
    return self;
}

bool run_owner_is_ours(struct run_owner *self)
{
    bool lost;

    (void)pthread_mutex_lock(&self->mutex);
    lost = self->is_lost;
    (void)pthread_mutex_unlock(&self->mutex);
    return !lost;
}

void run_owner_release(struct run_owner *self)
{
    if (!self)
        return;
    (void)pthread_mutex_lock(&self->mutex);
    self->is_ending = true;
    (void)pthread_cond_signal(&self->wake);
    (void)pthread_mutex_unlock(&self->mutex);
    (void)pthread_join(self->thread, NULL);
    if (!is_lost(self))
        (void)unlink(self->path);
    (void)pthread_cond_destroy(&self->wake);
    (void)pthread_mutex_destroy(&self->mutex);
    discard(self);
}

bool run_owner_is_there(const char *folder)
{
    char *path = path_join(folder, "owner.json");
    struct text who = { 0 };
    int64_t touched_ns = 0;
    enum run_owner_sign sign =
        run_owner_mark_judge(path, clock_unix_ms(), &touched_ns, &who);

    text_release(&who);
    free(path);
    return sign == RUN_OWNER_LIVES || sign == RUN_OWNER_TORN;
}

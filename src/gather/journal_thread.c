#include "gather/journal_thread.h"

#include "base/mem.h"
#include "base/thread.h"
#include "gather/journal_place.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* What goes into one file in one write. */
struct group {
    uint32_t number; /* of the file */
    uint64_t offset;
    struct text bytes;
    uint64_t last_ticket;
};

struct journal_thread {
    struct journal_io io;
    struct journal_head head;
    char *folder;
    uint64_t max_file_bytes;
    int group_ms;
    /* The writer's own. */
    int fd;
    uint32_t fd_number;
    struct timespec next_sync;
    /* Shared, under `lock`. */
    pthread_mutex_t lock;
    pthread_cond_t wake;  /* something for the writer to do */
    pthread_cond_t done;  /* a group is on disk, or all is over */
    struct group *groups; /* [num_groups], in order */
    size_t num_groups;
    size_t cap_groups;
    uint32_t number; /* where the next entry goes */
    uint64_t offset;
    uint64_t last_ticket;
    uint64_t synced_ticket;
    bool is_sealed; /* nothing was appended since */
    bool is_by_hand;
    bool is_hurried;
    bool is_stopping;
    bool has_failed;
    struct error failure;
    pthread_t thread;
};

/* Leave the file that is full, and begin the next. */
static int change_file(struct journal_thread *self,
                       uint32_t number,
                       struct error *err)
{
    const int fd = self->fd;

    self->fd = -1;
    if (fd >= 0 && self->io.close(self->io.context, fd) < 0
        && errno != EINTR) { /* closed all the same */
        char *path = journal_file_path(self->folder, self->fd_number);

        (void)journal_io_fail(err, errno, "cannot close", path);
        free(path);
        return -1;
    }
    self->fd = journal_file_open(self->folder,
                                 number,
                                 JOURNAL_FILE_NEW,
                                 &self->head,
                                 &self->io,
                                 err);
    self->fd_number = number;
    return self->fd < 0 ? -1 : 0;
}

static int write_group(struct journal_thread *self,
                       const struct group *group,
                       struct error *err)
{
    int rc;

    if (group->number != self->fd_number
        && change_file(self, group->number, err) < 0)
        return -1;
    rc = journal_file_check_end(self->fd, group->offset, err);
    if (rc == 0) {
        rc = journal_file_write(self->fd,
                                &group->bytes,
                                group->offset,
                                &self->io,
                                err);
    }
    if (rc < 0) {
        char *path = journal_file_path(self->folder, group->number);

        (void)error_wrap(err, "%s", path);
        free(path);
    }
    return rc;
}

/* Under the lock.  False when the writer is to end. */
static bool wait_for_work(struct journal_thread *self)
{
    while (self->num_groups == 0 && !self->is_stopping)
        (void)pthread_cond_wait(&self->wake, &self->lock);
    if (self->num_groups == 0)
        return false;
    while (!self->is_hurried && !self->is_stopping) {
        int rc =
            pthread_cond_timedwait(&self->wake, &self->lock, &self->next_sync);

        if (rc != 0) /* the time has come */
            break;
    }
    return true;
}

static void fail(struct journal_thread *self, const struct error *err)
{
    self->has_failed = true;
    self->failure = *err;
    (void)error_set(&self->failure,
                    ERR_IO,
                    "%.440s; what was synced is kept",
                    err->text);
}

/* Under the lock, which is let go while the disk is busy: all that is queued
 * now. */
static void write_groups(struct journal_thread *self)
{
    struct group *groups = self->groups;
    size_t num = self->num_groups;
    struct error err = { 0 };

    self->groups = NULL;
    self->num_groups = 0;
    self->cap_groups = 0;
    for (size_t i = 0; i < num; i++) {
        int rc = -1;

        (void)pthread_mutex_unlock(&self->lock);
        if (err.code == ERR_NONE)
            rc = write_group(self, &groups[i], &err);
        text_release(&groups[i].bytes);
        (void)pthread_mutex_lock(&self->lock);
        if (rc == 0)
            self->synced_ticket = groups[i].last_ticket;
    }
    free(groups);
    if (err.code != ERR_NONE)
        fail(self, &err);
}

static void *writer_main(void *context)
{
    struct journal_thread *self = context;

    (void)pthread_mutex_lock(&self->lock);
    while (!self->has_failed && wait_for_work(self)) {
        write_groups(self);
        self->is_hurried = false;
        thread_deadline(&self->next_sync, self->group_ms);
        (void)pthread_cond_broadcast(&self->done);
    }
    (void)pthread_mutex_unlock(&self->lock);
    return NULL;
}

static void release(struct journal_thread *self)
{
    for (size_t i = 0; i < self->num_groups; i++)
        text_release(&self->groups[i].bytes);
    free(self->groups);
    if (self->fd >= 0) /* what counts was synced */
        (void)self->io.close(self->io.context, self->fd);
    (void)pthread_cond_destroy(&self->wake);
    (void)pthread_cond_destroy(&self->done);
    (void)pthread_mutex_destroy(&self->lock);
    free(self->folder);
    free(self);
}

struct journal_thread *journal_thread_create(
    const struct journal_thread_params *params,
    struct error *err)
{
    struct journal_thread *self = mem_alloc(1, sizeof *self);
    int rc;

    self->io = *params->io;
    self->head = *params->head;
    self->folder = mem_text(params->folder);
    self->max_file_bytes = params->max_file_bytes;
    self->group_ms = params->group_ms;
    self->fd = params->fd;
    self->fd_number = params->number;
    self->number = params->number;
    self->offset = params->offset;
    self->is_sealed = params->is_sealed;
    (void)pthread_mutex_init(&self->lock, NULL);
    thread_cond_init(&self->wake);
    thread_cond_init(&self->done);
    self->is_by_hand = params->is_by_hand;
    rc = self->is_by_hand ? 0 : thread_start(&self->thread, writer_main, self);
    if (rc != 0) {
        (void)error_set_errno(err, rc, "cannot start the journal's thread");
        release(self);
        return NULL;
    }
    return self;
}

void journal_thread_destroy(struct journal_thread *self)
{
    if (!self)
        return;
    (void)pthread_mutex_lock(&self->lock);
    self->is_stopping = true;
    (void)pthread_cond_signal(&self->wake);
    if (self->is_by_hand && !self->has_failed)
        write_groups(self);
    (void)pthread_mutex_unlock(&self->lock);
    if (!self->is_by_hand)
        (void)pthread_join(self->thread, NULL);
    release(self);
}

/* Under the lock. */
static int check_failure(const struct journal_thread *self, struct error *err)
{
    if (!self->has_failed)
        return 0;
    return error_set(err, self->failure.code, "%s", self->failure.text);
}

/* Under the lock: the group that takes the next entry. */
static struct group *open_group(struct journal_thread *self)
{
    struct group *last;

    if (self->offset >= self->max_file_bytes) {
        self->number++;
        self->offset = JOURNAL_FILE_HEADER;
    }
    last = self->num_groups ? &self->groups[self->num_groups - 1] : NULL;
    if (last && last->number == self->number)
        return last;
    self->groups = mem_reserve(self->groups,
                               &self->cap_groups,
                               self->num_groups + 1,
                               sizeof *self->groups);
    last = &self->groups[self->num_groups++];
    *last = (struct group){ .number = self->number, .offset = self->offset };
    return last;
}

/* Under the lock: an entry of `len` bytes was put into `group`. */
static uint64_t count_entry(struct journal_thread *self,
                            struct group *group,
                            size_t len)
{
    self->offset += JOURNAL_FILE_ENTRY + len;
    group->last_ticket = ++self->last_ticket;
    (void)pthread_cond_signal(&self->wake);
    return group->last_ticket;
}

int journal_thread_append(struct journal_thread *self,
                          const struct text *bytes,
                          uint64_t *ticket,
                          uint64_t *place,
                          struct error *err)
{
    struct group *group;
    int rc;

    (void)pthread_mutex_lock(&self->lock);
    rc = check_failure(self, err);
    if (rc < 0)
        goto out;
    group = open_group(self);
    *place = journal_place(self->number, self->offset);
    journal_file_put(&group->bytes, bytes->data, bytes->len, group->offset);
    self->is_sealed = false;
    *ticket = count_entry(self, group, bytes->len);
out:
    (void)pthread_mutex_unlock(&self->lock);
    return rc;
}

int journal_thread_synced(struct journal_thread *self,
                          uint64_t *ticket,
                          struct error *err)
{
    int rc;

    (void)pthread_mutex_lock(&self->lock);
    *ticket = self->synced_ticket;
    rc = check_failure(self, err);
    (void)pthread_mutex_unlock(&self->lock);
    return rc;
}

/* Under the lock. */
static int flush(struct journal_thread *self, struct error *err)
{
    if (self->is_by_hand && !self->has_failed)
        write_groups(self);
    while (!self->has_failed && self->synced_ticket < self->last_ticket) {
        self->is_hurried = true;
        (void)pthread_cond_signal(&self->wake);
        (void)pthread_cond_wait(&self->done, &self->lock);
    }
    return check_failure(self, err);
}

int journal_thread_flush(struct journal_thread *self, struct error *err)
{
    int rc;

    (void)pthread_mutex_lock(&self->lock);
    rc = flush(self, err);
    (void)pthread_mutex_unlock(&self->lock);
    return rc;
}

/* All is synced before the seal is queued, so it begins a group: only then does
 * it prove anything. */
int journal_thread_seal(struct journal_thread *self, struct error *err)
{
    int rc;

    (void)pthread_mutex_lock(&self->lock);
    rc = flush(self, err);
    if (rc == 0 && !self->is_sealed) {
        struct group *group = open_group(self);

        journal_file_put_seal(&group->bytes, group->offset);
        (void)count_entry(self, group, 0);
        self->is_sealed = true;
        rc = flush(self, err);
    }
    (void)pthread_mutex_unlock(&self->lock);
    return rc;
}

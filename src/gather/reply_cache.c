#include "gather/reply_cache.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/hash_map.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "contract/codec.h"
#include "gather/crc32c.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char magic[] = "TSCACHE1";

enum {
    MAGIC = 8,
    FRONT = 4 + 4 + 16, /* of an entry, before its bytes */
    MAX_ENTRY = 64 * 1024 * 1024,
};

/* Where an answer stands; of several of one id the last one is tried first. */
struct place {
    size_t file; /* into `names` */
    uint64_t offset;
    uint32_t len;
    struct place *before;
};

struct node {
    struct hash128 id;
    struct place *places;
    UT_hash_handle hh;
};

/* A folder may have more files than a process may have open: one at a time is. */
struct reply_cache {
    char *folder;
    char **names; /* [num_files] of the files */
    size_t num_files, cap_files;
    int fd;       /* of the one that was read last; -1: none */
    size_t shown; /* which that is */
    struct node *nodes;
    int own_fd; /* of the one that is written to; -1: nothing was added yet */
    size_t own; /* which that is */
    uint64_t own_end;
    struct reply_cache_count count;
};

/* NOLINTNEXTLINE(readability-function-cognitive-complexity): uthash */
static void note(struct reply_cache *self,
                 struct hash128 id,
                 const struct place *where)
{
    struct place *place = mem_copy(where, sizeof *where);
    struct node *node;

    HASH_FIND(hh, self->nodes, &id, sizeof id, node);
    if (!node) {
        node = mem_alloc(1, sizeof *node);
        node->id = id;
        HASH_ADD(hh, self->nodes, id, sizeof node->id, node);
    }
    place->before = node->places;
    node->places = place;
}

static int open_file(const struct reply_cache *self,
                     const char *name,
                     int flags)
{
    char *path = path_join(self->folder, name);
    const int fd = open(path, flags | O_CLOEXEC, 0600);

    free(path);
    return fd;
}

static size_t add_name(struct reply_cache *self, const char *name)
{
    self->names = mem_reserve(self->names,
                              &self->cap_files,
                              self->num_files + 1,
                              sizeof *self->names);
    self->names[self->num_files] = mem_text(name);
    return self->num_files++;
}

/* That file, to be read; -1: it cannot be. */
static int show(struct reply_cache *self, size_t file)
{
    if (self->own_fd >= 0 && file == self->own)
        return self->own_fd;
    if (self->fd >= 0 && file == self->shown)
        return self->fd;
    if (self->fd >= 0)
        (void)close(self->fd);
    self->fd = open_file(self, self->names[file], O_RDONLY);
    self->shown = file;
    return self->fd;
}

/* The entries of a file, by their fronts: what is in them is looked at when it
 * is asked for.  The last one may be in the middle of being written. */
static void scan(struct reply_cache *self, size_t file)
{
    const int fd = show(self, file);
    const off_t end = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    unsigned char front[FRONT];
    char start[MAGIC];
    off_t at = MAGIC;

    if (fd < 0 || pread(fd, start, MAGIC, 0) != MAGIC
        || memcmp(start, magic, MAGIC) != 0) {
        self->count.damaged += fd < 0 || end > 0;
        return;
    }
    while (at + FRONT <= end && pread(fd, front, FRONT, at) == FRONT) {
        struct buffer buffer;
        struct place place = { .file = file, .offset = (uint64_t)at };
        struct hash128 id;

        buffer_init(&buffer, front, FRONT);
        (void)buffer_u32(&buffer);
        place.len = buffer_u32(&buffer);
        id = buffer_hash(&buffer);
        if (place.len > MAX_ENTRY) {
            self->count.damaged++;
            return;
        }
        at += FRONT + (off_t)place.len;
        if (at <= end)
            note(self, id, &place);
    }
}

struct reply_cache *reply_cache_open(const char *folder, struct error *err)
{
    struct reply_cache *self = mem_alloc(1, sizeof *self);
    struct name_list names = { 0 };

    self->folder = mem_text(folder);
    self->fd = self->own_fd = -1;
    if (file_make_folder(folder, err) < 0
        || file_list(folder, &names, err) < 0) {
        reply_cache_close(self);
        return NULL;
    }
    for (size_t i = 0; i < names.num; i++) {
        if (text_ends(names.names[i], ".tsc"))
            scan(self, add_name(self, names.names[i]));
    }
    name_list_release(&names);
    return self;
}

void reply_cache_close(struct reply_cache *self)
{
    struct node *node;
    struct node *next;

    if (!self)
        return;
    node = self->nodes;
    if (node)
        HASH_CLEAR(hh, self->nodes);
    for (; node; node = next) {
        next = node->hh.next;
        while (node->places) {
            struct place *before = node->places->before;

            free(node->places);
            node->places = before;
        }
        free(node);
    }
    if (self->fd >= 0)
        (void)close(self->fd);
    if (self->own_fd >= 0)
        (void)close(self->own_fd);
    for (size_t i = 0; i < self->num_files; i++)
        free(self->names[i]);
    free(self->names);
    free(self->folder);
    free(self);
}

/* Whole, of that id, and a reply. */
static bool read_place(struct reply_cache *self,
                       const struct place *place,
                       struct hash128 id,
                       struct reply *out)
{
    const size_t len = FRONT + (size_t)place->len;
    unsigned char *bytes = mem_alloc(len, 1);
    const int fd = show(self, place->file);
    struct buffer buffer;
    bool is_good =
        fd >= 0 && pread(fd, bytes, len, (off_t)place->offset) == (ssize_t)len;

    buffer_init(&buffer, bytes, len);
    is_good = is_good && buffer_u32(&buffer) == crc32c(bytes + 4, len - 4)
              && buffer_u32(&buffer) == place->len
              && hash_equal(buffer_hash(&buffer), id)
              && codec_get_reply(&buffer, out, NULL) == 0;
    if (is_good && (buffer_left(&buffer) > 0 || !hash_equal(out->unit, id))) {
        reply_release(out);
        is_good = false;
    }
    free(bytes);
    return is_good;
}

/* NOLINTNEXTLINE(readability-function-cognitive-complexity): uthash */
bool reply_cache_get(struct reply_cache *self,
                     struct hash128 id,
                     struct reply *out)
{
    struct node *node;

    HASH_FIND(hh, self->nodes, &id, sizeof id, node);
    while (node && node->places) {
        struct place *place = node->places;

        if (read_place(self, place, id, out)) {
            self->count.hits++;
            return true;
        }
        self->count.damaged++;
        node->places = place->before;
        free(place);
    }
    self->count.misses++;
    return false;
}

/* What cannot be begun is not left behind: it is tried again at the next answer,
 * and there may be many. */
static bool begin_own(struct reply_cache *self, const char *name)
{
    const int fd = open_file(self, name, O_RDWR | O_CREAT | O_EXCL);
    char *path;
    int number;

    if (fd < 0)
        return false;
    if (pwrite(fd, magic, MAGIC, 0) == MAGIC) {
        self->own_fd = fd;
        self->own = add_name(self, name);
        self->own_end = MAGIC;
        return true;
    }
    number = errno;
    path = path_join(self->folder, name);
    (void)close(fd);
    (void)unlink(path);
    free(path);
    errno = number;
    return false;
}

/* A file of this process alone: its name is nobody else's, also where two are
 * made within a millisecond. */
static bool make_own(struct reply_cache *self)
{
    enum { TRIES = 100 };
    char host[256] = "";
    bool is_made = false;

    (void)gethostname(host, sizeof host - 1);
    for (int i = 0; i < TRIES && !is_made && (i == 0 || errno == EEXIST); i++) {
        char *name = text_format("%s-%ld-%lld-%d.tsc",
                                 host,
                                 (long)getpid(),
                                 (long long)clock_unix_ms(),
                                 i);

        is_made = begin_own(self, name);
        free(name);
    }
    return is_made;
}

static bool write_own(struct reply_cache *self, const struct text *entry)
{
    if (self->own_fd < 0 && !make_own(self))
        return false;
    return pwrite(self->own_fd,
                  text_data(entry),
                  entry->len,
                  (off_t)self->own_end)
           == (ssize_t)entry->len;
}

void reply_cache_add(struct reply_cache *self, const struct reply *reply)
{
    struct text body = { 0 };
    struct text rest = { 0 };
    struct text entry = { 0 };
    struct place place;

    if (!state_has_text(reply->state))
        return;
    codec_put_reply(&body, reply);
    if (body.len <= MAX_ENTRY) {
        buffer_put_u32(&rest, (uint32_t)body.len);
        buffer_put_hash(&rest, reply->unit);
        text_add_len(&rest, text_data(&body), body.len);
        buffer_put_u32(&entry, crc32c(text_data(&rest), rest.len));
        text_add_len(&entry, text_data(&rest), rest.len);
        if (write_own(self, &entry)) {
            place = (struct place){ .file = self->own,
                                    .offset = self->own_end,
                                    .len = (uint32_t)body.len };
            note(self, reply->unit, &place);
            self->own_end += entry.len;
            self->count.added++;
        } else if (self->count.unwritten++ == 0) {
            struct error why;

            (void)error_set_errno(&why,
                                  errno,
                                  "%s: cannot keep answers",
                                  self->folder);
            log_warn("%s", why.text);
        }
    }
    text_release(&entry);
    text_release(&rest);
    text_release(&body);
}

struct reply_cache_count reply_cache_count(const struct reply_cache *self)
{
    return self->count;
}

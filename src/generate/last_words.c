#include "generate/last_words.h"

#include "generate/http/http_key.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum {
    SHOWN = 400,     /* bytes */
    MAX_CHUNKS = 16, /* read in one go */
};

void last_words_init(struct last_words *self, int fd)
{
    self->fd = fd;
    self->tail[0] = '\0';
    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
}

static void keep(struct last_words *self, const char *bytes, size_t len)
{
    size_t had = strlen(self->tail);

    if (len > LAST_WORDS_KEPT) {
        bytes += len - LAST_WORDS_KEPT;
        len = LAST_WORDS_KEPT;
    }
    if (had + len > LAST_WORDS_KEPT) {
        size_t drop = had + len - LAST_WORDS_KEPT;

        memmove(self->tail, self->tail + drop, had - drop);
        had -= drop;
    }
    for (size_t i = 0; i < len; i++)
        self->tail[had + i] = (char)(bytes[i] ? bytes[i] : ' ');
    self->tail[had + len] = '\0';
}

void last_words_hear(struct last_words *self)
{
    char chunk[4096];

    for (int i = 0; i < MAX_CHUNKS; i++) {
        ssize_t num = read(self->fd, chunk, sizeof chunk);

        if (num <= 0)
            return;
        keep(self, chunk, (size_t)num);
    }
}

/* Without keys, and without the ends of lines behind it. */
static void end(struct last_words *self)
{
    size_t len;

    last_words_hear(self);
    len = strlen(self->tail);
    http_key_hide_known(self->tail, len);
    if (len > SHOWN) {
        memmove(self->tail, self->tail + len - SHOWN, SHOWN + 1);
        len = SHOWN;
    }
    while (len > 0 && self->tail[len - 1] == '\n')
        self->tail[--len] = '\0';
}

const char *last_words_line(struct last_words *self)
{
    const char *last;

    end(self);
    last = strrchr(self->tail, '\n');
    return last ? last + 1 : self->tail;
}

const char *last_words_joined(struct last_words *self)
{
    end(self);
    for (char *at = self->tail; *at; at++) {
        if (*at == '\n')
            *at = '|';
    }
    return self->tail;
}

void last_words_release(struct last_words *self)
{
    (void)close(self->fd);
}

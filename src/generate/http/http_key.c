#include "generate/http/http_key.h"

#include "base/mem.h"
#include "trustsweep/error.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAX_KEY = 8192, /* bytes */
    MIN_HIDDEN = 4, /* shorter ones stand in too many texts to be hidden */
};

bool http_key_is_name(const char *name)
{
    if (!isalpha((unsigned char)name[0]) && name[0] != '_')
        return false;
    for (; *name; name++) {
        if (!isalnum((unsigned char)*name) && *name != '_')
            return false;
    }
    return true;
}

/* A header's value: one line, no control characters. */
static bool is_printable(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text <= 0x20 || (unsigned char)*text >= 0x7f)
            return false;
    }
    return true;
}

/* Takes `text` over. */
static int keep(struct http_key *out,
                char *text,
                const char *from,
                struct error *err)
{
    text[strcspn(text, "\r\n")] = '\0';
    out->text = text;
    if (text[0] && is_printable(text))
        return 0;
    http_key_release(out);
    return error_set(err,
                     ERR_USAGE,
                     "%s holds no key: one word of printable characters is "
                     "wanted",
                     from);
}

static int check_rights(int file, const char *path, struct error *err)
{
    struct stat facts;

    if (fstat(file, &facts) < 0)
        return error_set_errno(err, errno, "%s", path);
    if (!S_ISREG(facts.st_mode))
        return error_set(err, ERR_USAGE, "%s is no regular file", path);
    if (facts.st_uid != geteuid() && facts.st_uid != 0) {
        return error_set(err,
                         ERR_USAGE,
                         "%s belongs to another user; a key file is one's own",
                         path);
    }
    if (facts.st_mode & (S_IRWXG | S_IRWXO)) {
        return error_set(err,
                         ERR_USAGE,
                         "others may read %s (mode %03o); chmod 600 it, and "
                         "make a new key if they could",
                         path,
                         (unsigned)facts.st_mode & 0777U);
    }
    return 0;
}

static int read_file(struct http_key *out, const char *path, struct error *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    char *text;
    ssize_t num;

    if (file < 0)
        return error_set_errno(err, errno, "cannot open the key file %s", path);
    if (check_rights(file, path, err) < 0) {
        (void)close(file);
        return -1;
    }
    text = mem_alloc(MAX_KEY + 1, 1);
    num = read(file, text, MAX_KEY);
    if (num < 0)
        error_set_errno(err, errno, "cannot read the key file %s", path);
    (void)close(file);
    if (num < 0) {
        free(text);
        return -1;
    }
    return keep(out, text, path, err);
}

int http_key_read(struct http_key *out,
                  const char *env,
                  const char *path,
                  struct error *err)
{
    const char *given = env ? getenv(env) : NULL;

    *out = (struct http_key){ 0 };
    if (given && *given)
        return keep(out, mem_text(given), env, err);
    if (path)
        return read_file(out, path, err);
    if (!env)
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "no key: the variable %s is not set here; set it where "
                     "every rank sees it, or give key_file=FILE",
                     env);
}

void http_key_release(struct http_key *self)
{
    /* volatile: a compiler would leave out writes to what is freed next */
    for (volatile char *at = self->text; at && *at; at++)
        *at = '\0';
    free(self->text);
    self->text = NULL;
}

void http_key_hide(const struct http_key *self, char *bytes, size_t len)
{
    const size_t key = self->text ? strlen(self->text) : 0;
    const char *end = bytes + len;

    if (key < MIN_HIDDEN)
        return;
    while ((size_t)(end - bytes) >= key) {
        char *hit =
            memchr(bytes, self->text[0], (size_t)(end - bytes) - key + 1);

        if (!hit)
            return;
        if (memcmp(hit, self->text, key) == 0)
            memset(hit, '*', key);
        bytes = hit + 1;
    }
}

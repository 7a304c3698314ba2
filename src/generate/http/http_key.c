#include "generate/http/http_key.h"

#include "base/mem.h"
#include "trustsweep/error.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
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

/* A core file of this process would hold it. */
static void write_no_core(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_CORE, &limit) < 0)
        return;
    limit.rlim_cur = 0;
    (void)setrlimit(RLIMIT_CORE, &limit);
}

/* Takes `text` over. */
static int keep(struct http_key *out,
                char *text,
                const char *from,
                struct error *err)
{
    text[strcspn(text, "\r\n")] = '\0';
    out->text = text;
    write_no_core();
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

static int no_key(const char *env, struct error *err)
{
    return error_set(err,
                     ERR_USAGE,
                     "no key: the variable %s is not set here; set it where "
                     "every rank sees it, or give key_file=FILE",
                     env);
}

int http_key_is_there(const char *env, const char *path, struct error *err)
{
    const char *given = env ? getenv(env) : NULL;
    int file;
    int rc;

    if (given && *given)
        return 0;
    if (!path)
        return env ? no_key(env, err) : 0;
    file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0)
        return error_set_errno(err, errno, "cannot open the key file %s", path);
    rc = check_rights(file, path, err);
    (void)close(file);
    return rc;
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
    return env ? no_key(env, err) : 0;
}

void http_key_release(struct http_key *self)
{
    /* volatile: a compiler would leave out writes to what is freed next */
    for (volatile char *at = self->text; at && *at; at++)
        *at = '\0';
    free(self->text);
    self->text = NULL;
}

/* How many bytes one character takes where it stands: one, or more as JSON
 * escapes it ("\\/", "\\u002f"); 0 = it does not stand there. */
static size_t length_of(char want, const char *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    unsigned code = 0;

    if (len >= 2 && bytes[0] == '\\' && bytes[1] == want
        && !isalnum((unsigned char)want))
        return 2;
    if (len >= 6 && bytes[0] == '\\' && bytes[1] == 'u') {
        for (size_t i = 2; i < 6; i++) {
            const char *digit =
                memchr(digits, tolower((unsigned char)bytes[i]), 16);

            code = code << 4 | (digit ? (unsigned)(digit - digits) : 0xffff);
        }
        if (code == (unsigned char)want)
            return 6;
    }
    return len >= 1 && bytes[0] == want;
}

/* The same of all of a text. */
static size_t length_at(const char *text, const char *bytes, size_t len)
{
    size_t at = 0;

    for (; *text; text++) {
        const size_t one = length_of(*text, bytes + at, len - at);

        if (one == 0)
            return 0;
        at += one;
    }
    return at;
}

void http_key_hide(const struct http_key *self, char *bytes, size_t len)
{
    const size_t key = self->text ? strlen(self->text) : 0;
    size_t slashes = 0; /* backslashes in a row before `at` */
    size_t at = 0;

    if (key < MIN_HIDDEN)
        return;
    while (at + key <= len) {
        const size_t found = length_at(self->text, bytes + at, len - at);

        if (found > 0) {
            /* half an escape before it would make the rest no JSON */
            const size_t half = slashes % 2;

            memset(bytes + at - half, '*', found + half);
            at += found;
            slashes = 0;
        } else {
            slashes = bytes[at] == '\\' ? slashes + 1 : 0;
            at++;
        }
    }
}

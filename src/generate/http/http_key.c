#include "generate/http/http_key.h"

#include "base/mem.h"
#include "generate/parts/secrets.h"
#include "trustsweep/error.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAX_KEY = 8192, /* bytes */
    MIN_HIDDEN = 4, /* shorter ones stand in too many texts to be hidden */
    MIN_VALUE = 8,  /* the same, of variables that are only called a secret */
};

extern char **environ;

/* Those that were read and are not released yet. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char **keys_read; /* [num_read]; borrowed */
static size_t num_read;
static size_t cap_read;

static void remember(char *text)
{
    (void)pthread_mutex_lock(&lock);
    keys_read =
        mem_reserve(keys_read, &cap_read, num_read + 1, sizeof *keys_read);
    keys_read[num_read++] = text;
    (void)pthread_mutex_unlock(&lock);
}

static void forget(const char *text)
{
    (void)pthread_mutex_lock(&lock);
    for (size_t i = num_read; i-- > 0;) {
        if (keys_read[i] == text)
            keys_read[i] = keys_read[--num_read];
    }
    (void)pthread_mutex_unlock(&lock);
}

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
    if (text[0] && is_printable(text)) {
        remember(text);
        return 0;
    }
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
        return error_set_errno(err, errno, "cannot read the key file %s", path);
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

/* One that only its owner may read; -1: error. */
static int open_file(const char *path, struct error *err)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (file < 0)
        return error_set_errno(err, errno, "cannot read the key file %s", path);
    if (check_rights(file, path, err) == 0)
        return file;
    (void)close(file);
    return -1;
}

static int read_file(struct http_key *out, const char *path, struct error *err)
{
    const int file = open_file(path, err);
    char *text;
    ssize_t num;

    if (file < 0)
        return -1;
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

    if (given && *given)
        return 0;
    if (!path)
        return env ? no_key(env, err) : 0;
    file = open_file(path, err);
    if (file < 0)
        return -1;
    (void)close(file);
    return 0;
}

int http_key_read(struct http_key *out,
                  const char *env,
                  const char *path,
                  struct error *err)
{
    const char *given = env ? getenv(env) : NULL;

    *out = (struct http_key){ 0 };
    secrets_note(env);
    if (given && *given)
        return keep(out, mem_text(given), env, err);
    if (path)
        return read_file(out, path, err);
    return env ? no_key(env, err) : 0;
}

void http_key_release(struct http_key *self)
{
    forget(self->text);
    /* volatile: a compiler would leave out writes to what is freed next */
    for (volatile char *at = self->text; at && *at; at++)
        *at = '\0';
    free(self->text);
    self->text = NULL;
}

/* What `num` hexadecimal digits say; -1: they are none. */
static int hex_value(const char *bytes, size_t num)
{
    int value = 0;

    for (size_t i = 0; i < num; i++) {
        const int digit = tolower((unsigned char)bytes[i]);

        if (!isxdigit(digit))
            return -1;
        value = value << 4 | (isdigit(digit) ? digit - '0' : digit - 'a' + 10);
    }
    return value;
}

/* "%2f", or "%252f" as it is when that is written into an address again. */
static size_t length_of_percent(char want, const char *bytes, size_t len)
{
    for (size_t at = 1; at + 2 <= len; at += 2) {
        const int code = hex_value(bytes + at, 2);

        if (code == (unsigned char)want)
            return at + 2;
        if (code != '%')
            return 0;
    }
    return 0;
}

/* "\\/", "\\u002f", also of JSON in a text of JSON ("\\\\u002f"): behind `run`
 * backslashes. */
static size_t length_of_escaped(const char *want,
                                const char *bytes,
                                size_t len,
                                size_t run)
{
    if (len >= run + 5 && bytes[run] == 'u'
        && hex_value(bytes + run + 1, 4) == (unsigned char)*want)
        return run + 5;
    if (*want == '\\' && want[1] != '\\')
        return run;
    if (*want == '\\')
        return run > 1 ? 2 : 1;
    return run < len && bytes[run] == *want && !isalnum((unsigned char)*want)
               ? run + 1
               : 0;
}

/* How many bytes one character takes where it stands: one, or more as an
 * address or JSON escapes it; 0 = it does not stand there. */
static size_t length_of(const char *want, const char *bytes, size_t len)
{
    const size_t found =
        len > 0 && bytes[0] == '%' ? length_of_percent(*want, bytes, len) : 0;
    size_t run = 0; /* of backslashes */

    if (found > 0)
        return found;
    while (run < len && bytes[run] == '\\')
        run++;
    if (run > 0)
        return length_of_escaped(want, bytes, len, run);
    return len > 0 && bytes[0] == *want;
}

/* The same of all of a text. */
static size_t length_at(const char *text, const char *bytes, size_t len)
{
    const size_t plain = strlen(text);
    size_t at = 0;

    if (len >= plain && memcmp(bytes, text, plain) == 0)
        return plain;
    for (; *text; text++) {
        const size_t one = length_of(text, bytes + at, len - at);

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

void http_key_hide_known(char *bytes, size_t len)
{
    (void)pthread_mutex_lock(&lock);
    for (size_t i = 0; i < num_read; i++)
        http_key_hide(&(struct http_key){ .text = keys_read[i] }, bytes, len);
    (void)pthread_mutex_unlock(&lock);
    for (char **at = environ; *at; at++) {
        const struct http_key key = { .text = strchr(*at, '=') + 1 };

        if (secrets_is(*at) && strlen(key.text) >= MIN_VALUE)
            http_key_hide(&key, bytes, len);
    }
}

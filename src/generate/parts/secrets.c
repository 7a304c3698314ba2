#include "generate/parts/secrets.h"

#include "base/mem.h"
#include "base/secret_value.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char **noted; /* [num_noted], for the life of the process */
static size_t num_noted;
static size_t cap_noted;

/* With the lock held. */
static bool is_noted(const char *name, size_t len)
{
    for (size_t i = 0; i < num_noted; i++) {
        if (strlen(noted[i]) == len && memcmp(noted[i], name, len) == 0)
            return true;
    }
    return false;
}

void secrets_note(const char *name)
{
    if (!name || !*name)
        return;
    (void)pthread_mutex_lock(&lock);
    if (!is_noted(name, strlen(name))) {
        noted = mem_reserve(noted, &cap_noted, num_noted + 1, sizeof *noted);
        noted[num_noted++] = mem_text(name);
    }
    (void)pthread_mutex_unlock(&lock);
}

static void note_option(const char *spec, const char *option)
{
    for (const char *at = spec; at && (at = strstr(at, option));) {
        char *name;

        at += strlen(option);
        name = mem_text_len(at, strcspn(at, ","));
        secrets_note(name);
        free(name);
    }
}

void secrets_note_spec(const char *spec)
{
    note_option(spec, "key_env=");
    note_option(spec, "key-env="); /* the same to options_find() */
}

bool secrets_is(const char *variable)
{
    const size_t len = strcspn(variable, "=");
    const char *value = variable[len] ? variable + len + 1 : "";
    bool is;

    if (secret_value_is_variable(variable, len, value))
        return true;
    (void)pthread_mutex_lock(&lock);
    is = is_noted(variable, len);
    (void)pthread_mutex_unlock(&lock);
    return is;
}

char **secrets_environment(void)
{
    size_t num = 0;
    char **out;

    while (environ[num])
        num++;
    out = mem_alloc(num + 1, sizeof *out);
    num = 0;
    for (char **at = environ; *at; at++) {
        if (!secrets_is(*at))
            out[num++] = *at;
    }
    return out;
}

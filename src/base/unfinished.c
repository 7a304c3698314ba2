#include "base/unfinished.h"

#include "base/random.h"
#include "base/terminal.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAX_FILES = 16, /* more at once are written as well, but stay when a signal
                       comes */
    NUM_LETTERS = 6,
    MAX_TRIES = 100,
};

enum { FREE, TAKEN, WRITTEN };

/* A child of fork() has its parent's list, and must leave the files alone. */
static struct {
    atomic_int state;
    pid_t owner;
    char name[PATH_MAX];
} files[MAX_FILES];

void unfinished_note(const char *name)
{
    const size_t size = strlen(name) + 1;

    for (size_t i = 0; i < MAX_FILES && size <= PATH_MAX; i++) {
        int state = FREE;

        if (!atomic_compare_exchange_strong(&files[i].state, &state, TAKEN))
            continue;
        memcpy(files[i].name, name, size);
        files[i].owner = getpid();
        atomic_store(&files[i].state, WRITTEN);
        break;
    }
}

char *unfinished_begin(const char *path)
{
    char *name = text_format("%s.tmp-%ld", path, (long)getpid());

    unfinished_note(name);
    return name;
}

static void forget(const char *name)
{
    for (size_t i = 0; i < MAX_FILES; i++) {
        if (atomic_load(&files[i].state) == WRITTEN
            && files[i].owner == getpid() && strcmp(files[i].name, name) == 0) {
            atomic_store(&files[i].state, FREE);
            break;
        }
    }
}

void unfinished_end(char *name)
{
    if (name)
        forget(name);
    free(name);
}

static int make_file(const char *name)
{
    return open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

static int make_folder(const char *name)
{
    return mkdir(name, 0700);
}

static int make(char *name, int (*make_one)(const char *name))
{
    static const char letters[] =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    char *end = name + strlen(name) - NUM_LETTERS;
    unsigned char bytes[NUM_LETTERS];
    int made = -1;

    for (int i = 0; i < MAX_TRIES && made < 0; i++) {
        if (random_secret(bytes, sizeof bytes, NULL) < 0)
            return -1;
        for (size_t k = 0; k < NUM_LETTERS; k++)
            end[k] = letters[bytes[k] % (sizeof letters - 1)];
        unfinished_note(name);
        made = make_one(name);
        if (made >= 0)
            break;
        forget(name); /* it is another's, or not there */
        if (errno != EEXIST)
            break;
    }
    return made;
}

int unfinished_file(char *name)
{
    return make(name, make_file);
}

int unfinished_folder(char *name)
{
    return make(name, make_folder);
}

static void remove_all(int (*remove_one)(const char *name))
{
    for (size_t i = 0; i < MAX_FILES; i++) {
        if (atomic_load(&files[i].state) == WRITTEN
            && files[i].owner == getpid())
            (void)remove_one(files[i].name);
    }
}

/* The disposition is the default again by now (SA_RESETHAND). */
static void on_signal(int number)
{
    remove_all(unlink);
    remove_all(rmdir);
    terminal_leave_line();
    (void)raise(number);
}

void unfinished_watch(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction action = { .sa_handler = on_signal };

    action.sa_flags = (int)SA_RESETHAND | SA_NODEFER;
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction before;

        if (sigaction(numbers[i], NULL, &before) == 0
            && before.sa_handler == SIG_DFL)
            (void)sigaction(numbers[i], &action, NULL);
    }
}

#include "base/process.h"

#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { MAX_BYTES = 4096 };

/* Where a field of /proc/PID/stat begins, counted from the state on. */
static const char *field_at(const char *at, int number)
{
    enum { STATE = 3 };

    for (int field = STATE; field < number && at; field++) {
        at = strchr(at, ' ');
        at = at ? at + 1 : NULL;
    }
    return at;
}

/* Nothing of it will run again: it waits for its parent, or the kernel is still
 * closing its files, which takes seconds on a busy disk, and has taken its
 * memory already. */
static bool is_past(const char *state)
{
    enum { MEMORY = 23 };
    const char *memory = field_at(state, MEMORY);

    return *state == 'Z' || *state == 'X' || !memory
           || strtoull(memory, NULL, 10) == 0;
}

void process_began(int64_t pid, char *out, size_t size)
{
    enum { BEGAN = 22 };
    char *path = text_format("/proc/%lld/stat", (long long)pid);
    struct text stat = { 0 };
    const char *at;

    out[0] = '\0';
    if (file_read(path, MAX_BYTES, &stat, NULL) == 0
        && (at = strrchr(text_data(&stat), ')')) && at[1] == ' '
        && !is_past(at + 2)) {
        at = field_at(at + 2, BEGAN);
        (void)snprintf(out, size, "%.*s", (int)strcspn(at, " "), at);
    }
    text_release(&stat);
    free(path);
}

bool process_lives(int64_t pid, const char *began)
{
    char now[32];

    if (kill((pid_t)pid, 0) < 0 && errno != EPERM)
        return false;
    if (!file_is_folder("/proc/self"))
        return true;
    process_began(pid, now, sizeof now);
    return now[0] && (!began || !began[0] || strcmp(began, now) == 0);
}

void process_machine(char *out, size_t size)
{
    char names[64] = "";
    struct text boot = { 0 };
    ssize_t len = readlink("/proc/self/ns/pid", names, sizeof names - 1);

    out[0] = '\0';
    if (len > 0
        && file_read("/proc/sys/kernel/random/boot_id", MAX_BYTES, &boot, NULL)
               == 0) {
        const char *id = text_data(&boot);

        (void)snprintf(out, size, "%.*s %s", (int)strcspn(id, "\n"), id, names);
    }
    text_release(&boot);
}

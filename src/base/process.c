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

void process_began(int64_t pid, char *out, size_t size)
{
    enum { STATE = 3, BEGAN = 22 };
    char *path = text_format("/proc/%lld/stat", (long long)pid);
    struct text stat = { 0 };
    const char *at;

    out[0] = '\0';
    if (file_read(path, MAX_BYTES, &stat, NULL) == 0
        && (at = strrchr(text_data(&stat), ')')) && at[1] == ' ' && at[2] != 'Z'
        && at[2] != 'X') {
        at += 2;
        for (int field = STATE; field < BEGAN && at; field++) {
            at = strchr(at, ' ');
            at = at ? at + 1 : NULL;
        }
        if (at)
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

#include "base/process.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { MAX_BYTES = 4096 };

/* What stands in /proc/PID/stat from the state on, kept in `stat`; NULL where
 * there is no such process. */
static const char *read_state(int64_t pid, struct text *stat)
{
    char *path = text_format("/proc/%lld/stat", (long long)pid);
    const char *at = NULL;

    /* its name may have blanks and brackets in it */
    if (file_read(path, MAX_BYTES, stat, NULL) == 0)
        at = strrchr(text_data(stat), ')');
    free(path);
    return at && at[1] == ' ' ? at + 2 : NULL;
}

/* Where a field begins, by its number in proc(5); NULL: there are fewer. */
static const char *field_at(const char *state, int number)
{
    enum { STATE = 3 };
    const char *at = state;

    for (int field = STATE; field < number && at; field++) {
        at = strchr(at, ' ');
        at = at ? at + 1 : NULL;
    }
    return at;
}

static bool has_ended(const char *state)
{
    return *state == 'Z' || *state == 'X';
}

/* Nothing of it will run again: it waits for its parent, or the kernel is still
 * closing its files, which takes seconds on a busy disk, and has taken its
 * memory already. */
static bool is_past(const char *state)
{
    enum { MEMORY = 23 };
    const char *memory = field_at(state, MEMORY);

    return has_ended(state) || !memory || strtoull(memory, NULL, 10) == 0;
}

void process_began(int64_t pid, char *out, size_t size)
{
    enum { BEGAN = 22 };
    struct text stat = { 0 };
    const char *state = read_state(pid, &stat);

    out[0] = '\0';
    if (state && !is_past(state)) {
        const char *at = field_at(state, BEGAN);

        (void)snprintf(out, size, "%.*s", (int)strcspn(at, " "), at);
    }
    text_release(&stat);
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

struct kin {
    int64_t pid;
    int64_t parent;
    bool is_family;
};

/* Its parent; -1 = it is gone or has ended.  One whose files are being closed may
 * have children yet. */
static int64_t parent_of(int64_t pid)
{
    enum { PARENT = 4 };
    struct text stat = { 0 };
    const char *state = read_state(pid, &stat);
    const char *at =
        state && !has_ended(state) ? field_at(state, PARENT) : NULL;
    int64_t parent = at ? strtoll(at, NULL, 10) : -1;

    text_release(&stat);
    return parent;
}

static bool is_of_family(const struct kin *all,
                         size_t num,
                         int64_t root,
                         int64_t parent)
{
    if (parent == root)
        return true;
    for (size_t i = 0; i < num; i++) {
        if (all[i].pid == parent)
            return all[i].is_family;
    }
    return false;
}

size_t process_family(int64_t root, int64_t **out)
{
    struct name_list names = { 0 };
    struct kin *all;
    size_t num = 0;
    size_t found = 0;
    size_t before;

    (void)file_list("/proc", &names, NULL);
    all = mem_alloc(names.num + 1, sizeof *all);
    for (size_t i = 0; i < names.num; i++) {
        if (text_to_int64(names.names[i], &all[num].pid)
            && (all[num].parent = parent_of(all[num].pid)) > 0)
            num++;
    }
    name_list_release(&names);
    do { /* a generation, at least, a round */
        before = found;
        for (size_t i = 0; i < num; i++) {
            if (!all[i].is_family
                && is_of_family(all, num, root, all[i].parent)) {
                all[i].is_family = true;
                found++;
            }
        }
    } while (found > before);
    *out = mem_alloc(found + 1, sizeof **out);
    found = 0;
    for (size_t i = 0; i < num; i++) {
        if (all[i].is_family)
            (*out)[found++] = all[i].pid;
    }
    free(all);
    return found;
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

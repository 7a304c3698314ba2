#include "generate/parts/free_memory.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LINE = 4096 };

/* What differs between the versions of cgroups. */
struct names {
    const char *mount;
    const char *limit;
    const char *used;
    const char *droppable[2]; /* lines of memory.stat: pages of files */
};

static const struct names version_1 = {
    .mount = "/sys/fs/cgroup/memory",
    .limit = "memory.limit_in_bytes",
    .used = "memory.usage_in_bytes",
    .droppable = { "total_inactive_file ", "total_active_file " },
};
static const struct names version_2 = {
    .mount = "/sys/fs/cgroup",
    .limit = "memory.max",
    .used = "memory.current",
    .droppable = { "inactive_file ", "active_file " },
};

/* The number behind `key` at the beginning of a line; UINT64_MAX: there is no
 * such file, line or number, as with "max". */
static uint64_t number_in(const char *path, const char *key)
{
    uint64_t found = UINT64_MAX;
    char line[MAX_LINE];
    FILE *file = fopen(path, "r");

    while (file && found == UINT64_MAX && fgets(line, sizeof line, file)) {
        const char *at = line + strlen(key);
        char *end = NULL;

        if (!text_starts(line, key))
            continue;
        errno = 0;
        found = strtoull(at, &end, 10);
        if (end == at || errno != 0)
            found = UINT64_MAX;
    }
    if (file)
        (void)fclose(file);
    return found;
}

static uint64_t number_of(const char *folder, const char *name, const char *key)
{
    char *path = text_format("%s/%s", folder, name);
    const uint64_t number = number_in(path, key);

    free(path);
    return number;
}

/* What the cgroup in this folder leaves; UINT64_MAX: it sets no limit. */
static uint64_t left_by(const char *folder, const struct names *names)
{
    const uint64_t limit = number_of(folder, names->limit, "");
    uint64_t used = number_of(folder, names->used, "");

    if (limit == UINT64_MAX || used == UINT64_MAX)
        return UINT64_MAX;
    for (int i = 0; i < 2; i++) {
        const uint64_t droppable =
            number_of(folder, "memory.stat", names->droppable[i]);

        if (droppable != UINT64_MAX)
            used = used > droppable ? used - droppable : 0;
    }
    return limit > used ? limit - used : 0;
}

/* Of a cgroup and all above it.  A container may see its own at the top, under
 * a name that only the host's tree has. */
static uint64_t left_by_all(const char *root,
                            const struct names *names,
                            const char *cgroup)
{
    char *folder = text_format("%s%s%s", root, names->mount, cgroup);
    const size_t top = strlen(root) + strlen(names->mount);
    uint64_t least = UINT64_MAX;

    for (;;) {
        const uint64_t left = left_by(folder, names);
        char *slash = strrchr(folder, '/');

        least = left < least ? left : least;
        if (strlen(folder) <= top || !slash)
            break;
        *slash = '\0';
    }
    free(folder);
    return least;
}

/* Lines are NUMBER:CONTROLLERS:PATH; version 2 has 0 and none. */
static uint64_t left_by_line(const char *root, char *line)
{
    char *controllers = strchr(line, ':');
    char *path = controllers ? strchr(controllers + 1, ':') : NULL;

    if (!path)
        return UINT64_MAX;
    *path++ = '\0';
    path[strcspn(path, "\n")] = '\0';
    controllers++;
    if (*controllers == '\0')
        return left_by_all(root, &version_2, path);
    while (*controllers != '\0') {
        const size_t len = strcspn(controllers, ",");

        if (len == strlen("memory") && text_starts(controllers, "memory"))
            return left_by_all(root, &version_1, path);
        controllers += len + (controllers[len] == ',' ? 1 : 0);
    }
    return UINT64_MAX;
}

uint64_t free_memory(const char *root)
{
    char *path = text_format("%s/proc/meminfo", root);
    uint64_t least = number_in(path, "MemAvailable:");
    char line[MAX_LINE];
    FILE *file;

    if (least != UINT64_MAX)
        least *= 1024;
    free(path);
    path = text_format("%s/proc/self/cgroup", root);
    file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        const uint64_t left = left_by_line(root, line);

        least = left < least ? left : least;
    }
    if (file)
        (void)fclose(file);
    free(path);
    if (least == UINT64_MAX)
        return 0;
    return least > 0 ? least : 1; /* nothing is not unknown */
}

uint64_t free_memory_mapped(const char *root)
{
    char *path = text_format("%s/proc/self/status", root);
    const uint64_t number = number_in(path, "RssFile:");

    free(path);
    return number == UINT64_MAX ? 0 : number * 1024;
}

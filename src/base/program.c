#include "base/program.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_program(const char *path)
{
    return access(path, X_OK) == 0 && !file_is_folder(path);
}

char *program_path(const char *name)
{
    const char *at = getenv("PATH");

    if (strchr(name, '/'))
        return is_program(name) ? mem_text(name) : NULL;
    while (at && *at) {
        const size_t len = strcspn(at, ":");
        /* a folder without a name is the working folder */
        char *path = len > 0 ? text_format("%.*s/%s", (int)len, at, name)
                             : text_format("./%s", name);

        if (is_program(path))
            return path;
        free(path);
        at += len;
        at += *at == ':';
    }
    return NULL;
}

bool program_is_there(const char *name)
{
    char *path = program_path(name);
    const bool is_there = path != NULL;

    free(path);
    return is_there;
}

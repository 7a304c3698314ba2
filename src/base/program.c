#include "base/program.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool program_is_there(const char *name)
{
    const char *at = getenv("PATH");

    if (strchr(name, '/'))
        return access(name, X_OK) == 0;
    while (at && *at) {
        size_t len = strcspn(at, ":");
        char *path = text_format("%.*s/%s", (int)len, at, name);
        bool is_there = len > 0 && access(path, X_OK) == 0;

        free(path);
        if (is_there)
            return true;
        at += len;
        at += *at == ':';
    }
    return false;
}

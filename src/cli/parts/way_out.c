#include "cli/parts/way_out.h"

#include "trustsweep/error.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static bool ends_with(const char *text, int number)
{
    char end[128];
    size_t len = strlen(text);

    if (strerror_r(number, end, sizeof end) != 0)
        return false;
    return len >= strlen(end) && strcmp(text + len - strlen(end), end) == 0;
}

void way_out_add(struct error *err)
{
    static const struct {
        int number;
        const char *text;
    } ways[] = {
        { ENOSPC, "free space there, then run the same command again" },
        { EDQUOT,
          "free space there or have the quota raised, then run the same "
          "command again" },
        { EFBIG,
          "raise the limit on the size of files (ulimit -f), then run the same "
          "command again" },
    };

    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (ends_with(err->text, ways[i].number)) {
            struct error before = *err;

            (void)error_set(err,
                            before.code,
                            "%s; %s",
                            before.text,
                            ways[i].text);
            return;
        }
    }
}

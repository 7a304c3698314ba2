#include "base/secret_proxy.h"

#include "base/mem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_PART = 2 }; /* bytes; one letter stands everywhere */

/* Whether a run of letters and digits of the first `len` bytes is in `problem`. */
static bool has_part(const char *login, size_t len, const char *problem)
{
    bool has = false;

    for (size_t i = 0, begin = 0; i <= len && !has; i++) {
        if (i < len && isalnum((unsigned char)login[i]))
            continue;
        if (i - begin >= LEAST_PART) {
            char *part = mem_text_len(login + begin, i - begin);

            has = strstr(problem, part) != NULL;
            free(part);
        }
        begin = i + 1;
    }
    return has;
}

bool secret_proxy_is_told(const char *problem)
{
    static const char *const names[] = { "http_proxy",
                                         "https_proxy",
                                         "HTTPS_PROXY",
                                         "all_proxy",
                                         "ALL_PROXY" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        const char *scheme = value ? strstr(value, "://") : NULL;
        const char *login = scheme ? scheme + 3 : value;
        const char *at = login ? strrchr(login, '@') : NULL;

        if (at && has_part(login, (size_t)(at - login), problem))
            return true;
    }
    return strstr(problem, "proxy") || strstr(problem, "Proxy");
}

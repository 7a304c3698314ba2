#include "generate/parts/backend_args.h"

#include "base/options.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

int backend_args_parse(const char *args,
                       const struct option *table,
                       char **main,
                       void *out,
                       struct error *err)
{
    options_defaults(table, out);
    if (main) {
        struct text first = { 0 };

        args = backend_args_next(args, &first);
        if (first.len == 0) {
            text_release(&first);
            options_release(table, out);
            return error_set(err, ERR_USAGE, "a file or folder is missing");
        }
        *main = text_take(&first);
    }
    if (options_parse_args(table, args, out, err) == 0)
        return 0;
    options_release(table, out);
    if (main) {
        free(*main);
        *main = NULL;
    }
    return -1;
}

const char *backend_args_next(const char *args, struct text *out)
{
    for (; *args && *args != ','; args++) {
        if (args[0] == '\\' && args[1] == ',')
            args++;
        text_add_len(out, args, 1);
    }
    return *args ? args + 1 : args;
}

#include "cli/parts/exchange.h"

#include "cli/parts/command.h"

#include <string.h>

int exchange_check(const struct exchange *self,
                   const struct operands *words,
                   const char *output,
                   bool *is_export,
                   struct error *err)
{
    const char *way = words->names[0];
    const int num_files = words->num - self->num_shared;

    *is_export = strcmp(way, "export") == 0;
    if (!*is_export && strcmp(way, "import") != 0) {
        return error_set(err,
                         ERR_USAGE,
                         "'%s' is none of: export, import",
                         way);
    }
    if (*is_export && num_files > 0) {
        return error_set(err,
                         ERR_USAGE,
                         "'%s' is one argument too many: trustsweep %s",
                         words->names[self->num_shared],
                         self->export_form);
    }
    if (*is_export && !output) {
        return error_set(err,
                         ERR_USAGE,
                         "--output is missing: trustsweep %s",
                         self->export_form);
    }
    if (!*is_export && num_files == 0) {
        return error_set(err,
                         ERR_USAGE,
                         "the files to read are missing: trustsweep %s",
                         self->import_form);
    }
    if (!*is_export && output) {
        return error_set(err,
                         ERR_USAGE,
                         "--output goes with export%s",
                         self->hint ? self->hint : "");
    }
    return 0;
}

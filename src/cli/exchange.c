#include "cli/exchange.h"

#include "cli/command.h"

#include <string.h>

int exchange_check(const struct exchange *self,
                   const struct operands *words,
                   const char *out,
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
    if (*is_export && (!out || num_files > 0))
        return error_set(err, ERR_USAGE, "%s", self->export_form);
    if (!*is_export && num_files == 0)
        return error_set(err, ERR_USAGE, "%s", self->import_form);
    return 0;
}

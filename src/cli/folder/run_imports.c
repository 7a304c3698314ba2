#include "cli/folder/run_imports.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "gather/journal.h"

#include <stdlib.h>

struct imports {
    struct hash128 *units; /* [num] */
    size_t num, cap;
};

static int remember(void *context,
                    const struct record *record,
                    uint64_t place,
                    struct error *err)
{
    struct imports *self = context;

    (void)place;
    (void)err;
    self->units = mem_reserve(self->units,
                              &self->cap,
                              self->num + 1,
                              sizeof *self->units);
    self->units[self->num++] = record->reply.unit;
    return 0;
}

static int compare(const void *a, const void *b)
{
    return hash_compare(*(const struct hash128 *)a, *(const struct hash128 *)b);
}

/* A unit may have been imported more than once. */
static size_t count(struct imports *self)
{
    size_t num = 0;

    if (self->num > 0)
        qsort(self->units, self->num, sizeof *self->units, compare);
    for (size_t i = 0; i < self->num; i++)
        num += i == 0 || !hash_equal(self->units[i - 1], self->units[i]);
    return num;
}

int run_imports_count(const char *path, size_t *out, struct error *err)
{
    char *folder = path_join(path, "journal");
    struct imports imports = { 0 };
    struct journal_params params;
    int rc = 0;

    *out = 0;
    journal_params_defaults(&params);
    params.folder = folder;
    params.is_read_only = true;
    if (journal_is_there(folder)) {
        struct journal *journal =
            journal_open(&params, remember, &imports, err);

        rc = journal ? 0 : -1;
        journal_close(journal);
    }
    if (rc == 0)
        *out = count(&imports);
    free(imports.units);
    free(folder);
    return rc;
}

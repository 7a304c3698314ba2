#include "analysis/labels_of.h"

#include <stdlib.h>

int labels_of_open(struct labels_of *out,
                   const char *results,
                   const struct reader *reader,
                   struct error *err)
{
    char *path = labels_path(results);
    int rc;

    *out = (struct labels_of){ .is_there = false };
    rc = labels_read(&out->labels, path, err);
    free(path);
    if (rc < 0 || out->labels.num_units == 0)
        return rc;
    rc = validation_make(&out->validation, reader, &out->labels, err);
    if (rc < 0) {
        labels_release(&out->labels);
        return rc;
    }
    out->is_there = true;
    return 0;
}

void labels_of_close(struct labels_of *self)
{
    validation_release(&self->validation);
    labels_release(&self->labels);
}

const struct validation *labels_of_validation(const struct labels_of *self)
{
    return self->is_there ? &self->validation : NULL;
}

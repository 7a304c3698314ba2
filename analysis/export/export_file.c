#include "analysis/export/export_file.h"

#include "base/file.h"
#include "base/unfinished.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MUCH = 1024 * 1024 };

int export_file_open(struct export_file *out,
                     const char *folder,
                     const char *name,
                     struct error *err)
{
    char *path = path_join(folder, name);
    char *parent = path_folder(path);

    *out = (struct export_file){ .fd = -1, .path = path };
    out->temporary = unfinished_begin(path);
    if (file_make_folder(parent, err) == 0) {
        out->fd = open(out->temporary,
                       O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                       0666);
        if (out->fd < 0)
            (void)error_set_errno(err, errno, "cannot write %s", path);
    }
    free(parent);
    if (out->fd < 0) {
        free(out->path);
        unfinished_end(out->temporary);
        return -1;
    }
    return 0;
}

static int write_pending(struct export_file *self, struct error *err)
{
    if (file_put(self->fd, text_data(&self->pending), self->pending.len) < 0)
        return error_set_errno(err, errno, "cannot write %s", self->path);
    text_clear(&self->pending);
    return 0;
}

int export_file_flush(struct export_file *self, struct error *err)
{
    return self->pending.len < MUCH ? 0 : write_pending(self, err);
}

int export_file_close(struct export_file *self, bool is_good, struct error *err)
{
    int rc = is_good ? write_pending(self, err) : -1;

    if (close(self->fd) < 0 && rc == 0)
        rc = error_set_errno(err, errno, "cannot write %s", self->path);
    if (rc == 0 && rename(self->temporary, self->path) < 0)
        rc = error_set_errno(err, errno, "cannot write %s", self->path);
    if (rc < 0)
        (void)unlink(self->temporary);
    text_release(&self->pending);
    free(self->path);
    unfinished_end(self->temporary);
    return rc;
}

#include "store/writer_file.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/unfinished.h"
#include "store/digest.h"
#include "store/h5.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file is renamed over what stands at its path: that must not be a device
 * or a folder. */
static int check_path(const char *path, struct error *err)
{
    struct stat found;

    if (stat(path, &found) < 0 || S_ISREG(found.st_mode))
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "%s is no regular file; name one to be written",
                     path);
}

int writer_file_create(struct writer_file *out,
                       const char *path,
                       struct error *err)
{
    hid_t access;
    hid_t creation;

    *out = (struct writer_file){ .path = mem_text(path), .id = -1 };
    if (check_path(path, err) < 0)
        return -1;
    out->temporary = unfinished_begin(path);
    access = h5_access();
    creation = H5Pcreate(H5P_FILE_CREATE);
    (void)H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    (void)H5Pset_obj_track_times(creation, false);
    (void)unlink(out->temporary); /* of an earlier process with our id */
    out->id = H5Fcreate(out->temporary, H5F_ACC_EXCL, creation, access);
    (void)H5Pclose(creation);
    (void)H5Pclose(access);
    if (out->id < 0)
        return h5_fail(err, ERR_IO, "cannot write %s", path);
    return 0;
}

/* All that the file is to hold is then on the disk. */
static int seal(struct writer_file *self, char digest[65], struct error *err)
{
    if (digest_compute(self->id, digest, err) < 0)
        return -1;
    if (h5_put_text(self->id, "content_digest", digest) < 0
        || H5Fflush(self->id, H5F_SCOPE_GLOBAL) < 0)
        return h5_fail(err, ERR_IO, "content_digest");
    if (fsync(h5_descriptor(self->id)) < 0)
        return error_set_errno(err, errno, "its bytes do not reach the disk");
    return 0;
}

int writer_file_commit(struct writer_file *self,
                       char digest[65],
                       struct error *err)
{
    if (seal(self, digest, err) < 0)
        return error_wrap(err, "cannot write %s", self->path);
    if (H5Fclose(self->id) < 0)
        return h5_fail(err, ERR_IO, "cannot write %s", self->path);
    self->id = -1;
    if (rename(self->temporary, self->path) < 0)
        return error_set_errno(err, errno, "cannot write %s", self->path);
    unfinished_end(self->temporary);
    self->temporary = NULL;
    return file_sync_folder_of(self->path, err);
}

void writer_file_empty(struct writer_file *self)
{
    if (self->temporary)
        (void)unlink(self->temporary);
    if (self->id >= 0 && ftruncate(h5_descriptor(self->id), 0) < 0)
        errno = 0; /* closing tells */
}

void writer_file_release(struct writer_file *self)
{
    if (self->id >= 0) {
        (void)H5Fclose(self->id);
        (void)H5Eclear2(H5E_DEFAULT);
    }
    unfinished_end(self->temporary);
    free(self->path);
}

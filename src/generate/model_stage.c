#include "generate/model_stage.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/model_file.h"
#include "generate/model_parts.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PIECE = 4 * 1024 * 1024 };

static const int64_t spare_bytes = INT64_C(1) << 30;

static int check_room(const char *folder, int64_t size, struct error *err)
{
    struct statvfs info;

    if (statvfs(folder, &info) < 0) {
        return error_set_errno(err,
                               errno,
                               "cannot tell what is free in %s",
                               folder);
    }
    if ((double)info.f_bavail * (double)info.f_frsize
        < (double)(size + spare_bytes)) {
        return error_set(err,
                         ERR_IO,
                         "%s has no room for it and 1 GiB",
                         folder);
    }
    return 0;
}

/* 0, or an errno. */
static int copy_bytes(int from, int to, char sum[SHA256_TEXT])
{
    struct sha256 *hash = sha256_create();
    char *piece = mem_alloc(PIECE, 1);
    int number = 0;

    for (;;) {
        ssize_t num = read(from, piece, PIECE);

        if (num < 0 && errno == EINTR)
            continue;
        if (num < 0 || (num > 0 && file_put(to, piece, (size_t)num) < 0))
            number = errno;
        if (num <= 0 || number != 0)
            break;
        sha256_add(hash, piece, (size_t)num);
    }
    free(piece);
    sha256_end(hash, sum);
    return number;
}

/* Under another name first: what has the right name is whole, and on disk, as a
 * node that dies may come back with what it had.  Whoever is here has the lock,
 * so that the other name is nobody else's. */
static int copy(const char *path,
                const char *target,
                const char *wanted,
                struct error *err)
{
    char *part = text_format("%s.part", target);
    int from = open(path, O_RDONLY | O_CLOEXEC);
    int to = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char sum[SHA256_TEXT];
    int number = from < 0 || to < 0 ? errno : copy_bytes(from, to, sum);
    int rc = 0;

    if (from >= 0)
        (void)close(from);
    if (to >= 0 && number == 0 && fsync(to) < 0)
        number = errno;
    if (to >= 0 && close(to) < 0 && number == 0)
        number = errno;
    if (number != 0) {
        rc = error_set_errno(err, number, "cannot write %s", part);
    } else if (strcmp(sum, wanted) != 0) {
        rc = error_set(err, ERR_IO, "the copy has another checksum");
    } else if (rename(part, target) < 0) {
        rc = error_set_errno(err, errno, "cannot write %s", target);
    }
    if (rc < 0)
        (void)unlink(part);
    free(part);
    return rc;
}

/* With a lock on the folder's own file of that name: one rank copies. */
static int copy_once(const char *path,
                     const char *target,
                     const char *sum,
                     struct error *err)
{
    char *name = text_format("%s.lock", target);
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int rc = 0;

    if (fd < 0)
        rc = error_set_errno(err, errno, "cannot write %s", name);
    while (rc == 0 && fcntl(fd, F_SETLKW, &lock) < 0) {
        if (errno != EINTR)
            rc = error_set_errno(err, errno, "cannot lock %s", name);
    }
    if (rc == 0 && file_size(target) != file_size(path))
        rc = copy(path, target, sum, err);
    if (fd >= 0)
        (void)close(fd);
    free(name);
    return rc;
}

/* Those of `list` that are not there yet. */
static int64_t missing_bytes(const struct name_list *list,
                             const struct name_list *targets)
{
    int64_t missing = 0;

    for (size_t i = 0; i < list->num; i++) {
        const int64_t size = file_size(list->names[i]);

        missing += file_size(targets->names[i]) == size ? 0 : size;
    }
    return missing;
}

/* FOLDER/SUM.gguf; of several files FOLDER/SUM/NAME, as they are looked for by
 * their names. */
static int choose_targets(const struct name_list *list,
                          const char *folder,
                          const char *sum,
                          struct name_list *out,
                          struct error *err)
{
    char *place = path_join(folder, sum);
    int rc = list->num > 1 ? file_make_folder(place, err) : 0;

    out->names = mem_alloc(list->num, sizeof *out->names);
    for (size_t i = 0; i < list->num && rc == 0; i++) {
        out->names[out->num++] =
            list->num > 1 ? path_join(place, path_name(list->names[i]))
                          : text_format("%s.gguf", place);
    }
    free(place);
    return rc;
}

static int copy_all(const struct name_list *list,
                    const struct name_list *targets,
                    const char *folder,
                    struct error *err)
{
    char identity[SHA256_TEXT + 16];
    const int64_t missing = missing_bytes(list, targets);
    int rc = missing > 0 ? check_room(folder, missing, err) : 0;

    for (size_t i = 0; i < list->num && rc == 0; i++) {
        rc =
            model_file_identify(list->names[i], identity, sizeof identity, err);
        if (rc == 0) {
            rc = copy_once(list->names[i],
                           targets->names[i],
                           strchr(identity, ':') + 1,
                           err);
        }
    }
    return rc;
}

static char *try_it(const char *path, const char *folder, struct error *err)
{
    struct name_list list = { 0 };
    struct name_list targets = { 0 };
    char identity[SHA256_TEXT + 16];
    char *staged = NULL;

    if (file_make_folder(folder, err) == 0
        && model_parts_list(path, &list, err) == 0
        && model_parts_identify(path, identity, sizeof identity, NULL, err) == 0
        && choose_targets(&list,
                          folder,
                          strchr(identity, ':') + 1,
                          &targets,
                          err)
               == 0
        && copy_all(&list, &targets, folder, err) == 0)
        staged = mem_text(targets.names[0]);
    name_list_release(&list);
    name_list_release(&targets);
    return staged;
}

char *model_stage(const char *path)
{
    const char *folder = getenv("TRUSTSWEEP_SCRATCH");
    struct error err = { 0 };
    char *staged;

    if (!folder || !*folder)
        return mem_text(path);
    staged = try_it(path, folder, &err);
    if (staged)
        return staged;
    fprintf(stderr, "%s: not copied to the node: %s\n", path, err.text);
    return mem_text(path);
}

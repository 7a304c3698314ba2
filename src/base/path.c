#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PATH = 1 << 16 }; /* longer than any system allows */

char *path_join(const char *folder, const char *name)
{
    if (name[0] == '/' || folder[0] == '\0') {
        return mem_text(name);
    }
    return text_format("%s%s%s",
                       folder,
                       text_ends(folder, "/") ? "" : "/",
                       name);
}

const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

char *path_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash) {
        return mem_text(".");
    }
    while (slash > path && slash[-1] == '/') {
        slash--;
    }
    return slash == path ? mem_text("/")
                         : mem_text_len(path, (size_t)(slash - path));
}

char *path_stem(const char *path)
{
    const char *name = path_name(path);
    const char *dot = strrchr(name, '.');

    /* ".profile" is a name, not an extension. */
    if (!dot || dot == name) {
        return mem_text(name);
    }
    return mem_text_len(name, (size_t)(dot - name));
}

char *path_temporary(const char *name)
{
    const char *folder = getenv("TMPDIR");

    return text_format("%s/trustsweep-%s.XXXXXX",
                       folder && *folder ? folder : "/tmp",
                       name);
}

char *path_beside(const char *path, const char *end)
{
    char *folder = path_folder(path);
    char *stem = path_stem(path);
    char *name = text_format("%s.%s", stem, end);
    char *out = path_join(folder, name);

    free(name);
    free(stem);
    free(folder);
    return out;
}

static char *working_folder(struct error *err)
{
    size_t size = 256;
    char *folder = mem_alloc(size, 1);

    while (!getcwd(folder, size)) {
        if (errno != ERANGE || size >= MAX_PATH) {
            (void)error_set_errno(err,
                                  errno,
                                  "cannot tell the working directory");
            free(folder);
            return NULL;
        }
        size *= 2;
        folder = mem_resize(folder, size, 1);
    }
    return folder;
}

char *path_absolute(const char *path, struct error *err)
{
    if (path[0] == '/') {
        return mem_text(path);
    }
    char *folder = working_folder(err);
    if (!folder) {
        return NULL;
    }
    while (text_starts(path, "./")) {
        path += 2;
        path += strspn(path, "/");
    }
    if (path[0] == '\0' || strcmp(path, ".") == 0) {
        return folder;
    }
    char *out = path_join(folder, path);
    free(folder);
    return out;
}

static const char self_link[] = "/proc/self/exe";

/* What the link says: of a file that is gone the kernel adds " (deleted)". */
static char *read_self(struct error *err)
{
    size_t size = 256;

    for (;;) {
        char *path = mem_alloc(size, 1);
        ssize_t len = readlink(self_link, path, size - 1);
        if (len >= 0 && (size_t)len < size - 1) {
            return path;
        }
        free(path);
        if (len < 0 || size >= MAX_PATH) {
            (void)error_set_errno(err,
                                  len < 0 ? errno : ENAMETOOLONG,
                                  "cannot read the link %s",
                                  self_link);
            return NULL;
        }
        size *= 2;
    }
}

char *path_self(struct error *err)
{
    static const char gone[] = " (deleted)";
    char *path = read_self(err);

    if (!path || !text_ends(path, gone) || file_exists(path)) {
        return path;
    }
    path[strlen(path) - strlen(gone)] = '\0';
    if (file_exists(path)) {
        return path;
    }
    (void)error_set(err,
                    ERR_IO,
                    "%s was removed since this began: put it there, then run "
                    "again",
                    path);
    free(path);
    return NULL;
}

char *path_running(void)
{
    char *path = path_self(NULL);
    struct stat there;
    struct stat own;

    /* the link leads to the file itself, whatever became of its name; a name
     * is what ps shows */
    if (path && stat(path, &there) == 0 && stat(self_link, &own) == 0
        && there.st_dev == own.st_dev && there.st_ino == own.st_ino) {
        return path;
    }
    free(path);
    return mem_text(self_link);
}

/* ../share/trustsweep beside the program, or NULL. */
static char *share_folder(struct error *err)
{
    char *self = read_self(err);

    if (!self) {
        return NULL;
    }
    char *bin = path_folder(self);
    char *prefix = path_folder(bin);
    char *out = path_join(prefix, "share/trustsweep");
    free(prefix);
    free(bin);
    free(self);
    return out;
}

char *path_share(const char *name, struct error *err)
{
    const char *given = getenv("TRUSTSWEEP_SHARE");
    char *first = NULL;
    char *second = NULL;
    char *folder = NULL;
    char *out = NULL;

    if (given && given[0] != '\0') {
        first = path_join(given, name);
        if (file_exists(first)) {
            out = first;
            first = NULL;
            goto out;
        }
    }
    folder = share_folder(err);
    if (!folder) {
        goto out;
    }
    second = path_join(folder, name);
    if (file_exists(second)) {
        out = second;
        second = NULL;
        goto out;
    }
    (void)error_set(err,
                    ERR_IO,
                    "%s not found: tried %s%s%s",
                    name,
                    first ? first : "$TRUSTSWEEP_SHARE (not set)",
                    first ? " ($TRUSTSWEEP_SHARE) and " : " and ",
                    second);
out:
    free(folder);
    free(second);
    free(first);
    return out;
}

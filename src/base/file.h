/*
 * file.h - files and paths, with errors that name them.
 */
#ifndef FILE_H
#define FILE_H

#include "base/name_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct text;

/* Whole file into `out` (appended); .gz content is inflated when the first two
 * bytes say gzip.  ERR_IO, or ERR_FORMAT when over `max_bytes` or torn gzip. */
int file_read(const char *path,
              size_t max_bytes,
              struct text *out,
              struct error *err);

/* The same of a regular file only, for names that others may have given to
 * something else: ERR_FORMAT for a pipe, which would be waited for, a device or
 * a folder. */
int file_read_regular(const char *path,
                      size_t max_bytes,
                      struct text *out,
                      struct error *err);

/* All of it into an open file or pipe, however many write() calls that takes;
 * -1 with errno. */
int file_put(int fd, const void *bytes, size_t len);

/* Write to a temporary name beside it, sync, rename, sync the folder. */
int file_write(const char *path,
               const void *bytes,
               size_t len,
               struct error *err);

/* A rename is on the disk only once the file's folder is.  ERR_IO. */
int file_sync_folder_of(const char *path, struct error *err);

/*
 * Open a file of a folder that may come from elsewhere, made with mode 0600 where
 * it is not there: a symbolic link, which may lead to anything, is not followed.
 *
 * flags    as open() has them, O_APPEND and what else is wanted
 * returns  a descriptor, -1
 * errors   ERR_IO
 */
int file_open_here(const char *path, int flags, struct error *err);

/* Whether `name` is what file_write() calls a file `of` until it is whole. */
bool file_is_unfinished(const char *name, const char *of);

bool file_exists(const char *path); /* anything of that name */

/* Whether both names lead to one file that is there. */
bool file_is_same(const char *path, const char *other);

/*
 * Whether a file can be made there, asked before the work that it is to hold:
 * its folder is there and may be written, and at the path is nothing or a
 * regular file.
 *
 * errors  ERR_IO, ERR_USAGE
 */
int file_can_make(const char *path, struct error *err);

/*
 * Whether a file may be written there: it can be made, and nothing is there or
 * a file that begins as the new one will, so that only one of its own kind is
 * written over.
 *
 * kind    of the file, for the error: "results file"
 * begins  its first bytes, at most 16
 * errors  ERR_IO, ERR_USAGE
 */
int file_may_write(const char *path,
                   const char *kind,
                   const char *begins,
                   struct error *err);
bool file_is_folder(const char *path);
int64_t file_size(const char *path); /* -1 when it cannot be told */

/* Like mkdir -p with mode 0700 for what is created. */
int file_make_folder(const char *path, struct error *err);

/* Names in a folder but . and .., sorted by bytes; name_list_release(). */
int file_list(const char *path, struct name_list *out, struct error *err);

/* Paths; each result is the caller's to free(). */
char *path_join(const char *folder,
                const char *name);   /* name may be absolute */
char *path_folder(const char *path); /* "." when there is none */
char *path_stem(const char *path);   /* file name without its last extension */

/* "DIR/NAME.END" of "DIR/NAME.h5". */
char *path_beside(const char *path, const char *end);
/* "$TMPDIR/trustsweep-NAME.XXXXXX" for unfinished_file(); else in /tmp. */
char *path_temporary(const char *name);
char *path_absolute(const char *path, struct error *err);
const char *path_name(const char *path); /* part after the last '/'; borrowed */

/* This program's own file, by its name, for others to start it: another one where
 * it was replaced since, so that a night goes on.  free(); ERR_IO where none is
 * there. */
char *path_self(struct error *err);
/* For exec() in this process or a child of it: the program that runs, also when
 * its file was replaced since.  free(). */
char *path_running(void);

/*
 * A file of the installation, such as "datasets/trustllm.json": looked for
 * under $TRUSTSWEEP_SHARE, then ../share/trustsweep beside the program.
 * free(); ERR_IO names the places tried.
 */
char *path_share(const char *name, struct error *err);

#endif

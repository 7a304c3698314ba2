/*
 * export_file.h - a file that is written piece by piece and appears whole.
 */
#ifndef EXPORT_FILE_H
#define EXPORT_FILE_H

#include "base/text.h"

#include <stdbool.h>

struct error;

struct export_file {
    struct text pending; /* add to it; export_file_flush() writes it */
    char *path, *temporary;
    int fd;
};

/* Makes the folders on the way.  ERR_IO. */
int export_file_open(struct export_file *out,
                     const char *folder,
                     const char *name,
                     struct error *err);

/* Write what is pending when it is much. */
int export_file_flush(struct export_file *self, struct error *err);

/* Write the rest and give the file its name; closes it in any case.  With
 * `is_good` false it is removed and -1 given. */
int export_file_close(struct export_file *self,
                      bool is_good,
                      struct error *err);

#endif

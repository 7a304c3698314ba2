/*
 * choice_csv.h - rows of a comma-separated file (RFC 4180): fields may stand in
 * quotes, with commas, doubled quotes and line ends in them.  A quote inside a
 * field that does not begin with one is a character as any other.
 */
#ifndef CHOICE_CSV_H
#define CHOICE_CSV_H

#include <stddef.h>

struct error;

enum { CHOICE_CSV_FIELDS = 16, CHOICE_CSV_FIELD_BYTES = 64 * 1024 };

struct choice_csv_row {
    char *fields[CHOICE_CSV_FIELDS]; /* [num_fields]; UTF-8 */
    size_t num_fields;
    size_t line; /* where it begins, from 1 */
};

struct choice_csv {
    const char *path; /* for errors */
    const char *bytes;
    size_t len;
    size_t at;
    size_t line; /* of `at` */
};

/* `bytes` is borrowed until the last row. */
void choice_csv_init(struct choice_csv *self,
                     const char *path,
                     const char *bytes,
                     size_t len);

/*
 * The next row that is not empty.
 *
 * out      to be given to choice_csv_release(), also after a failure
 * returns  1, 0 at the end, -1
 * errors   ERR_FORMAT with file and line: a quote that is not closed, text
 *          behind a closing quote, too many fields, one too long, no UTF-8
 */
int choice_csv_next(struct choice_csv *self,
                    struct choice_csv_row *out,
                    struct error *err);
void choice_csv_release(struct choice_csv_row *row);

#endif

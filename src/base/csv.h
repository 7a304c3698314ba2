/*
 * csv.h - rows of comma-separated text (RFC 4180): cells may stand in quotes,
 * with separators, doubled quotes and line ends in them.
 *
 * A quote inside a cell that does not begin with one is a character as any
 * other.  Our own, as Debian's libcsv does not say where a cell stands.
 */
#ifndef CSV_H
#define CSV_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct csv_format {
    char separator;
    char comment;       /* a line that begins with it is passed over; 0: none */
    bool cr_ends_row;   /* also one without a line feed behind it */
    bool blanks_around; /* spaces and tabs may stand around a cell's quotes */
    size_t max_cells;   /* of a row */
    size_t max_bytes;   /* of a cell; 0: as many as there are */
};

struct csv_cell {
    const char *text; /* [len], and a NUL; may hold NULs */
    size_t len;
    size_t number;       /* in its row, from 1 */
    size_t line, column; /* where it begins, from 1; columns are bytes */
    bool is_quoted;
};

enum csv_fault_kind {
    CSV_NOT_CLOSED = 1, /* a quote */
    CSV_TEXT_BEHIND,    /* a closing quote */
    CSV_TOO_MANY,       /* cells in the row */
    CSV_TOO_LONG,       /* a cell */
};

struct csv_fault {
    enum csv_fault_kind kind;
    struct csv_cell cell; /* the bad one, without its text */
    size_t line, column;  /* where it was seen */
};

/* Made by csv_init(). */
struct csv {
    struct csv_cell *cells; /* [num] of the row, until the next call */
    size_t num;
    struct csv_fault fault;

    /* of csv.c only */
    struct csv_format format;
    const char *at, *end;
    size_t line, column; /* of `at` */
    size_t cap;
    struct text text; /* of all cells, each with its NUL */
};

/* `bytes` is borrowed until the last row; a byte-order mark is passed over. */
void csv_init(struct csv *self,
              const struct csv_format *format,
              const char *bytes,
              size_t len);
void csv_release(struct csv *self);

/*
 * The next row; one without a character has one empty cell.
 *
 * returns  1, 0 at the end, -1: see `fault`; `cells` has those before it
 */
int csv_next(struct csv *self);

/* The row read last has no character, not even quotes. */
bool csv_is_empty_row(const struct csv *self);

#endif

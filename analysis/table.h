/*
 * table.h - a table for people and for spreadsheets: cells are put in row by
 * row, and written as text to a width, or as CSV with all digits.
 */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct table;
struct text;

enum table_kind {
    TABLE_TEXT = 1,
    TABLE_NUMBER,   /* right-aligned */
    TABLE_INTERVAL, /* "value [low, high]"; three columns of CSV */
    TABLE_LINE,     /* text that takes what is left of the width */
};

/* title: one line; note: what its columns mean; may be NULL.  Both copied. */
struct table *table_create(const char *title, const char *note);
void table_destroy(struct table *self); /* accepts NULL */

/* Columns first.  decimals: of numbers as text. */
void table_column(struct table *self,
                  const char *name,
                  enum table_kind kind,
                  int decimals);

/* The next cell; NaN is shown as "-", and left empty in CSV. */
void table_text(struct table *self, const char *text);
void table_number(struct table *self, double number);
void table_interval(struct table *self, double value, double low, double high);
/* A value without an interval, and why, for people: "0.80 (4 models)". */
void table_no_interval(struct table *self, double value, const char *why);

size_t table_num_rows(const struct table *self);

struct table_style {
    int width;    /* of the terminal; columns that do not fit wrap below */
    bool is_bold; /* the title, with a terminal's codes */
};

void table_write(const struct table *self,
                 const struct table_style *style,
                 struct text *out);

/* RFC 4180, with a header line. */
void table_csv(const struct table *self, struct text *out);

#endif

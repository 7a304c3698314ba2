/*
 * journal_check.h - whether a journal is whole, and what of it is not.
 *
 * Changes nothing.  Unlike an opening it goes on behind what is damaged.
 */
#ifndef JOURNAL_CHECK_H
#define JOURNAL_CHECK_H

#include <stdbool.h>
#include <stdint.h>

struct journal_report {
    uint32_t num_files;
    uint64_t num_bytes;
    uint64_t num_records;    /* whole ones */
    uint64_t num_superseded; /* of these, that do not count any more */
    uint64_t torn_bytes;     /* at the end; the next opening cuts them */
    uint64_t num_left_over;  /* files of a rewriting that was cut short */
    bool is_damaged;         /* and no opening will do */
};

/* Told of everything that is damaged, one sentence each. */
typedef void (*journal_check_fn)(void *context, const char *text);

/* job: whose journal it must be; NULL = any.  say: may be NULL. */
void journal_check(const char *folder,
                   const char *job,
                   journal_check_fn say,
                   void *context,
                   struct journal_report *out);

#endif

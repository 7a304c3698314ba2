/*
 * book.h - what became of every unit: who has it, how often it was tried,
 * whether its record is in the sink and whether that is on disk.
 *
 * The only code that appends to the sink; it does so once per unit.
 */
#ifndef BOOK_H
#define BOOK_H

#include "dispatch/coordinator.h"

struct failure;

struct book_params {
    struct work work;
    struct sink sink;
    struct schedule *schedule; /* borrowed */
    int max_attempts;
    int backoff_ms;
};

/* Sums for the progress line. */
struct book_totals {
    size_t num_done;        /* on disk, earlier runs included */
    size_t num_before;      /* of these, from an earlier run */
    size_t num_left_out;    /* apart from these: have no record */
    size_t num_failed;      /* earlier runs included */
    size_t num_overlong;    /* since the start: longer than a context */
    size_t num_quarantined; /* in this run, for the workers they cost */
    size_t num_retries;
    uint64_t reply_tokens, prompt_tokens;
};

enum book_taken {
    BOOK_BROKEN = -1, /* the sink failed */
    BOOK_UNKNOWN = 0, /* no unit of this run */
    BOOK_RECORDED,    /* new, and appended */
    BOOK_PENDING,     /* appended earlier, the disk is still busy with it */
    BOOK_ON_DISK,     /* a copy of what is safe, or left out: acknowledge it */
};

struct book;
struct book *book_create(const struct book_params *params);
void book_destroy(struct book *self);

/* There are `num_units` now. */
void book_grow(struct book *self, size_t num_units);

/* A unit goes to a worker under this epoch. */
void book_lease(struct book *self, size_t unit, int rank, uint32_t epoch);
bool book_is_leased(const struct book *self, size_t unit, uint32_t epoch);
/* Who has it under which epoch; false when nobody has. */
bool book_lease_of(const struct book *self,
                   size_t unit,
                   int *rank,
                   uint32_t *epoch);
/* Who has it, or whose record was taken; 0 = neither in this run. */
int book_rank(const struct book *self, size_t unit);
uint32_t book_attempt(const struct book *self, size_t unit); /* next, from 1 */
bool book_alone(const struct book *self, size_t unit);

/* A record from `rank`, who is told when it is on disk. */
enum book_taken book_take(struct book *self,
                          size_t unit,
                          int rank,
                          const struct record *record,
                          struct error *err);

/* The unit failed under the lease it has: try again later, or record it. */
int book_fail(struct book *self,
              size_t unit,
              const struct failure *failure,
              struct error *err);

/* Its worker is lost.  was_alone: with nothing but this unit in its backend, so
 * that it may be to blame; after some such losses it is recorded as failed. */
int book_lost(struct book *self,
              size_t unit,
              bool was_alone,
              struct error *err);

/* No worker is left.  Record as failed whatever a worker was lost with alone
 * and another one before it (where nothing was done, the one will do), so that
 * the next run is not lost to it again.  How many, or -1. */
int book_quarantine(struct book *self, struct error *err);

/* It went back without having been tried. */
void book_untried(struct book *self, size_t unit);

/* Record it as failed though it was not tried: its model cannot be loaded. */
int book_give_up(struct book *self,
                 size_t unit,
                 const char *why,
                 struct error *err);

/* Calls `ack` for every record that came to be on disk since the last call;
 * rank 0 means that nobody waits.  How many units, or -1. */
typedef void (*book_ack_fn)(void *context, int rank, struct hash128 unit);
int book_sync(struct book *self,
              book_ack_fn ack,
              void *context,
              struct error *err);

bool book_is_settled(const struct book *self); /* nothing waits for the disk */
const struct book_totals *book_totals(const struct book *self);

#endif

/*
 * journal_index.h - which record of a unit counts.  Private to gather/.
 *
 * The first one that is no failure; before there is one, the last failure.  So
 * a failed unit that was tried again is answered by the later record, and a
 * copy changes nothing.
 */
#ifndef JOURNAL_INDEX_H
#define JOURNAL_INDEX_H

#include <stdint.h>

struct journal_index;
struct record;

struct journal_index *journal_index_create(void);
void journal_index_destroy(struct journal_index *self);

/*
 * Take note of a record.
 *
 * returns  the place of the record that does not count any more: that of an
 *          earlier one, or `place` itself; 0 = it is the first of its unit
 */
uint64_t journal_index_add(struct journal_index *self,
                           const struct record *record,
                           uint64_t place);

/* The place of the record that counts for this one's unit; 0 = none. */
uint64_t journal_index_find(const struct journal_index *self,
                            const struct record *record);

#endif

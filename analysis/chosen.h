/*
 * chosen.h - the columns of the tasks that a job asked for (--only): the others
 * have no items, and nobody wants to read so.
 */
#ifndef CHOSEN_H
#define CHOSEN_H

#include <stdbool.h>

struct cJSON;
struct reader;
struct reader_column;

struct chosen {
    struct cJSON *job; /* of the provenance; NULL: no word of it */
};

void chosen_read(struct chosen *out, const struct reader *reader);
bool chosen_has(const struct chosen *self, const struct reader_column *column);
/* Whether a ranked column is among them. */
bool chosen_ranks(const struct chosen *self, const struct reader *reader);
void chosen_release(struct chosen *self);

#endif

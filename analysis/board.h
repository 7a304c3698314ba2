/*
 * board.h - the first table: columns by dimension, a model a column.
 */
#ifndef BOARD_H
#define BOARD_H

#include "trustsweep/verdict.h"

#include <stdbool.h>
#include <stddef.h>

struct cJSON;
struct reader;
struct reader_column;
struct reader_score;
struct role_wait;
struct text;
struct validation;

struct board_params {
    enum profile profile;
    bool only_ranked; /* else parts too, below their column; where the job asked
                       * for no ranked column all are shown */
    int width;        /* of the terminal; models that do not fit wrap below */
    const struct validation *validation; /* labels of people; NULL: none */
};

/* For people: value, 95 % interval, count, whose labels, grouped by dimension;
 * below it the interval within the clusters; a cell without a value says why.
 */
void board_write(const struct reader *reader,
                 const struct board_params *params,
                 struct text *out);

/* What a reason ends with where a part of a column (a class, a source) has no
 * answer that counts. */
#define BOARD_FEW "too few left"

/* What it says where a role of the run has not answered yet. */
#define BOARD_WAIT "wait for"

/* Why nothing was measured, in a few words.  wait: of the file; NULL where nothing
 * is known of the answers of roles. */
void board_reason(struct text *out,
                  const struct role_wait *wait,
                  const struct reader_column *column,
                  const struct reader_score *score);

/* How many items of a value are without a reply: "10 failed, 2 missing"; nothing
 * where none is, nor where their lack is why there is no value. */
void board_lack(struct text *out, const struct reader_score *score);

/* Whether a column under a profile says beside its value what labels of people
 * make of it: rates of refusals, under `corrected`.  The published rule is what
 * it is, whatever people say. */
bool board_wants_labels(const struct reader_column *column,
                        enum profile profile);

/* What is said of a cell of such a column: the rate put right by labels, or
 * that nobody validated it; "" where it has no value. */
void board_labels(struct text *out,
                  const struct reader *reader,
                  const struct validation *validation,
                  size_t model,
                  size_t column);

/* For programs: adds "content_digest", "models", "columns", "scores". */
void board_json_add(struct cJSON *root,
                    const struct reader *reader,
                    const struct validation *validation);

/* Its parts, for other documents. */
void board_json_models(struct cJSON *root, const struct reader *reader);
struct cJSON *board_json_column(const struct reader_column *column);

#endif

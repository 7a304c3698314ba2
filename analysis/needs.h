/*
 * needs.h - which roles an unjudged item of a column waits for.
 */
#ifndef NEEDS_H
#define NEEDS_H

struct reader_column;
struct reader_score;

/*
 * The roles that a cell lacks, as a column names them ("refusal, toxicity"); ""
 * where it needs none.  Roles are asked in that order: where a part of the items
 * is judged, only the last one can be lacking.
 *
 * returns  borrowed of the column
 */
const char *needs_lacking(const struct reader_column *column,
                          const struct reader_score *score);

#endif

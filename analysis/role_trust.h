/*
 * role_trust.h - answers of roles that nothing could be made of: from what a
 * results file keeps of them in its provenance.
 */
#ifndef ROLE_TRUST_H
#define ROLE_TRUST_H

struct reader;
struct reader_column;
struct text;

#define ROLE_TRUST_NAME "unreadable" /* in the provenance */

/* Below the values: "refusal: 4 of 4 answers unreadable, for example '...'", a
 * line for each role; nothing where all were readable. */
void role_trust_note(struct text *out, const struct reader *reader);

/* The role of those that a column needs that gave such answers; NULL: none did.
 * free() */
char *role_trust_unread(const struct reader *reader,
                        const struct reader_column *column);

#endif

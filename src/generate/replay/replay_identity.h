/*
 * replay_identity.h - what determines the replies of recorded answers: a hash
 * of what they say, whatever files they are in and in which order.
 */
#ifndef REPLAY_IDENTITY_H
#define REPLAY_IDENTITY_H

struct backend_facts;
struct error;
struct replay_folders;
struct replay_tape;

/*
 * Set `can`, and `identity` to that of the answers without an item; files of
 * tasks are found, not read.
 *
 * errors  ERR_USAGE when nothing is recorded there; ERR_IO; ERR_FORMAT of an
 *         answers.jsonl
 */
int replay_facts(const struct replay_folders *folders,
                 struct backend_facts *out,
                 struct error *err);

/* Of the answers on one or two tapes (`other` may be NULL); BACKEND_IDENTITY
 * bytes.  A tape whose files do not all read is known by their bytes.
 * errors  ERR_IO */
int replay_identity(const struct replay_folders *folders,
                    const struct replay_tape *tape,
                    const struct replay_tape *other,
                    char *out,
                    struct error *err);

#endif

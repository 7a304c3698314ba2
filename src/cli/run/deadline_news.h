/*
 * deadline_news.h - rank 0 says when a run of checkpoints comes to end after its
 * deadline: when that is foreseen, when it no longer is, and when the deadline
 * passes.
 */
#ifndef DEADLINE_NEWS_H
#define DEADLINE_NEWS_H

#include <stdbool.h>
#include <stdint.h>

struct coordinator_view;

struct deadline_news {
    int64_t at_s;       /* Unix time; 0 = none */
    int64_t doubted_ms; /* since when the ETA says other than was said; 0 =
                            it does not */
    bool is_foreseen;   /* that it will be late; and said */
    bool has_passed;    /* and that was said */
};

enum deadline_news_kind {
    DEADLINE_NO_NEWS,
    DEADLINE_FORESEEN,
    DEADLINE_NO_LONGER, /* foreseen */
    DEADLINE_PASSED
};

/*
 * What is new, each once until the other is.  What rests on guesses alone foresees
 * nothing, and the ETA of the first answers is hardly more: it has to say the same
 * for a while.
 *
 * now_ms  Unix time
 */
enum deadline_news_kind deadline_news_judge(struct deadline_news *self,
                                            const struct coordinator_view *view,
                                            int64_t now_ms);

/* Now and then while the run goes on: the same, as it is, in the log. */
void deadline_news_tell(struct deadline_news *self,
                        const struct coordinator_view *view);

#endif

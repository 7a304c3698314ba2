/*
 * sim_reply.h - a reply made up from the seed of its unit, or from the text that
 * is asked about: the same on any rank.
 */
#ifndef SIM_REPLY_H
#define SIM_REPLY_H

#include <stdint.h>

struct reply;
struct request;

struct sim_reply_rule {
    double tokens; /* of a text: the median */
    double spread; /* of the log-normal number of them; 0 = all equal */
    int64_t seed;  /* another one is another model */
    char *answer;  /* every text is this one; or NULL */
};

/*
 * A text in words that evaluators look for; of choices a log-likelihood each, of
 * a text to classify a number between 0 and 1, of one to embed a vector.
 *
 * out  filled but for its times, reply_release()
 */
void sim_reply_make(const struct sim_reply_rule *self,
                    const struct request *request,
                    struct reply *out);

#endif

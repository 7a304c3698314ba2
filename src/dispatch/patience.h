/*
 * patience.h - for how long a backend that has work may answer nothing before
 * it is taken to be stuck: by what this worker has measured of this model.
 */
#ifndef PATIENCE_H
#define PATIENCE_H

#include <stdint.h>

struct reply;
struct request;

enum { PATIENCE_LEAST_MS = 60 * 1000 };

struct patience {
    uint32_t model; /* that the rest is about */
    uint32_t num_replies;
    double seconds; /* from submit to reply, of late; with */
    double tokens;  /* so many read and written in them */
};

void patience_init(struct patience *self);

/* A reply of `model` came, `seconds` after the backend got the request. */
void patience_learn(struct patience *self,
                    uint32_t model,
                    const struct request *request,
                    const struct reply *reply,
                    double seconds);

/* How long that request should take at most, from submit to reply: all the
 * tokens it may have, at the speed that was measured.  0 = not known yet. */
double patience_expects_s(const struct patience *self,
                          uint32_t model,
                          const struct request *request);

/*
 * The limit where the longest request in hand is expected to take so long:
 * twenty times that, but PATIENCE_LEAST_MS at least, `usual_ms` at most, and
 * also where nothing is known; twice what is expected in any case.
 */
int patience_limit_ms(double expected_s, int usual_ms);

#endif

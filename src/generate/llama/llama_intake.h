/*
 * llama_intake.h - requests on their way into the sequences of a model.
 *
 * Each is made a prompt and gets a sequence, with more memory for all where it
 * needs that, or an answer at once: it does not fit.
 */
#ifndef LLAMA_INTAKE_H
#define LLAMA_INTAKE_H

#include "base/hash.h"
#include "generate/llama/llama_engine.h"
#include "generate/llama/llama_prompt.h"
#include "generate/parts/ready.h"

struct error;
struct llama_shared_batch;
struct request;

struct llama_intake {
    struct llama_engine engine;
    struct llama_shared_batch *batch; /* NULL: its memory is lost */
    struct ready ready;               /* answers */
    struct llama_prompt waiting;      /* of a request that is to come again */
    struct hash128 waiting_unit;      /* its unit, while there is a text */
};

/*
 * errors  ERR_TRANSIENT: when others are answered; ERR_PERMANENT: never, as the
 *         template refuses it or the model does other work
 */
int llama_intake_take(struct llama_intake *self,
                      const struct request *request,
                      struct error *err);

#endif

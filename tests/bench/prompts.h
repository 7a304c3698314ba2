/*
 * prompts.h - for benches: the prompts of a job's first model as it reads them.
 */
#ifndef BENCH_PROMPTS_H
#define BENCH_PROMPTS_H

#include "base/mem.h"
#include "base/text.h"
#include "cli/sweep/sweep.h"
#include "generate/llama/llama_engine.h"
#include "generate/llama/llama_file.h"
#include "generate/llama/llama_prompt.h"
#include "generate/llama/llama_settings.h"
#include "generate/parts/backend_args.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <stdlib.h>
#include <string.h>

struct bench_prompts {
    struct llama_prompt *prompts; /* [num], by unit */
    int32_t *max_tokens;          /* [num] that a reply may have */
    size_t num;
    uint64_t num_tokens;
};

static inline void bench_prompts_release(struct bench_prompts *self)
{
    for (size_t i = 0; i < self->num; i++)
        llama_prompt_release(&self->prompts[i]);
    free(self->prompts);
    free(self->max_tokens);
}

static inline int bench_prompts_make(struct bench_prompts *self,
                                     const struct sweep *sweep,
                                     struct error *err)
{
    char automatic[] = "auto";
    struct llama_settings settings = { .parallel = 1,
                                       .flash_attention = automatic };
    struct llama_engine engine = { 0 };
    struct llama_file file;
    struct text path = { 0 };
    const char *spec = strchr(sweep->specs[0], ':');
    int rc;

    settings.batch = 32;
    (void)backend_args_next(spec ? spec + 1 : "", &path);
    rc = llama_file_read(text_data(&path), &file, err);
    if (rc == 0) {
        rc = llama_engine_load_vocabulary(&engine,
                                          text_data(&path),
                                          &file,
                                          &settings,
                                          err);
    }
    self->num = sweep->plan->num_items * sweep->plan->params.num_repeats;
    self->prompts = mem_alloc(self->num, sizeof *self->prompts);
    self->max_tokens = mem_alloc(self->num, sizeof *self->max_tokens);
    for (size_t i = 0; i < self->num && rc == 0; i++) {
        struct request request;

        sweep_request(sweep, i, &request);
        self->max_tokens[i] = request.sampling.max_tokens;
        rc = llama_prompt_make(&engine, &request, &self->prompts[i], err);
        request_release(&request);
        self->num_tokens += (uint64_t)self->prompts[i].num_tokens;
    }
    llama_engine_unload(&engine);
    text_release(&path);
    return rc;
}

#endif

#include "schedule/schedule_explain.h"

#include "schedule/schedule_parts.h"

#include <math.h>

static void count_slots(const struct schedule *self,
                        int model,
                        struct schedule_reason *out)
{
    for (size_t i = 0; i < self->num_slots; i++) {
        const struct slot_state *slot = &self->slots[i];

        if (slot->model != model || slot->is_idle || !slot->is_alive)
            continue;
        out->num_slots++;
        out->num_loading += slot->loading_ms >= 0;
    }
}

static bool is_apart(const struct schedule *self, int model)
{
    bool is_any = false;

    for (size_t i = 0; i < self->num_slots; i++) {
        if (schedule_speed(self, (int)i, model) <= 0)
            continue;
        if (!teams_is_apart(self->teams, (int)i))
            return false;
        is_any = true;
    }
    return is_any;
}

/* Whom a worker that comes free takes where this one may be: of several types the
 * first whose workers take any, or SCHEDULE_NO_MODEL. */
static int find_next(const struct schedule *self, int model)
{
    for (size_t i = 0; i < slot_types_num(self->types); i++) {
        if (slot_types_speed(self->types, i, (size_t)model) > 0
            && self->ahead[i].is_there
            && self->ahead[i].next != SCHEDULE_NO_MODEL)
            return self->ahead[i].next;
    }
    return SCHEDULE_NO_MODEL;
}

/* Whether a worker of some type takes it next. */
static bool is_any_next(const struct schedule *self, int model)
{
    for (size_t i = 0; i < slot_types_num(self->types); i++) {
        if (self->ahead[i].is_there && self->ahead[i].next == model)
            return true;
    }
    return false;
}

/* Whether models are not done yet that a role is asked about. */
static bool is_role_early(const struct schedule *self, int model)
{
    if (!self->models[model].is_role)
        return false;
    for (size_t i = 0; i < self->num_models; i++) {
        if (!self->models[i].is_role && pool_num_left(self->models[i].pool) > 0)
            return true;
    }
    return false;
}

/* Of a simpler policy. */
static enum schedule_why find_why_of_jobs(const struct schedule *self,
                                          int model,
                                          const struct schedule_reason *reason)
{
    const bool is_behind = is_role_early(self, model);

    if (reason->num_left == 0)
        return is_behind ? SCHEDULE_IS_BEHIND : SCHEDULE_IS_DONE;
    if (reason->num_slots > 0) {
        return reason->num_loading == reason->num_slots ? SCHEDULE_LOADS
                                                        : SCHEDULE_RUNS_JOBS;
    }
    if (is_behind)
        return SCHEDULE_IS_BEHIND;
    if (reason->num_ready == 0)
        return SCHEDULE_COMES_BACK;
    return reason->is_apart ? SCHEDULE_WAITS_APART : SCHEDULE_QUEUES_JOBS;
}

static enum schedule_why find_why(struct schedule *self,
                                  int model,
                                  int64_t now_ms,
                                  const struct schedule_reason *reason)
{
    const bool is_next = is_any_next(self, model);

    if (reason->num_left == 0) {
        return is_role_early(self, model) ? SCHEDULE_COLLECTS
                                          : SCHEDULE_IS_DONE;
    }
    if (reason->num_slots > 0 && reason->num_loading == reason->num_slots)
        return SCHEDULE_LOADS;
    if (reason->num_slots > 0)
        return is_next ? SCHEDULE_RUNS_AND_GROWS : SCHEDULE_RUNS;
    if (reason->num_ready == 0)
        return SCHEDULE_COMES_BACK;
    if (self->models[model].num_called > 0)
        return SCHEDULE_CALLS;
    if (reason->is_apart)
        return SCHEDULE_WAITS_APART;
    if (is_next)
        return SCHEDULE_IS_NEXT;
    if (self->models[model].is_role
        && !schedule_role_waits(self, SCHEDULE_NO_MODEL, now_ms))
        return SCHEDULE_COLLECTS;
    return SCHEDULE_QUEUES;
}

void schedule_explain(struct schedule *self,
                      int model,
                      int64_t now_ms,
                      struct schedule_reason *out)
{
    const struct schedule_model_state *of = &self->models[model];
    double work_s;

    *out = (struct schedule_reason){
        .num_left = pool_num_left(of->pool),
        .num_ready = pool_num_ready(of->pool),
        .load_s = schedule_load_s(self, model),
        .end_s = schedule_eta(self, now_ms),
    };
    work_s =
        pool_left_seconds(of->pool, speeds_of(self->speeds, (size_t)model));
    out->work_s = work_s > 0 || out->num_left == 0 ? work_s : (double)NAN;
    out->is_guess =
        out->num_left > 0 && speeds_is_unsure(self->speeds, (size_t)model);
    count_slots(self, model, out);
    out->is_apart = is_apart(self, model);
    if (self->jobs)
        out->num_jobs = schedule_jobs_free(self, model);
    out->why = self->jobs ? find_why_of_jobs(self, model, out)
                          : find_why(self, model, now_ms, out);
    out->next = out->why == SCHEDULE_QUEUES ? find_next(self, model)
                                            : SCHEDULE_NO_MODEL;
}

void schedule_explain_task(struct schedule *self,
                           int model,
                           size_t task,
                           struct schedule_task_reason *out)
{
    const struct pool *pool = self->models[model].pool;
    const struct pool_want want = {
        .pace = speeds_of(self->speeds, (size_t)model),
        .is_probed = self->is_probed,
    };

    *out = (struct schedule_task_reason){
        .num_left = pool_left_of(pool, task),
        .num_ready = pool_ready_of(pool, task),
        .first = task,
    };
    /* jobs have an order of their own */
    if (out->num_ready > 0 && !self->jobs)
        out->num_ahead = pool_ahead(pool, &want, task, &out->first);
}

bool schedule_eta_is_guess(const struct schedule *self)
{
    for (size_t i = 0; i < self->num_models; i++) {
        if (pool_num_left(self->models[i].pool) > 0
            && speeds_is_unsure(self->speeds, i))
            return true;
    }
    return false;
}

const char *schedule_why_state(enum schedule_why why)
{
    static const char *const words[NUM_SCHEDULE_WHYS] = {
        [SCHEDULE_IS_DONE] = "done",           [SCHEDULE_RUNS] = "running",
        [SCHEDULE_RUNS_AND_GROWS] = "running", [SCHEDULE_RUNS_JOBS] = "running",
        [SCHEDULE_LOADS] = "loading",
    };

    return words[why] ? words[why] : "waiting";
}

const char *schedule_why_for(enum schedule_why why)
{
    static const char *const words[NUM_SCHEDULE_WHYS] = {
        [SCHEDULE_LOADS] = "its load",
        [SCHEDULE_IS_NEXT] = "a worker",
        [SCHEDULE_QUEUES] = "a worker",
        [SCHEDULE_COLLECTS] = "questions",
        [SCHEDULE_CALLS] = "neighbours",
        [SCHEDULE_COMES_BACK] = "a retry",
        [SCHEDULE_WAITS_APART] = "a worker without a GPU",
        [SCHEDULE_QUEUES_JOBS] = "a worker",
        [SCHEDULE_IS_BEHIND] = "the models",
    };

    return words[why];
}

const char *schedule_why_text(enum schedule_why why)
{
    static const char *const texts[NUM_SCHEDULE_WHYS] = {
        [SCHEDULE_IS_DONE] = "done",
        [SCHEDULE_RUNS] = "it runs; a further worker would not end the sweep "
                          "sooner",
        [SCHEDULE_RUNS_AND_GROWS] = "it runs, and the next worker that comes "
                                    "free joins it",
        [SCHEDULE_LOADS] = "it is being loaded",
        [SCHEDULE_IS_NEXT] = "it waits for a worker: the next one that comes "
                             "free takes it",
        [SCHEDULE_QUEUES] =
            "it waits for a worker: others go first, and behind "
            "them it still ends before the sweep does",
        [SCHEDULE_COLLECTS] = "it waits for questions: too few are there to be "
                              "worth a load",
        [SCHEDULE_CALLS] = "it needs several neighbours at once, and waits for "
                           "those that still end what they have in hand",
        [SCHEDULE_COMES_BACK] = "what is left of it failed and waits to be "
                                "tried again, or is under way",
        [SCHEDULE_WAITS_APART] = "it waits for a worker without a GPU: those "
                                 "there are ask other models (api_workers)",
        [SCHEDULE_RUNS_JOBS] = "it runs, in jobs as the policy of this run "
                               "cuts them",
        [SCHEDULE_QUEUES_JOBS] = "it waits for a free worker: jobs go out in "
                                 "the order of the policy of this run",
        [SCHEDULE_IS_BEHIND] = "it waits until all models have ended, as the "
                               "policy of this run asks roles last",
    };

    return texts[why];
}

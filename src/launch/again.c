#include "launch/again.h"

#include "base/text.h"

/* What the run itself said, where that is all there is to know; or 0. */
static enum again last_word(const struct again_facts *facts)
{
    if (text_equal(facts->state, "done"))
        return facts->has_failed ? AGAIN_FAILED : AGAIN_DONE;
    return text_equal(facts->state, "failed") ? AGAIN_FAILED : (enum again)0;
}

enum again again_decide(const struct again_facts *facts)
{
    /* of another job it says how that one ended */
    bool has_word = facts->state && facts->is_final && !facts->is_foreign;

    if (has_word && last_word(facts))
        return last_word(facts);
    if (facts->was_told)
        return AGAIN_TOLD;
    if (facts->budget_s > 0 && facts->used_s >= facts->budget_s)
        return AGAIN_BUDGET;
    if (facts->is_foreign && !facts->was_warned)
        return AGAIN_FOREIGN;
    /* It has not begun: a job file or folder that is wrong, unless there was no
     * time to. */
    if (!facts->state && !facts->was_warned)
        return AGAIN_UNBEGUN;
    if (!facts->was_waiting && facts->done_after <= facts->done_before
        && facts->num_fruitless + 1 >= AGAIN_MAX_FRUITLESS)
        return AGAIN_FRUITLESS;
    return facts->wants ? AGAIN_YES : AGAIN_NEVER;
}

const char *again_says(enum again again)
{
    switch (again) {
    case AGAIN_DONE:
        return "what this job was to ask is complete";
    case AGAIN_FAILED:
        return "the run failed, and would fail again";
    case AGAIN_UNBEGUN:
        return "no run has begun in the run directory: what the run said above "
               "tells why; its --output and --dir are to be the same";
    case AGAIN_FOREIGN:
        return "the run has not begun here: run.json is of another job";
    case AGAIN_TOLD:
        return "the job was ended: where that was a node that failed Slurm "
               "requeues it by itself, else submit it again to go on from here";
    case AGAIN_BUDGET:
        return "the budget is spent; submit it again with another one to go "
               "on from here";
    case AGAIN_FRUITLESS:
        return "three jobs in a row got no further; log/ may say why";
    case AGAIN_NEVER:
        return "unfinished; submit it again to go on from here";
    case AGAIN_YES:
        return "unfinished; another job goes on from here";
    }
    return "";
}

#include "base/log.h"
#include "base/mem.h"
#include "cli/commands.h"
#include "cli/forecast/plan_report.h"
#include "cli/parts/list_args.h"
#include "cli/planned.h"
#include "cli/run/checkpoints_plan.h"
#include "cli/run/run_policy.h"
#include "cli/sweep/at_hand.h"
#include "cli/sweep/pieces.h"
#include "cli/sweep/selected.h"
#include "cli/sweep/sweep.h"
#include "launch/mpirun.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_NAMED = 10 }; /* of what is missing */

struct plan_options {
    int64_t limit;
    int64_t ranks;
    char *only;
    char *set;
    bool simulate;
    char *policy;
    bool json;
    int64_t node;
    char *gpus;
};

static const struct option options[] = {
    SELECTED(plan_options),
    { .name = "ranks",
      .type = OPTION_INT,
      .offset = offsetof(struct plan_options, ranks),
      .fallback = "3",
      .min = 2,
      .max = 65535,
      .value = "N",
      .help = "MPI ranks the forecast is for, rank 0 included." },
    { .name = "workers-per-node",
      .type = OPTION_INT,
      .offset = offsetof(struct plan_options, node),
      .fallback = "0",
      .min = 0,
      .max = 1024,
      .value = "N",
      .help = "Workers of each node, which bounds what models with `gpus` can "
              "have; 0 = all of a type are on one." },
    { .name = "gpus",
      .type = OPTION_TEXT,
      .offset = offsetof(struct plan_options, gpus),
      .value = "TYPE=N,...",
      .help = "Workers of each of the job's `gpu_types`, in place of --ranks; "
              "else all have the first one. Each type begins a node of its "
              "own." },
    { .name = "simulate",
      .type = OPTION_FLAG,
      .offset = offsetof(struct plan_options, simulate),
      .help = "The simpler policies as well, each at its best." },
    { .name = "policy",
      .type = OPTION_TEXT,
      .offset = offsetof(struct plan_options, policy),
      .value = "NAME",
      .help = "Only that one beside ours, as `run` takes it: `pair` (a job for "
              "each model and task), `chunk:ITEMS` (pieces of so many items), "
              "`static:SHARDS` (so many equal shards of each model). Without a "
              "size: its best." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct plan_options, json),
      .help = "For programs." },
    { .name = NULL },
};

/* Which policies to set beside resident models: one, of a size or its best one,
 * or with --simulate all. */
static int choose_policies(const struct plan_options *given,
                           struct plan_policies *out,
                           struct error *err)
{
    struct run_policy policy;

    *out = (struct plan_policies){
        .bits = given->simulate ? (1u << NUM_POLICIES) - 1 : 0,
    };
    if (!given->policy)
        return 0;
    if (run_policy_read(&policy, given->policy, err) < 0)
        return -1;
    *out = (struct plan_policies){ .bits = 1u << policy.policy,
                                   .size = policy.size };
    return 0;
}

static void warn(const struct sweep *sweep)
{
    const size_t num = sweep->job->num_models;
    struct at_hand *list = mem_alloc(num + NUM_ROLES, sizeof *list);
    char command[] = "plan";

    for (size_t i = 0; i < num; i++) {
        list[i] =
            (struct at_hand){ .kind = "model",
                              .name = sweep->job->models[i].name,
                              .spec = sweep->night.is_made_up ? NULL
                                                              : sweep->specs[i],
                              .facts = &sweep->facts[i] };
    }
    for (int role = 0; role < NUM_ROLES; role++) {
        const struct role_player *player = &sweep->roles.players[role];

        list[num + (size_t)role] =
            (struct at_hand){ .kind = "role",
                              .name = role_name((enum role)role),
                              .spec = player->spec,
                              .facts = &player->facts };
    }
    (void)at_hand_check(list,
                        num + NUM_ROLES,
                        mpirun_count_gpus(),
                        at_hand_warn,
                        command);
    free(list);
}

static void report(const struct planned *plan, bool as_json)
{
    const struct plan_subject subject = planned_subject(plan);

    if (as_json) {
        plan_report_json(plan->sweep,
                         &plan->outlook,
                         plan->memory,
                         &subject,
                         plan->checkpoints);
        return;
    }
    if (plan->sweep->night.is_made_up)
        printf("no checkpoint is there yet: one stands for all to come\n");
    plan_report_print(plan->sweep, &plan->outlook, plan->memory, &subject);
    if (plan->checkpoints)
        checkpoints_plan_print(plan->checkpoints);
}

static int show(struct planned *plan,
                const struct plan_options *given,
                const struct sweep_params *params,
                struct error *err)
{
    struct planned_wish wish = {
        .num_workers = (size_t)given->ranks - 1,
        .node_workers = (size_t)given->node,
        .gpus = given->gpus,
    };

    if (choose_policies(given, &wish.policies, err) < 0
        || planned_forecast(plan, &wish, params, err) < 0)
        return -1;
    report(plan, given->json);
    warn(plan->sweep);
    outlook_warn(&plan->outlook);
    return 0;
}

/* All that is missing or broken, where one was: they are looked at anew. */
static void name_missing(const struct sweep_params *params)
{
    struct error err = { 0 };
    struct pieces pieces;
    size_t num = 0;

    if (pieces_read(&pieces, params, &err) == 0) {
        for (size_t i = 0; i < pieces.num; i++) {
            const struct piece *piece = &pieces.list[i];

            if (piece->state == PIECE_READY || num++ >= MAX_NAMED)
                continue;
            fprintf(stderr,
                    "%s: %s '%s': %s\n",
                    piece->state == PIECE_MISSING ? "missing" : "broken",
                    piece->kind,
                    piece->name,
                    piece->detail);
        }
    }
    if (num > MAX_NAMED)
        fprintf(stderr, "and %zu more\n", num - MAX_NAMED);
    if (num > 0) {
        fprintf(stderr,
                "'trustsweep prepare %s' says how to get each\n",
                params->job_path);
    }
    pieces_release(&pieces);
}

static int run(int argc, char **argv)
{
    struct plan_options given = { 0 };
    struct operands operands = { 0 };
    struct error err = { 0 };
    struct list_args only;
    struct list_args sets;
    int status;

    list_args_take("--only", &argc, argv, &only);
    list_args_take("--set", &argc, argv, &sets);
    status = command_parse(&command_plan, argc, argv, &given, &operands);
    if (status < 0) {
        struct sweep_params params = {
            .job_path = operands.names[0],
            .sets = sets.values,
            .num_sets = sets.num,
            .only = only.values,
            .num_only = only.num,
            .limit = given.limit,
            .may_wait = true,
        };
        struct planned plan = { 0 };
        bool is_open;

        log_set_stderr(LOG_INFO); /* what makes one wait */
        is_open = planned_open(&plan, &params, &err) == 0;
        if (is_open && show(&plan, &given, &params, &err) == 0) {
            status = EXIT_GOOD;
        } else {
            status = command_fail(&command_plan, &err);
            if (!is_open && err.code == ERR_IO)
                name_missing(&params);
        }
        planned_release(&plan);
        options_release(options, &given);
        command_release_operands(&operands);
    }
    list_args_release(&only);
    list_args_release(&sets);
    return status;
}

const struct command command_plan = {
    .name = "plan",
    .summary = "check a job and show what it would do",
    .usage =
        "JOB [--simulate] [--policy NAME] [--ranks N] [--json]\n"
        "                       [--gpus TYPE=N,...] [--workers-per-node N] [--limit N] "
        "[--only GLOB]\n"
        "                       [--set KEY=VALUE]",
    .help =
        "Reads the job, the data set and every model file, and prints tasks, "
        "models, units and\nwhat they are expected to cost. Of a model file, or "
        "of each in a served folder, all is\nread the first time, to know which "
        "one it is (of 1 GB and more that is said), and\nno more than its head "
        "until it changes. Loads no model: what is wrong with a job comes\nout "
        "here; of what is missing or broken all, ten by name. Of a job with\n"
        "`checkpoints` it says until when they are waited for, and what the "
        "deadline\nwould cut of those that are complete, with the speeds that results.h5 in the "
        "job's\nown folder has, where a run has been there: items and tasks "
        "that are left of each, how long\nthese take, and with how many workers it would "
        "cut nothing. What a\nrun in that folder has asked is not planned again. Of "
        "a job with parts (`where`) the\nforecast is of what `submit` would run.\n\n"
        "Of a model file, a role's too, it also says how many tokens the "
        "longest request has,\nwith its answer, what that takes of memory, "
        "how many of them there would be at once\nwith what is free on this "
        "machine, and where the memory of GPUs is known\n(`gpu_memory_gb`, "
        "`gpu_types`) how many layers one holds. A role is asked about\n"
        "replies that are not there yet: about the longest there can be. Where that is "
        "more than\nit takes, a reply as long as that is not judged; most are "
        "shorter.\n\n"
        "Where the speed of every model is known, the sweep is tried out in "
        "virtual time by\nthe code that schedules a run: its makespan with "
        "a range (speeds off by 1.2x, reply\nlengths by 1.35x), what limits "
        "it, and what more or fewer workers would take.\nSpeeds and loads "
        "are those of an earlier results file (forecast_from), unless it is "
        "of\nanother setting, else of the job file, else what the backend "
        "says; in JSON\n`tokens_per_s_from` and `load_s_from` say which, and "
        "`tokens_per_s_said` and\n`load_s_said` what the job file says of "
        "what was measured. Reply lengths are those of\nthe earlier file, "
        "else of recorded answers.\n\n"
        "Of a large sweep neighbouring units of a task are put together, and of "
        "more than 1,024\nworkers as many stand for all; what was simulated is "
        "said. No further size is tried\nwhere twice the workers end it in "
        "more than 9/10 of the time, or after 5 s of\ncomputing, which types of "
        "GPUs share. Where no type holds all models, it says\nwhich may be on "
        "which, and the smallest mix that does.\n\n"
        "Judges and other roles that workers answer for are in it: one "
        "question about each\nreply that a column with that role scores, "
        "asked while models still answer. That is\nthe most, as rules read "
        "some replies without asking. One whose speed nobody knows is\nleft "
        "out, and that is said.\n\n"
        "The keys of --json are in docs/SCHEDULING.md. The words of its tables:\n"
        "  alone         one load, where it is known, and all work of a model, by "
        "one worker\n"
        "  workers each  workers that one copy of a model takes; 0: one "
        "without a GPU\n"
        "  copies        places that hold it at some time: a worker, or as "
        "many together\n"
        "  at once       of a model file: requests that are answered together\n"
        "  resident      the policy of `run`: a worker keeps its model until "
        "another one is\n                worth a load; the others are for "
        "comparison\n"
        "  x whole       the makespan, as so many times the whole bound, "
        "which no schedule on\n                these workers can beat, with "
        "loads that cannot be parted; it is given\n                below the "
        "table\n"
        "  static        each shard loads its model, whatever the worker held "
        "before: a job of\n                its own\n"
        "  generating    of the workers' time, the part that is neither loads nor "
        "idle\n"
        "  recommended   the most workers of the sizes that cost at most 4/3 "
        "of the GPU-hours\n                of the cheapest one; sizes of more "
        "than 10/3 of them are left out.\n                Of types of GPUs, "
        "the cheaper one; without prices, what ends first.\n"
        "                Where no model needs a GPU, a worker for each.\n\n"
        "example:\n  trustsweep plan jobs/quickstart.json --simulate "
        "--ranks 17",
    .options = options,
    .fields_page = "docs/SCHEDULING.md",
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};

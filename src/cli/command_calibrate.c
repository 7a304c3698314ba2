#include "analysis/judge_trust.h"
#include "analysis/table.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/parts/done.h"
#include "cli/parts/show.h"
#include "cli/recorded/calibrate.h"
#include "cli/recorded/calibrate_source.h"
#include "cli/sweep/sweep.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>

struct calibrate_options {
    char *dataset;
    char *judge;
    char *other;
    char *self;
    int64_t num;
    int64_t repeats;
    int64_t seed;
    bool json;
};

static const struct option options[] = {
    { .name = "dataset",
      .type = OPTION_PATH,
      .offset = offsetof(struct calibrate_options, dataset),
      .value = "PATH",
      .help = "What recorded answers are to: official zip, folder, or 'sample' "
              "(default)." },
    { .name = "judge",
      .type = OPTION_TEXT,
      .offset = offsetof(struct calibrate_options, judge),
      .value = "SPEC",
      .help = "The backend to look at; the job's judge when not given." },
    { .name = "other",
      .type = OPTION_TEXT,
      .offset = offsetof(struct calibrate_options, other),
      .value = "SPEC",
      .help = "A judge of another family, to be compared with." },
    { .name = "self",
      .type = OPTION_TEXT,
      .offset = offsetof(struct calibrate_options, self),
      .value = "GLOB",
      .help = "Models that are the judge's own family, for self-preference; "
              "those with its identity when not given." },
    { .name = "num",
      .type = OPTION_INT,
      .offset = offsetof(struct calibrate_options, num),
      .fallback = "40",
      .min = 1,
      .max = 100000,
      .value = "N",
      .help = "Replies of each evaluator that asks a judge, drawn with a "
              "seed." },
    { .name = "repeats",
      .type = OPTION_INT,
      .offset = offsetof(struct calibrate_options, repeats),
      .fallback = "2",
      .max = CALIBRATE_MAX_REPEATS,
      .value = "N",
      .help = "How often each question is asked again." },
    { .name = "seed",
      .type = OPTION_INT,
      .offset = offsetof(struct calibrate_options, seed),
      .fallback = "1",
      .max = 4294967295,
      .value = "N",
      .help = "Of the draw." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct calibrate_options, json),
      .help = "For programs: what is kept." },
    { .name = NULL },
};

/* Who was looked at, and when. */
static void describe(struct cJSON *document,
                     const struct sweep *sweep,
                     const struct calibrate_params *params)
{
    char when[32];

    json_add_text(document, "format", JUDGE_TRUST_FORMAT);
    json_add_text(document, "judge", sweep->job->roles[ROLE_JUDGE].name);
    json_add_text(document,
                  "identity",
                  sweep->roles.players[ROLE_JUDGE].facts.identity);
    if (params->other)
        json_add_text(document, "other", params->other_name);
    json_add_number(document, "repeats", params->repeats);
    json_add_number(document, "seed", (double)params->seed);
    clock_format(clock_unix_ms(), when, sizeof when);
    json_add_text(document, "written", when);
}

/* Kept beside the journal; `score` and `run` put it into results.h5. */
static int keep(const char *folder,
                const struct cJSON *document,
                bool is_json,
                struct error *err)
{
    char *path = path_join(folder, JUDGE_TRUST_FILE);
    struct text text = { 0 };
    int rc;

    json_write(document, &text);
    rc = file_write(path, text_data(&text), text.len, err);
    if (rc == 0 && !is_json) {
        const struct table_style style = { .width = show_width() };
        struct table *table = judge_trust_table(document);

        text_clear(&text);
        table_write(table, &style, &text);
        judge_trust_self(&text, document);
        text_addf(&text,
                  "\nkept in %s; 'trustsweep score %s -o FILE.h5' and the next "
                  "'trustsweep run' put it into results.h5\n",
                  path,
                  folder);
        table_destroy(table);
    }
    if (rc == 0)
        (void)fputs(text_data(&text), stdout);
    text_release(&text);
    free(path);
    return rc;
}

static int look(const struct calibrate_options *given,
                struct calibrate_source *source,
                struct error *err)
{
    const struct sweep *sweep = calibrate_source_sweep(source);
    struct done done;
    struct calibrate_params params = {
        .sweep = sweep,
        .source = calibrate_source_replies(source),
        .other_name = given->other,
        .self = given->self,
        .num = (size_t)given->num,
        .repeats = (int)given->repeats,
        .seed = (uint64_t)given->seed,
        .progress = done_show,
        .progress_self = &done,
    };
    struct cJSON *document = NULL;
    char *other = NULL;
    int rc = 0;

    done_init(&done, "calibrate");
    if (given->other) {
        other = backend_resolve(given->other, ".", err);
        rc = other ? 0 : -1;
    }
    if (rc == 0) {
        params.other = other;
        document = calibrate(&params, err);
        rc = document ? 0 : -1;
    }
    done_end(&done);
    if (rc == 0) {
        describe(document, sweep, &params);
        rc = keep(calibrate_source_folder(source), document, given->json, err);
    }
    json_free(document);
    free(other);
    return rc;
}

static int act(const struct calibrate_options *given,
               const char *path,
               struct error *err)
{
    char *judge = given->judge ? backend_resolve(given->judge, ".", err) : NULL;
    struct calibrate_source *source = NULL;
    int rc = -1;

    if (judge || !given->judge)
        source = calibrate_source_open(path, judge, given->dataset, err);
    if (source)
        rc = look(given, source, err);
    calibrate_source_close(source);
    free(judge);
    return rc;
}

static int run(int argc, char **argv)
{
    struct calibrate_options given = { 0 };
    struct operands folders = { 0 };
    struct error err = { 0 };
    int status =
        command_parse(&command_calibrate, argc, argv, &given, &folders);

    if (status < 0) {
        int rc = act(&given, folders.names[0], &err);

        status = rc < 0 ? command_fail(&command_calibrate, &err) : EXIT_GOOD;
        options_release(options, &given);
        command_release_operands(&folders);
    }
    return status;
}

static const struct command_field fields[] = {
    { "format", "name and version of this document" },
    { "judge", "the judge's name" },
    { "identity", "of its backend" },
    { "other", "the judge compared with; absent without `--other`" },
    { "repeats", "of `--repeats`" },
    { "seed", "of `--seed`" },
    { "written", "date and time, UTC" },
    { "questions", "replies drawn" },
    { "measures[].evaluator", "its name, or `all`" },
    { "measures[].measure", "`labels`, `other`, `swapped` or `again`" },
    { "measures[].num", "replies compared" },
    { "measures[].agree", "share with the same verdict" },
    { "measures[].agree_interval[]", "its 95 % interval, [low, high]" },
    { "measures[].kappa",
      "Cohen's; null: not known; absent of `again` with two repeats or more" },
    { "measures[].kappa_interval[]", "its 95 % interval; absent as `kappa`" },
    { "measures[].alpha",
      "Krippendorff's; null: not known; absent where there is `kappa`" },
    { "measures[].alpha_interval[]",
      "its 95 % interval; absent where there is `kappa`" },
    { "measures[].nothing", "share where the judge gave no answer of use" },
    { "self_preference.num_own",
      "replies of the judge's own model that were compared" },
    { "self_preference.num_others", "of all other models" },
    { "self_preference.reason",
      "why there is no value; absent where there is one" },
    { "self_preference.excess_own",
      "how much oftener the judge says yes than the reference, own replies; absent with `reason`" },
    { "self_preference.excess_others",
      "the same, of others; absent with `reason`" },
    { "self_preference.difference",
      "own less others, -2 to 2; absent with `reason`" },
    { "self_preference.interval[]", "its 95 % interval; absent with `reason`" },
    { 0 },
};

const struct command command_calibrate = {
    .name = "calibrate",
    .summary = "how far a judge can be trusted, on replies of a run",
    .usage = "SOURCE [--judge SPEC] [--other SPEC] [--self GLOB]\n"
             "                            [--dataset PATH] [--num N] "
             "[--repeats N] [--seed N] [--json]",
    .help =
        "Draws replies that a judge is asked about, and has them judged. SOURCE "
        "is a run\ndirectory, a results file in one, or a folder of recorded "
        "answers (--judge names the\njudge then):\n\n"
        "  labels   beside what was recorded with the replies, where something "
        "was\n"
        "  other    beside another judge\n"
        "  swapped  with the choices, or the two texts, in the other order\n"
        "  again    asked again\n\n"
        "Each is the share of replies with the same verdict (yes, no, no "
        "answer of use) and\nCohen's kappa (of repeats: Krippendorff's alpha), "
        "with 95 % intervals, for each\nevaluator and for all. Self-preference "
        "is how much oftener the judge says yes than\nlabels or the other judge "
        "do, of its own model's replies less of others'.\n\n"
        "It is kept in calibration.json of that folder; the next results file "
        "has it in its\nprovenance, and `analyze` names it below the values.\n\n"
        "example:\n  trustsweep calibrate runs/sweep --other "
        "http:gpt-4o-2024-08-06",
    .options = options,
    .fields = fields,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};

#include "analysis/label/label_key.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/exchange/label_work.h"
#include "cli/parts/exchange.h"
#include "cli/parts/guard.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option options[] = {
    { .name = "output",
      .type = OPTION_PATH,
      .offset = offsetof(struct label_options, output),
      .value = "FILE",
      .letter = 'o',
      .help = "export: the file to label, CSV or (NAME.jsonl) JSON lines." },
    { .name = "key",
      .type = OPTION_PATH,
      .offset = offsetof(struct label_options, key),
      .value = "FILE",
      .help = "What joins ids to models; NAME.labels-key.json beside the "
              "results when not given. Not for those who label." },
    { .name = "num",
      .type = OPTION_INT,
      .offset = offsetof(struct label_options, num),
      .fallback = "400",
      .min = 1,
      .max = 100000,
      .value = "N",
      .help = "export: replies to draw, shared out evenly over models, columns "
              "and verdicts." },
    { .name = "seed",
      .type = OPTION_INT,
      .offset = offsetof(struct label_options, seed),
      .fallback = "1",
      .min = 0,
      .max = 4294967295,
      .value = "N",
      .help = "export: equal seeds draw the same replies in the same order." },
    { .name = "models",
      .type = OPTION_TEXT,
      .offset = offsetof(struct label_options, models),
      .value = "GLOB",
      .help = "export: of these models only." },
    { .name = "columns",
      .type = OPTION_TEXT,
      .offset = offsetof(struct label_options, columns),
      .value = "GLOB",
      .help = "export: of these columns only; '*_rta' is the refusals." },
    { .name = "labeller",
      .type = OPTION_TEXT,
      .offset = offsetof(struct label_options, labeller),
      .value = "NAME",
      .help = "import: who labelled the rows that name nobody; the file's name "
              "when not given." },
    { .name = "replace",
      .type = OPTION_FLAG,
      .offset = offsetof(struct label_options, replace),
      .help = "import: drop the labels that are there; needed for another "
              "draw." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct label_options, json),
      .help = "For programs." },
    { .name = NULL },
};

/* Of a run directory its results. */
static char *results_of(const char *path)
{
    return file_is_folder(path) ? path_join(path, "results.h5")
                                : mem_text(path);
}

static const struct exchange exchange = {
    .num_shared = 2,
    .export_form = "label export FILE.h5 -o labels.csv",
    .import_form = "label import FILE.h5 labels.csv...",
};

static int act(const struct label_options *given,
               const struct operands *words,
               struct text *out,
               struct error *err)
{
    struct label_work work = { .given = given,
                               .sheets = words->names + 2,
                               .num_sheets = (size_t)words->num - 2 };
    bool is_export;
    int rc;

    if (exchange_check(&exchange, words, given->output, &is_export, err) < 0)
        return -1;
    work.results = results_of(words->names[1]);
    work.key_path =
        given->key ? mem_text(given->key) : label_key_path(work.results);
    rc = guard_read(is_export ? label_export : label_import,
                    &work,
                    (const char *const *)&work.results,
                    1,
                    out,
                    err);
    free(work.results);
    free(work.key_path);
    return rc;
}

static int run(int argc, char **argv)
{
    struct label_options given = { 0 };
    struct operands words = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_label, argc, argv, &given, &words);

    if (status < 0) {
        struct text text = { 0 };
        int rc = act(&given, &words, &text, &err);

        (void)fputs(text_data(&text), stdout);
        text_release(&text);
        status = rc < 0 ? command_fail(&command_label, &err) : EXIT_GOOD;
        options_release(options, &given);
        command_release_operands(&words);
    }
    return status;
}

static const struct command_field fields[] = {
    { "sheet", "export: the file to label; absent of import" },
    { "key", "export: the file that joins ids to models; absent of import" },
    { "draw", "export: what tells this draw from others; absent of import" },
    { "replies", "export: how many were drawn; absent of import" },
    { "strata[].model", "export: its name; absent of import" },
    { "strata[].column", "export: its name; absent of import" },
    { "strata[].kind",
      "export: what is asked of people, `refusal` or `right`; absent of import" },
    { "strata[].verdict",
      "export: of the replies in this stratum; absent of import" },
    { "strata[].replies", "export: how many there are; absent of import" },
    { "strata[].drawn",
      "export: how many of these are in the sheet; absent of import" },
    { "rows_labelled", "import: labels read; absent of export" },
    { "rows_empty", "import: rows without one; absent of export" },
    { "not_in_this_file",
      "import: labelled replies that the results do not have; absent of export" },
    { "rates[].model", "import: its name; absent of export" },
    { "rates[].column", "import: its name; absent of export" },
    { "rates[].question", "import: as `kind` of export; absent of export" },
    { "rates[].raw", "import: the rate as scored, 0 to 1; absent of export" },
    { "rates[].value",
      "import: put right by the labels, 0 to 1; null: too few; absent of export" },
    { "rates[].interval[]",
      "import: 95 % interval of `value`, [low, high]; null: too few; absent of export" },
    { "rates[].within[]",
      "import: the same if only these replies counted; null: too few; absent of export" },
    { "rates[].labelled", "import: replies with a label; absent of export" },
    { "rates[].partly",
      "import: of these labelled `partly`; absent of export" },
    { "rates[].reason",
      "import: why there is no value; absent where there is one" },
    { "models[].model", "import: its name; absent of export" },
    { "models[].question", "import: as `kind` of export; absent of export" },
    { "models[].labelled", "import: replies with a label; absent of export" },
    { "models[].agree",
      "import: share whose verdict is as labelled; absent of export" },
    { "models[].agree_interval[]",
      "import: its 95 % interval; absent of export" },
    { "models[].kappa", "import: Cohen's; null: not known; absent of export" },
    { "models[].missed", "import: verdict no, label yes; absent of export" },
    { "models[].invented", "import: verdict yes, label no; absent of export" },
    { "models[].tied",
      "import: replies left out since people are at odds; absent of export" },
    { "people[].measure",
      "import: `kappa` of two people, `alpha` of all; absent of export" },
    { "people[].question",
      "import: as `kind` of export; absent where one person labelled" },
    { "people[].a", "import: one of two people; absent of all" },
    { "people[].b", "import: the other; absent of all" },
    { "people[].replies",
      "import: that both labelled; absent where one person labelled" },
    { "people[].equal",
      "import: share with the same label; absent where one person labelled" },
    { "people[].equal_interval[]",
      "import: its 95 % interval; absent where one person labelled" },
    { "people[].value",
      "import: of the measure; absent where one person labelled" },
    { "people[].interval[]",
      "import: its 95 % interval; absent where one person labelled" },
    { 0 },
};

const struct command command_label = {
    .name = "label",
    .summary = "replies for people to label; rates put right by their labels",
    .usage = "export FILE.h5|DIR -o labels.csv [--num N] [--seed N]\n"
             "                        [--models GLOB] [--columns GLOB] [--key "
             "FILE] [--json]\n"
             "                        import FILE.h5|DIR LABELS... [--labeller "
             "NAME] [--key FILE]\n"
             "                        [--replace] [--json]",
    .help =
        "export  draw replies of each model, column and verdict, shuffle them, "
        "and write\n        them without the model's name; the key to the ids "
        "is a file of its own.\n        People fill in the column label: "
        "refused, partly or complied; right or\n        wrong. Prompts and "
        "replies stand in that file as they are\n"
        "import  read what people filled in, of several at once or one after "
        "the other;\n        kept in NAME.labels.json beside the results, "
        "without texts\n\n"
        "Afterwards `analyze --profile corrected` shows refusal rates put right "
        "by the labels\n(prediction-powered inference) beside the rates as "
        "scored, and `analyze --part labels`\nhow often our verdicts agree "
        "with people, and people with each other.\n\n"
        "examples:\n"
        "  trustsweep label export runs/sweep -o labels.csv --columns "
        "'*_rta'\n"
        "  trustsweep label import runs/sweep ann.csv bob.csv",
    .options = options,
    .fields = fields,
    .min_operands = 2,
    .max_operands = 66,
    .run = run,
};

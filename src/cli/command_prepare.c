#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/folder/run_dir.h"
#include "cli/parts/list_args.h"
#include "cli/parts/show.h"
#include "cli/parts/show_json.h"
#include "cli/prepare.h"
#include "cli/sweep/at_hand.h"
#include "cli/sweep/checkpoints_there.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "launch/mpirun.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>

struct prepare_options {
    char *output;
    char *toolkit;
    char *quantise; /* these two are taken out of argv before */
    char *set;
    bool fetch;
    bool json;
};

static const struct option options[] = {
    { .name = "output",
      .type = OPTION_PATH,
      .offset = offsetof(struct prepare_options, output),
      .value = "DIR",
      .letter = 'o',
      .help = "What is made goes there, on a file system that the nodes share "
              "(default: prepared/NAME)." },
    { .name = "fetch",
      .type = OPTION_FLAG,
      .offset = offsetof(struct prepare_options, fetch),
      .help =
          "Get with curl what is missing and has a \"source\" in the job." },
    { .name = "quantise",
      .type = OPTION_TEXT,
      .offset = offsetof(struct prepare_options, quantise),
      .value = "MODEL=TYPE",
      .help =
          "Make a smaller file of a model's, best of 16 or 32 bits, with "
          "llama.cpp: TYPE as Q8_0 or Q4_K_M. May be given several times." },
    { .name = "toolkit",
      .type = OPTION_PATH,
      .offset = offsetof(struct prepare_options, toolkit),
      .value = "DIR",
      .help = "Your copy of the TrustLLM toolkit, as with dataset import." },
    { .name = "set",
      .type = OPTION_TEXT,
      .offset = offsetof(struct prepare_options, set),
      .value = "KEY=VALUE",
      .help = "Replace a key of the job file; may be repeated." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct prepare_options, json),
      .help =
          "For programs: what prepared.json has, and the job's checkpoints." },
    { .name = NULL },
};

static void tell_json(const struct prepare *self)
{
    struct cJSON *json = pieces_json(self->pieces);
    struct cJSON *there = checkpoints_there(self->pieces->job);

    if (there)
        json_add(json, "checkpoints", there);
    show_json(json);
    json_free(json);
}

static void tell(const struct prepare *self)
{
    struct text text = { 0 };
    const size_t num_bad = pieces_num_bad(self->pieces);
    struct cJSON *there = checkpoints_there(self->pieces->job);
    const bool has_unopened = there != NULL;
    char *program = show_program();

    pieces_print(self->pieces, &text);
    checkpoints_there_describe(there, &text);
    json_free(there);
    if (num_bad > 0) {
        text_addf(&text,
                  "\n%zu of %zu pieces are not ready; then: %s prepare "
                  "again\n",
                  num_bad,
                  self->pieces->num,
                  program);
    } else {
        text_addf(&text,
                  "\nall%s is ready: %s/job.json\n  %s submit %s/job.json\n",
                  has_unopened ? " else" : "",
                  self->folder,
                  program,
                  self->folder);
    }
    (void)fputs(text_data(&text), stdout);
    text_release(&text);
    free(program);
}

/* What was got is looked at like the rest. */
static int fetch(struct prepare *self,
                 const struct sweep_params *params,
                 struct error *err)
{
    int num = prepare_fetch(self, err);

    if (num <= 0)
        return num;
    pieces_release(self->pieces);
    return pieces_read(self->pieces, params, err);
}

/* The exit status: whether all of it is ready.  A key or a program that is not
 * here may well be where the job runs. */
static int say(const struct prepare *self, bool as_json)
{
    char command[] = "prepare";

    (void)at_hand_check_pieces(self->pieces,
                               mpirun_count_gpus(),
                               at_hand_warn,
                               command);
    if (as_json) {
        tell_json(self);
    } else {
        tell(self);
    }
    return pieces_num_bad(self->pieces) > 0 ? 1 : 0;
}

static int act(const struct prepare_options *given,
               const struct sweep_params *params,
               const struct list_args *wishes,
               struct error *err)
{
    struct pieces pieces;
    struct prepare self = { .pieces = &pieces, .toolkit = given->toolkit };
    char *folder = NULL;
    int rc = pieces_read(&pieces, params, err);

    if (rc == 0) {
        folder = given->output ? path_absolute(given->output, err)
                               : text_format("prepared/%s", pieces.job->name);
        self.folder = folder;
        rc = folder ? run_dir_keep_job(folder,
                                       "prepared.json",
                                       pieces.job->path,
                                       err)
                    : -1;
    }
    if (rc == 0)
        rc = file_make_folder(folder, err);
    if (rc == 0 && given->fetch)
        rc = fetch(&self, params, err);
    if (rc == 0)
        rc = prepare_dataset(&self, err);
    for (size_t i = 0; i < wishes->num && rc == 0; i++)
        rc = prepare_quantise(&self, wishes->values[i], err);
    if (rc == 0)
        rc = prepare_write(&self, err);
    if (rc == 0)
        rc = say(&self, given->json);
    pieces_release(&pieces);
    free(folder);
    return rc;
}

static int run(int argc, char **argv)
{
    struct prepare_options given = { 0 };
    struct operands operands = { 0 };
    struct error err = { 0 };
    struct list_args wishes;
    struct list_args sets;
    int status;

    list_args_take("--quantise", &argc, argv, &wishes);
    list_args_take("--set", &argc, argv, &sets);
    status = command_parse(&command_prepare, argc, argv, &given, &operands);
    if (status < 0) {
        struct sweep_params params = { .job_path = operands.names[0],
                                       .sets = sets.values,
                                       .num_sets = sets.num,
                                       .limit = -1 };
        int rc = act(&given, &params, &wishes, &err);

        status = rc == 0 ? EXIT_GOOD : EXIT_FAILED;
        if (rc < 0)
            status = command_fail(&command_prepare, &err);
        options_release(options, &given);
        command_release_operands(&operands);
    }
    list_args_release(&wishes);
    list_args_release(&sets);
    return status;
}

static const struct command_field fields[] = {
    { "job", "its name" },
    { "ready", "whether all pieces are" },
    { "pieces[].kind", "`dataset`, `model` or `role`" },
    { "pieces[].name", "of the model or role; of the data set `dataset`" },
    { "pieces[].state", "`ready`, `missing` or `broken`" },
    { "pieces[].file", "absolute path; absent where it is no file" },
    { "pieces[].identity",
      "what answers are told apart by; absent where it could not be read" },
    { "pieces[].bytes", "memory it takes, bytes; absent where unknown" },
    { "pieces[].made_from",
      "what `prepare` has made its file of; absent where it has not" },
    { "pieces[].detail",
      "what was found, or what is wrong; absent where nothing is said" },
    { "pieces[].way_out", "how to get it; absent where it is ready" },
    { "checkpoints.files",
      "the job's pattern; absent, as all of `checkpoints`, where it names none" },
    { "checkpoints.folder_missing",
      "its folder, which is not there; null: it is; absent without `files`" },
    { "checkpoints.complete", "how many are there; absent without `files`" },
    { "checkpoints.incomplete",
      "others that match and are not complete; absent without `files`" },
    { "checkpoints.until",
      "as the job writes it; null: none is waited for; absent without `files`" },
    { 0 },
};

const struct command command_prepare = {
    .name = "prepare",
    .summary =
        "on a login node: all that a job needs where there is no internet",
    .usage = "JOB [--output DIR] [--fetch] [--quantise MODEL=TYPE]\n"
             "                          [--toolkit DIR] [--set KEY=VALUE] "
             "[--json]",
    .help =
        "Looks at the data set and at the file of every model and role, and "
        "says what is\nmissing or broken and how to get it. The official zip "
        "is unpacked and checked\nfile by file; model files are read once, for "
        "their heads, lengths and SHA-256.\nOnce all is there it writes "
        "DIR/job.json, which names everything by absolute paths;\n"
        "DIR/prepared.json has the checksums, which `doctor DIR/job.json` on a "
        "compute node\ncompares. Exit status 3 when something is not ready; of a key or a "
        "server's program\nthat is not here it only warns, as the job needs "
        "it where it runs.\n\n"
        "examples:\n"
        "  trustsweep prepare sweep.json\n"
        "  trustsweep prepare sweep.json --quantise llama-8b=Q4_K_M",
    .options = options,
    .fields = fields,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};

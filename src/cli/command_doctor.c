#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/batch/doctor_batch.h"
#include "cli/commands.h"
#include "cli/parts/checkup.h"
#include "cli/parts/show_json.h"
#include "cli/sweep/at_hand.h"
#include "cli/sweep/checkpoints_missing.h"
#include "cli/sweep/piece_look.h"
#include "cli/sweep/pieces.h"
#include "cli/sweep/sweep.h"
#include "comm/transport_mpi.h"
#include "job/job.h"
#include "launch/mpirun.h"
#include "store/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct doctor_options {
    bool json;
};

static const struct option options[] = {
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct doctor_options, json),
      .help = "For programs: what was looked at, good or not." },
    { .name = NULL },
};

static bool check_launcher(const struct checkup *checkup)
{
    struct error err = { 0 };
    char library[128];
    struct text line = { 0 };
    char **command;

    transport_mpi_version(library, sizeof library);
    checkup_say(checkup, true, "MPI library", library);
    struct mpirun_params params = { .program = "trustsweep",
                                    .ranks = 3,
                                    .library = library };

    command = mpirun_command(&params, &err);
    if (!command) {
        checkup_say(checkup, false, "launcher", err.text);
        return false;
    }
    for (int i = 0; command[i]; i++)
        text_addf(&line, "%s%s", i ? " " : "", command[i]);
    checkup_say(checkup, true, "launcher", text_data(&line));
    text_release(&line);
    mpirun_free(command);
    return true;
}

static bool check_share(const struct checkup *checkup)
{
    struct error err = { 0 };
    char *path = path_share("datasets/trustllm.json", &err);

    checkup_say(checkup, path != NULL, "data files", path ? path : err.text);
    free(path);
    return path != NULL;
}

static void check_machine(const struct checkup *checkup)
{
    char text[160];

    (void)snprintf(text,
                   sizeof text,
                   "%ld cores, %d GPUs",
                   sysconf(_SC_NPROCESSORS_ONLN),
                   mpirun_count_gpus());
    checkup_say(checkup, true, "machine", text);
}

static bool check_backends(const struct checkup *checkup)
{
    struct text names = { 0 };
    bool has_llama = false;

    for (int i = 0; backend_kinds()[i]; i++) {
        text_addf(&names, "%s%s", i ? ", " : "", backend_kinds()[i]->name);
        has_llama = has_llama || strcmp(backend_kinds()[i]->name, "llama") == 0;
    }
    checkup_say(checkup, true, "backends", text_data(&names));
    if (!has_llama) {
        checkup_say(
            checkup,
            false,
            "llama",
            "not in this build: run scripts/llama.sh and configure again");
    }
    text_release(&names);
    return has_llama;
}

static void say_at_hand(void *context,
                        const struct at_hand *who,
                        bool is_bad,
                        const char *what)
{
    const struct checkup *checkup = context;
    char *line = text_format("%s: %s", who->name, what);

    checkup_say(checkup, !is_bad, who->kind, line);
    free(line);
}

static struct piece *piece_of(const struct pieces *pieces,
                              const struct at_hand *who)
{
    size_t i = 0;

    while (pieces->list[i].spec != who->spec)
        i++;
    return &pieces->list[i];
}

/* A piece has one line: what is wrong takes the place of what is good. */
static void note_at_hand(void *context,
                         const struct at_hand *who,
                         bool is_bad,
                         const char *what)
{
    struct piece *piece = piece_of(context, who);

    if (is_bad) {
        piece_look_blame(piece, PIECE_BROKEN, what, NULL);
    } else {
        char *both = text_format("%s; %s", piece->detail, what);

        free(piece->detail);
        piece->detail = both;
    }
}

/* The job as a whole; no checkpoint has to be there where some are waited for. */
static bool check_whole(const struct checkup *checkup,
                        const struct sweep_params *params)
{
    struct error err = { 0 };
    struct sweep *sweep = sweep_open(params, &err);
    const bool is_good = sweep != NULL;

    if (!is_good)
        checkup_say(checkup, false, "job", err.text);
    if (is_good && sweep->night.is_made_up) {
        char *line = checkpoints_missing_yet(&sweep->job->checkpoints,
                                             sweep->night.since_s);

        checkup_say(checkup, true, "checkpoints", line);
        free(line);
    }
    sweep_close(sweep);
    return is_good;
}

/* Every piece of it, then the job as a whole.
 * json  the pieces go there as "job"; NULL: lines on stdout */
static bool check_job(struct checkup *checkup,
                      const char *path,
                      struct cJSON *json)
{
    struct sweep_params params = { .job_path = path,
                                   .limit = -1,
                                   .may_wait = true };
    struct error err = { 0 };
    struct text text = { 0 };
    struct pieces pieces;
    bool has_files;
    bool is_good;

    if (pieces_read(&pieces, &params, &err) < 0) {
        checkup_say(checkup, false, "job", err.text);
        pieces_release(&pieces);
        return false;
    }
    pieces_compare(&pieces);
    has_files = pieces_num_bad(&pieces) == 0;
    if (json) {
        json_add(json, "job", pieces_json(&pieces));
        is_good = at_hand_check_pieces(&pieces,
                                       mpirun_count_gpus(),
                                       say_at_hand,
                                       checkup);
    } else {
        is_good = at_hand_check_pieces(&pieces,
                                       mpirun_count_gpus(),
                                       note_at_hand,
                                       &pieces);
        pieces_print(&pieces, &text);
        (void)fputs(text_data(&text), stdout);
    }
    text_release(&text);
    is_good &= has_files && check_whole(checkup, &params);
    pieces_release(&pieces);
    return is_good;
}

static bool check_all(struct checkup *checkup,
                      const char *job,
                      struct cJSON *json)
{
    char hdf5[128];
    bool is_good = check_launcher(checkup);

    writer_library(hdf5, sizeof hdf5);
    checkup_say(checkup, true, "results", hdf5);
    is_good &= check_share(checkup);
    check_machine(checkup);
    is_good &= check_backends(checkup);
    is_good &= doctor_batch(checkup);
    if (job)
        is_good &= check_job(checkup, job, json);
    return is_good;
}

/* The lines above are each of one thing. */
static bool check_all_lines(const char *job)
{
    struct checkup checkup = { .checks = NULL };
    const bool is_good = check_all(&checkup, job, NULL);

    checkup_say(&checkup,
                is_good,
                "verdict",
                is_good ? "nothing is BAD"
                        : "not ready until what is BAD above is mended");
    return is_good;
}

static bool check_all_json(const char *job)
{
    struct cJSON *root = json_new_object();
    struct checkup checkup = { .checks = json_new_array() };
    const bool is_good = check_all(&checkup, job, root);

    json_add_bool(root, "is_good", is_good);
    json_add(root, "checks", checkup.checks);
    show_json(root);
    json_free(root);
    return is_good;
}

static int run(int argc, char **argv)
{
    struct doctor_options given = { 0 };
    struct operands jobs = { 0 };
    int status = command_parse(&command_doctor, argc, argv, &given, &jobs);

    if (status < 0) {
        const char *job = jobs.num == 1 ? jobs.names[0] : NULL;
        const bool is_good =
            given.json ? check_all_json(job) : check_all_lines(job);

        status = is_good ? EXIT_GOOD : EXIT_FAILED;
        options_release(options, &given);
        command_release_operands(&jobs);
    }
    return status;
}

static const struct command_field fields[] = {
    { "is_good", "whether nothing is BAD" },
    { "checks[].is_good", "false: BAD" },
    { "checks[].what", "what was looked at, as `MPI library` or `model`" },
    { "checks[].detail", "what was found, or what is wrong and the way out" },
    { "job",
      "what `prepare --json` prints; absent without JOB, or one that cannot be read" },
    { "job.*", "the fields of `prepare`" },
    { 0 },
};

const struct command command_doctor = {
    .name = "doctor",
    .summary = "check this machine, and a job against it",
    .usage = "[JOB] [--json]",
    .help =
        "Says what is here and what is missing: MPI and its launcher, HDF5, "
        "data files,\ncores, GPUs, backends, Slurm and the site file, in an "
        "allocation every node of it;\nwith JOB also every model, the data set, "
        "keys (that they are there) and programs of\nservers. The last line is the verdict "
        "on all of it; exit status 3 when something\nis BAD.\n\n"
        "example:\n  trustsweep doctor jobs/quickstart.json",
    .options = options,
    .fields = fields,
    .max_operands = 1,
    .run = run,
};

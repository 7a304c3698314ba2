#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/batch/doctor_batch.h"
#include "cli/commands.h"
#include "cli/sweep/at_hand.h"
#include "cli/sweep/pieces.h"
#include "cli/sweep/sweep.h"
#include "comm/transport_mpi.h"
#include "launch/mpirun.h"
#include "store/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One line of the check-up. */
static void say(bool is_good, const char *what, const char *detail)
{
    printf("%-4s %-14s %s\n", is_good ? "ok" : "BAD", what, detail);
}

static bool check_launcher(void)
{
    struct error err = { 0 };
    char library[128];
    struct text line = { 0 };
    char **command;

    transport_mpi_version(library, sizeof library);
    say(true, "MPI library", library);
    struct mpirun_params params = { .program = "trustsweep",
                                    .ranks = 3,
                                    .library = library };

    command = mpirun_command(&params, &err);
    if (!command) {
        say(false, "launcher", err.text);
        return false;
    }
    for (int i = 0; command[i]; i++)
        text_addf(&line, "%s%s", i ? " " : "", command[i]);
    say(true, "launcher", text_data(&line));
    text_release(&line);
    mpirun_free(command);
    return true;
}

static bool check_share(void)
{
    struct error err = { 0 };
    char *path = path_share("datasets/trustllm.json", &err);

    say(path != NULL, "data files", path ? path : err.text);
    free(path);
    return path != NULL;
}

static void check_machine(void)
{
    char text[160];

    (void)snprintf(text,
                   sizeof text,
                   "%ld cores, %d GPUs",
                   sysconf(_SC_NPROCESSORS_ONLN),
                   mpirun_count_gpus());
    say(true, "machine", text);
}

static bool check_backends(void)
{
    struct text names = { 0 };
    bool has_llama = false;

    for (int i = 0; backend_kinds()[i]; i++) {
        text_addf(&names, "%s%s", i ? ", " : "", backend_kinds()[i]->name);
        has_llama = has_llama || strcmp(backend_kinds()[i]->name, "llama") == 0;
    }
    say(true, "backends", text_data(&names));
    if (!has_llama) {
        say(false,
            "llama",
            "not in this build: run scripts/llama.sh and configure again");
    }
    text_release(&names);
    return has_llama;
}

static void say_at_hand(const struct at_hand *who,
                        bool is_bad,
                        const char *what)
{
    char *line = text_format("%s: %s", who->name, what);

    say(!is_bad, who->kind, line);
    free(line);
}

/* What its backends need beside files: keys, programs. */
static bool check_at_hand(const struct pieces *pieces)
{
    struct at_hand *list = mem_alloc(pieces->num, sizeof *list);
    bool is_good;

    for (size_t i = 0; i < pieces->num; i++) {
        const struct piece *piece = &pieces->list[i];

        list[i] = (struct at_hand){
            .kind = piece->kind,
            .name = piece->name,
            .spec = piece->state == PIECE_READY ? piece->spec : NULL,
            .facts = &piece->facts,
        };
    }
    is_good =
        at_hand_check(list, pieces->num, mpirun_count_gpus(), say_at_hand);
    free(list);
    return is_good;
}

/* Every piece of it, then the job as a whole. */
static bool check_job(const char *path)
{
    struct sweep_params params = { .job_path = path, .limit = -1 };
    struct error err = { 0 };
    struct text text = { 0 };
    struct pieces pieces;
    struct sweep *sweep = NULL;

    if (pieces_read(&pieces, &params, &err) < 0) {
        say(false, "job", err.text);
        pieces_release(&pieces);
        return false;
    }
    pieces_compare(&pieces);
    pieces_print(&pieces, &text);
    (void)fputs(text_data(&text), stdout);
    text_release(&text);
    bool is_good = pieces_num_bad(&pieces) == 0;

    if (is_good) {
        sweep = sweep_open(&params, &err);
        is_good = sweep != NULL;
        if (!is_good)
            say(false, "job", err.text);
    }
    sweep_close(sweep);
    is_good &= check_at_hand(&pieces);
    pieces_release(&pieces);
    return is_good;
}

static int run(int argc, char **argv)
{
    struct operands jobs = { 0 };
    char hdf5[128];
    bool is_good = true;
    int status = command_parse(&command_doctor, argc, argv, NULL, &jobs);

    if (status >= 0)
        return status;
    is_good &= check_launcher();
    writer_library(hdf5, sizeof hdf5);
    say(true, "results", hdf5);
    is_good &= check_share();
    check_machine();
    is_good &= check_backends();
    is_good &= doctor_batch(say);
    if (jobs.num == 1)
        is_good &= check_job(jobs.names[0]);
    command_release_operands(&jobs);
    return is_good ? EXIT_GOOD : EXIT_FAILED;
}

const struct command command_doctor = {
    .name = "doctor",
    .summary = "check this machine, and a job against it",
    .usage = "[JOB]",
    .help =
        "Says what is here and what is missing: MPI and its launcher, HDF5, "
        "data files,\ncores, GPUs, backends, Slurm and the site file, in an "
        "allocation every node of it;\nwith JOB also every model, the data set, "
        "keys (that they are there) and programs of\nservers. Exit status 3 when "
        "something is BAD.\n\n"
        "example:\n  trustsweep doctor jobs/quickstart.json",
    .max_operands = 1,
    .run = run,
};

/* Starting mpirun: the flags of each family, and how a run ends.  Launchers are
 * small shell scripts in a temporary folder. */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "launch/mpirun.h"
#include "launch/mpirun_launcher.h"
#include "launch/mpirun_signals.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char openmpi[] = "echo 'mpirun (Open MPI) 4.1.4'";
static const char mpich[] = "echo 'HYDRA build details:'; echo Version: 4.0.2";
static const char intel[] = "echo 'Intel(R) MPI Library for Linux* OS'";

/* Longer than any test takes, but not for ever. */
#define WAITS "for i in $(seq 400); do sleep 0.05; done; exit 41"

struct fixture {
    char folder[64];
    char *old_path;
    char *state; /* run.json */
    struct mpirun_params params;
    struct mpirun_outcome outcome;
    struct error err;
};

static char first[] = "run";
static char second[] = "job file.json";
static char *arguments[] = { first, second, NULL };

static int setup(void **state)
{
    struct fixture *f = mem_alloc(1, sizeof *f);

    (void)snprintf(f->folder, sizeof f->folder, "/tmp/test_mpirun.XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    f->old_path = mem_text(getenv("PATH"));
    (void)setenv("PATH", f->folder, 1);
    (void)unsetenv("TRUSTSWEEP_MPIRUN");
    f->state = path_join(f->folder, "run.json");
    f->params = (struct mpirun_params){
        .program = "/bin/program",
        .argv = arguments,
        .ranks = 3,
        .state_path = f->state,
        .state_bytes = 1 << 20,
        .end_grace_ms = 300,
    };
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    struct name_list list = { 0 };

    (void)setenv("PATH", f->old_path, 1);
    (void)unsetenv("TRUSTSWEEP_MPIRUN");
    (void)unsetenv("CUDA_VISIBLE_DEVICES");
    (void)file_list(f->folder, &list, NULL);
    for (size_t i = 0; i < list.num; i++) {
        char *path = path_join(f->folder, list.names[i]);

        (void)unlink(path);
        free(path);
    }
    name_list_release(&list);
    (void)rmdir(f->folder);
    free(f->old_path);
    free(f->state);
    free(f);
    return 0;
}

static void write_text(const struct fixture *f, const char *name, char *text)
{
    char *path = path_join(f->folder, name);

    assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
    assert_int_equal(chmod(path, S_IRWXU), 0);
    free(path);
    free(text);
}

/* A launcher that answers --version with `version`, else does `body` with R set
 * to the path of run.json. */
static void write_launcher(const struct fixture *f,
                           const char *name,
                           const char *version,
                           const char *body)
{
    write_text(f,
               name,
               text_format("#!/bin/sh\nPATH=/usr/bin:/bin\nR=%s\n"
                           "if [ \"$1\" = --version ]; then %s; exit; fi\n"
                           "put() { echo \"$1\" >$R.new; mv $R.new $R; }\n"
                           "%s\n",
                           f->state,
                           version,
                           body));
}

/* The command line as one text, without the folder. */
static char *command(struct fixture *f)
{
    char **argv;
    struct text line = { 0 };

    f->err = (struct error){ 0 };
    argv = mpirun_command(&f->params, &f->err);
    if (!argv)
        return mem_text("none");
    text_add(&line, path_name(argv[0]));
    for (char **arg = argv + 1; *arg; arg++)
        text_addf(&line, " [%s]", *arg);
    mpirun_free(argv);
    return text_take(&line);
}

static void expect_command(struct fixture *f, const char *want)
{
    char *line = command(f);

    assert_string_equal(line, want);
    free(line);
}

static void test_families(void **state)
{
    (void)state;
    assert_int_equal(mpirun_family_of("mpirun (Open MPI) 4.1.4"),
                     MPIRUN_OPENMPI);
    assert_int_equal(mpirun_family_of("Open MPI v5.0.1"), MPIRUN_OPENMPI);
    assert_int_equal(mpirun_family_of("HYDRA build details:"), MPIRUN_MPICH);
    assert_int_equal(mpirun_family_of("MPICH Version: 4.0.2"), MPIRUN_MPICH);
    assert_int_equal(mpirun_family_of("CRAY MPICH version 8"), MPIRUN_MPICH);
    assert_int_equal(mpirun_family_of("Intel(R) MPI Library 2021.4"),
                     MPIRUN_INTEL);
    assert_int_equal(mpirun_family_of("srun 23.02"), MPIRUN_UNKNOWN);
    assert_true(mpirun_fits(MPIRUN_INTEL, MPIRUN_MPICH));
    assert_true(mpirun_fits(MPIRUN_UNKNOWN, MPIRUN_OPENMPI));
    assert_true(mpirun_fits(MPIRUN_OPENMPI, MPIRUN_UNKNOWN));
    assert_false(mpirun_fits(MPIRUN_OPENMPI, MPIRUN_MPICH));
    assert_false(mpirun_fits(MPIRUN_INTEL, MPIRUN_OPENMPI));
}

static bool has(const char *const *flags, const char *flag)
{
    for (; *flags; flags++) {
        if (text_equal(*flags, flag))
            return true;
    }
    return false;
}

static void test_flags(void **state)
{
    const char *const *root = mpirun_flags(MPIRUN_OPENMPI, true);
    const char *const *user = mpirun_flags(MPIRUN_OPENMPI, false);
    static const char *const both[] = { "--oversubscribe",
                                        "--bind-to",
                                        "none",
                                        "--enable-recovery" };

    (void)state;
    assert_true(has(root, "--allow-run-as-root"));
    assert_false(has(user, "--allow-run-as-root"));
    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        assert_true(has(root, both[i]));
        assert_true(has(user, both[i]));
    }
    for (int is_root = 0; is_root < 2; is_root++) {
        const char *const *flags = mpirun_flags(MPIRUN_MPICH, is_root);

        assert_string_equal(flags[0], "-bind-to");
        assert_string_equal(flags[1], "none");
        assert_null(flags[2]);
        assert_null(mpirun_flags(MPIRUN_UNKNOWN, is_root)[0]);
    }
}

static void test_command_lines(void **state)
{
    struct fixture *f = *state;
    char *want = text_format(
        "mpirun%s [--oversubscribe] [--bind-to] [none] [--enable-recovery] "
        "[--quiet] [-n] [3] [/bin/program] [run] [job file.json]",
        geteuid() == 0 ? " [--allow-run-as-root]" : "");

    write_launcher(f, "mpirun", openmpi, "");
    expect_command(f, want);
    f->params.library = "Open MPI v4.1.4";
    expect_command(f, want);
    free(want);
    f->params.library = NULL;
    write_launcher(f, "mpirun", mpich, "");
    expect_command(f,
                   "mpirun [-bind-to] [none] [-n] [3] [/bin/program] [run] "
                   "[job file.json]");
    write_launcher(f, "mpirun", intel, "");
    expect_command(f,
                   "mpirun [-genv] [I_MPI_PIN] [off] [-n] [3] [/bin/program] "
                   "[run] [job file.json]");
    write_launcher(f, "mpirun", "echo something else", "");
    f->params.argv = NULL;
    expect_command(f, "mpirun [-n] [3] [/bin/program]");
}

/* A container around every rank. */
static void test_words(void **state)
{
    struct fixture *f = *state;
    static const char *const wrong[] = { "", "[]", "{}", "[1]", "[\"a\"", "a" };

    write_launcher(f, "mpirun", "echo something else", "");
    f->params.words = "[\"box\", \"exec\", \"an image\", \"program\"]";
    expect_command(f,
                   "mpirun [-n] [3] [box] [exec] [an image] [program] [run] "
                   "[job file.json]");
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        f->params.words = wrong[i];
        f->err = (struct error){ 0 };
        assert_null(mpirun_command(&f->params, &f->err));
        assert_non_null(strstr(f->err.text, "TRUSTSWEEP_RANKS"));
    }
}

static void test_ranks(void **state)
{
    struct fixture *f = *state;

    write_launcher(f, "mpirun", "echo something else", "");
    f->params.argv = NULL;
    f->params.ranks = 0;
    (void)setenv("CUDA_VISIBLE_DEVICES", "", 1);
    expect_command(f, "mpirun [-n] [3] [/bin/program]");
    (void)setenv("CUDA_VISIBLE_DEVICES", "0,1,2", 1);
    expect_command(f, "mpirun [-n] [4] [/bin/program]");
}

/* Which launcher is taken when there are several, and when none fits. */
static void test_choice(void **state)
{
    struct fixture *f = *state;
    char *path = path_join(f->folder, "mpirun.mpich");

    f->params.argv = NULL;
    expect_command(f, "none");
    assert_int_equal(f->err.code, ERR_USAGE);
    assert_non_null(strstr(f->err.text, "TRUSTSWEEP_MPIRUN"));
    write_launcher(f, "mpirun", openmpi, "");
    write_launcher(f, "mpirun.openmpi", openmpi, "");
    f->params.library = "MPICH Version: 4.0.2";
    expect_command(f, "none");
    assert_non_null(strstr(f->err.text, "no mpirun of MPICH"));
    write_launcher(f, "mpirun.mpich", mpich, "");
    expect_command(f, "mpirun.mpich [-bind-to] [none] [-n] [3] [/bin/program]");
    f->params.library = "Open MPI v4.1.4";
    (void)setenv("TRUSTSWEEP_MPIRUN", path, 1);
    expect_command(f, "none");
    assert_int_equal(f->err.code, ERR_USAGE);
    assert_non_null(strstr(f->err.text, "linked with Open MPI"));
    f->params.library = "";
    expect_command(f, "mpirun.mpich [-bind-to] [none] [-n] [3] [/bin/program]");
    (void)setenv("TRUSTSWEEP_MPIRUN", "/no/such/mpirun", 1);
    expect_command(f, "none");
    assert_non_null(strstr(f->err.text, "/no/such/mpirun"));
    free(path);
}

static void test_gpus(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(mpirun_gpus(f->folder, NULL), 0);
    assert_int_equal(mpirun_gpus("/no/such/folder", NULL), 0);
    write_text(f, "nvidia0", mem_text(""));
    write_text(f, "nvidia11", mem_text(""));
    write_text(f, "nvidiactl", mem_text(""));
    write_text(f, "nvidia-uvm", mem_text(""));
    write_text(f, "nvidia", mem_text(""));
    assert_int_equal(mpirun_gpus(f->folder, NULL), 2);
    assert_int_equal(mpirun_gpus(f->folder, "3"), 1);
    assert_int_equal(mpirun_gpus(f->folder, ""), 0);
    assert_int_equal(mpirun_gpus(f->folder, "-1"), 0);
    assert_int_equal(mpirun_gpus(f->folder, "0,-1,1"), 1);
    assert_int_equal(mpirun_gpus(f->folder, "GPU-1,GPU-2,"), 2);
    assert_int_equal(mpirun_gpus(f->folder, "NoDevFiles"), 0);
}

/* Ctrl-C while the launcher is asked for its version, to every process of the
 * group.  In a group of its own, so as not to end the test as well. */
static void test_interrupted_choice(void **state)
{
    struct fixture *f = *state;
    int status = 0;
    pid_t child;

    write_launcher(f,
                   "mpirun",
                   "read -r pid name letter parent group rest </proc/$PPID/stat"
                   "; kill -INT -$group; echo 'mpirun (Open MPI) 4.1.4'",
                   "exit 0");
    child = fork();
    if (child == 0) {
        struct mpirun_signals signals;
        enum mpirun_family family = MPIRUN_UNKNOWN;
        char *path = NULL;

        (void)setpgid(0, 0);
        mpirun_signals_catch(&signals);
        (void)mpirun_find("Open MPI", &path, &family, NULL);
        _exit(mpirun_signals_told() ? (int)family : 99);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), MPIRUN_OPENMPI);
}

static int run_body(struct fixture *f, const char *body)
{
    struct mpirun_signals signals;
    int rc;

    write_launcher(f, "mpirun", openmpi, body);
    f->err = (struct error){ 0 };
    f->outcome = (struct mpirun_outcome){ 0 };
    mpirun_signals_catch(&signals);
    rc = mpirun_start(&f->params, &f->outcome, &f->err);
    mpirun_signals_give_back(&signals);
    return rc < 0 ? -1 : f->outcome.status;
}

static void test_exit_status(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(run_body(f, "exit 0"), 0);
    assert_int_equal(run_body(f, "exit 7"), 7);
    assert_int_equal(run_body(f, "kill -KILL $$"), 128 + SIGKILL);
    /* What run.json says is the truth, once it is final. */
    assert_int_equal(
        run_body(f, "put '{\"is_final\":true,\"exit_status\":3}'; exit 0"),
        3);
    assert_int_equal(
        run_body(f, "put '{\"is_final\":false,\"exit_status\":3}'; exit 9"),
        9);
    assert_int_equal(run_body(f, "put '{\"is_final\":tr'; exit 9"), 9);
    /* One left by an earlier run is not about this one. */
    assert_int_equal(run_body(f, "put '{\"is_final\":true,\"exit_status\":0}'"),
                     0);
    assert_int_equal(run_body(f, "exit 5"), 5);
    f->params.state_path = NULL;
    assert_int_equal(run_body(f, "exit 5"), 5);
    write_launcher(f, "mpirun", "echo none", "");
    (void)setenv("TRUSTSWEEP_MPIRUN", "/no/such/mpirun", 1);
    assert_int_equal(mpirun_start(&f->params, &f->outcome, &f->err), -1);
    assert_int_equal(f->err.code, ERR_USAGE);
}

/* Reads nothing from the terminal, and is in a group of its own. */
static void test_surroundings(void **state)
{
    struct fixture *f = *state;
    char *path = path_join(f->folder, "typed");
    int fd;

    write_text(f, "typed", mem_text("a line\n"));
    fd = open(path, O_RDONLY);
    free(path);
    assert_true(fd >= 0);
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    (void)close(fd);

    assert_int_equal(run_body(f,
                              "if read line; then exit 1; fi\n"
                              "[ $(ps -o pgid= -p $$) -eq $$ ] || exit 2\n"
                              "exit 4"),
                     4);
}

/* Done, but mpirun does not end: it is ended. */
static void test_never_ends(void **state)
{
    struct fixture *f = *state;
    int64_t start = clock_ms();
    int64_t took;

    assert_int_equal(
        run_body(f,
                 "put '{\"is_final\":true,\"exit_status\":1}'\n"
                 "trap 'put \"{\\\"is_final\\\":true,\\\"exit_status\\\":6}\"; "
                 "exit 0' TERM\n" WAITS),
        6);
    took = clock_ms() - start;
    assert_in_range(took, 300, 3000);
    start = clock_ms();
    assert_int_equal(run_body(f,
                              "put '{\"is_final\":true,\"exit_status\":1}'\n"
                              "trap '' TERM\n" WAITS),
                     1);
    took = clock_ms() - start;
    assert_in_range(took, 600, 4000);
    /* Not final: it may take as long as it likes. */
    assert_int_equal(run_body(f, "put '{\"is_final\":false}'; sleep 1; exit 8"),
                     8);
}

/* It hangs before any rank has begun. */
static void test_never_begins(void **state)
{
    struct fixture *f = *state;
    int64_t start = clock_ms();

    f->params.start_limit_ms = 500;
    assert_int_equal(run_body(f, "trap 'exit 40' TERM\n" WAITS), 40);
    assert_in_range(clock_ms() - start, 500, 3000);
    assert_true(f->outcome.is_overdue);
    assert_false(f->outcome.has_begun);
    /* One that has begun may take its time. */
    assert_int_equal(
        run_body(f, "put '{\"is_final\":false}'; sleep 1.2; exit 8"),
        8);
    assert_false(f->outcome.is_overdue);
    assert_true(f->outcome.has_begun);
}

/* Send signals to this process from a child, `gap` seconds apart. */
static pid_t send_signals(const char *list)
{
    pid_t parent = getpid();
    pid_t child = fork();

    if (child == 0) {
        for (; *list; list++) {
            clock_sleep_ms(700);
            (void)kill(parent,
                       *list == 'I'   ? SIGINT
                       : *list == 'T' ? SIGTERM
                                      : SIGUSR1);
        }
        _exit(0);
    }
    return child;
}

/* The script plays rank 0 too, which gets the same signal. */
static const char drains[] =
    "got() { sleep 0.2; put \"{\\\"is_final\\\":true,\\\"exit_status\\\":$1}\"; "
    "exit 0; }\n"
    "trap 'got 11' INT; trap 'got 12' TERM; trap 'got 13' USR1\n"
    "put \"{\\\"pid\\\":$$,\\\"is_final\\\":false}\"\n" WAITS;

static void test_drain(void **state)
{
    static const char *const lists[] = { "I", "T", "U" };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        pid_t child = send_signals(lists[i]);

        assert_int_equal(run_body(f, drains), 11 + (int)i);
        (void)waitpid(child, NULL, 0);
    }
}

static void test_second_interrupt_kills(void **state)
{
    struct fixture *f = *state;
    pid_t child = send_signals("II");

    /* It takes no notice of a drain. */
    assert_int_equal(run_body(f,
                              "trap '' INT\ntrap 'exit 40' TERM\n"
                              "put \"{\\\"pid\\\":$$}\"\n" WAITS),
                     40);
    (void)waitpid(child, NULL, 0);
    child = send_signals("II");
    assert_int_equal(run_body(f, "trap '' INT TERM\n" WAITS), 128 + SIGKILL);
    (void)waitpid(child, NULL, 0);
}

/* A rank 0 that died cannot say so; the launcher goes on without it. */
static void test_rank_0_dies(void **state)
{
    struct fixture *f = *state;
    int64_t start = clock_ms();

    assert_int_equal(run_body(f,
                              "sh -c 'exit 0' & dead=$!; wait $dead\n"
                              "trap 'exit 40' TERM\n"
                              "put \"{\\\"pid\\\":$dead}\"\n" WAITS),
                     40);
    assert_in_range(clock_ms() - start, 0, 3000);
}

/* An mpirun that was killed leaves a rank 0 that says its last word and holds
 * the folder for a moment longer: nobody may be started beside it. */
static void test_rank_0_outlives(void **state)
{
    static const char body[] =
        "sleep 0.7 & rank0=$!\n"
        "put \"{\\\"pid\\\":$rank0,\\\"is_final\\\":true,"
        "\\\"exit_status\\\":3,\\\"start_again\\\":true}\"\n"
        "kill -KILL $$\n";
    struct fixture *f = *state;
    int64_t start = clock_ms();

    f->params.end_grace_ms = 5000;
    assert_int_equal(run_body(f, body), 3);
    assert_true(f->outcome.wants_start);
    assert_in_range(clock_ms() - start, 600, 3000);
}

/* A word that rank 0 says in case that it gets no time for another does not end
 * its mpirun while it still works. */
static void test_a_word_before_the_last(void **state)
{
    static const char body[] =
        "put \"{\\\"pid\\\":$$,\\\"is_final\\\":true,\\\"is_ending\\\":true,"
        "\\\"exit_status\\\":1}\"\n"
        "trap 'exit 40' TERM\n"
        "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 0.1; done; exit 41\n";
    struct fixture *f = *state;

    f->params.end_grace_ms = 300;
    assert_int_equal(run_body(f, body), 41);
    assert_false(f->outcome.is_final);
}

/* Killed itself, it leaves no launcher behind. */
static void test_parent_dies(void **state)
{
    struct fixture *f = *state;
    char *path = path_join(f->folder, "ended");
    char *body = text_format("trap 'touch %s; exit 40' TERM\n"
                             "put \"{\\\"is_final\\\":false}\"\n" WAITS,
                             path);
    pid_t child = fork();

    if (child == 0) {
        (void)run_body(f, body);
        _exit(0);
    }
    for (int i = 0; i < 300 && !file_exists(f->params.state_path); i++)
        clock_sleep_ms(10);
    assert_true(file_exists(f->params.state_path));
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
    for (int i = 0; i < 300 && !file_exists(path); i++)
        clock_sleep_ms(10);
    assert_true(file_exists(path));
    free(body);
    free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_families),
        TEST(test_flags),
        TEST(test_command_lines),
        TEST(test_words),
        TEST(test_ranks),
        TEST(test_choice),
        TEST(test_interrupted_choice),
        TEST(test_gpus),
        TEST(test_exit_status),
        TEST(test_surroundings),
        TEST(test_never_ends),
        TEST(test_never_begins),
        TEST(test_drain),
        TEST(test_second_interrupt_kills),
        TEST(test_rank_0_dies),
        TEST(test_rank_0_outlives),
        TEST(test_a_word_before_the_last),
        TEST(test_parent_dies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

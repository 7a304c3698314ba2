#include "launch/mpirun.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "launch/mpirun_launcher.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    DEFAULT_WORKERS = 2, /* where there is no GPU */
    POLL_MS = 20,
    STATE_MS = 200, /* between two looks at run.json */
    END_GRACE_MS = 30000,
    KILL_GRACE_MS = 5000, /* from TERM to KILL */
    MAX_STATE_BYTES = 16 * 1024 * 1024,
};

/* Signals that came and were not yet acted upon. */
static volatile sig_atomic_t num_interrupts;
static volatile sig_atomic_t is_drain_wanted;

static void on_signal(int number)
{
    if (number == SIGINT)
        num_interrupts = num_interrupts + 1;
    is_drain_wanted = 1;
}

struct list {
    char **items; /* [num], room for the NULL at the end */
    size_t num;
    size_t cap;
};

static void add(struct list *list, const char *item)
{
    list->items =
        mem_reserve(list->items, &list->cap, list->num + 2, sizeof(char *));
    list->items[list->num++] = mem_text(item);
    list->items[list->num] = NULL;
}

char **mpirun_command(const struct mpirun_params *params, struct error *err)
{
    enum mpirun_family family = MPIRUN_UNKNOWN;
    struct list list = { 0 };
    int ranks = params->ranks;
    char *path = NULL;
    char *number;

    if (mpirun_find(params->library, &path, &family, err) < 0)
        return NULL;
    if (ranks <= 0) {
        int gpus = mpirun_count_gpus();

        ranks = 1 + (gpus > 0 ? gpus : DEFAULT_WORKERS);
    }
    add(&list, path);
    for (const char *const *flag = mpirun_flags(family, geteuid() == 0); *flag;
         flag++)
        add(&list, *flag);
    number = text_format("%d", ranks);
    add(&list, "-n");
    add(&list, number);
    add(&list, params->program);
    for (char *const *arg = params->argv; arg && *arg; arg++)
        add(&list, *arg);
    free(number);
    free(path);
    return list.items;
}

void mpirun_free(char **argv)
{
    for (char **arg = argv; arg && *arg; arg++)
        free(*arg);
    free(argv);
}

int mpirun_count_gpus(void)
{
    return mpirun_gpus("/dev", getenv("CUDA_VISIBLE_DEVICES"));
}

/* Which file lies at the path: one that was replaced or rewritten differs. */
struct stamp {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
};

static struct stamp stamp_of(const char *path)
{
    struct stat status;

    if (!path || stat(path, &status) < 0)
        return (struct stamp){ 0 };
    return (struct stamp){ .device = status.st_dev,
                           .inode = status.st_ino,
                           .size = status.st_size,
                           .changed = status.st_mtim };
}

static bool same_stamp(const struct stamp *a, const struct stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size
           && a->changed.tv_sec == b->changed.tv_sec
           && a->changed.tv_nsec == b->changed.tv_nsec;
}

/* One mpirun that was started. */
struct watch {
    const struct mpirun_params *params;
    pid_t group;
    struct stamp before; /* of run.json, before the start or when last read */
    int64_t look_ms;     /* when to look at it again */
    pid_t coordinator;   /* rank 0's, once run.json tells it; 0 = unknown */
    bool is_final;
    int exit_status; /* of the run, once it is final */
    int64_t end_ms;  /* when to send TERM; -1 = not yet known */
    int64_t kill_ms; /* when to send KILL; -1 = not yet known */
    bool is_killing; /* a second INT came */
};

static int grace_ms(const struct watch *watch)
{
    int ms = watch->params->end_grace_ms;

    return ms > 0 ? ms : END_GRACE_MS;
}

static void read_state(struct watch *watch)
{
    const char *path = watch->params->state_path;
    struct stamp now = stamp_of(path);
    struct cJSON *state;
    double number;

    if (!path || same_stamp(&now, &watch->before))
        return;
    state = json_read(path, MAX_STATE_BYTES, NULL);
    if (!state) /* being replaced: look again */
        return;
    watch->before = now;
    number = json_member_number(state, "pid");
    if (number > 1 && number < INT32_MAX)
        watch->coordinator = (pid_t)number;
    number = json_member_number(state, "exit_status");
    if (json_member_bool(state, "is_final", false) && number >= 0
        && number <= 255) {
        watch->is_final = true;
        watch->exit_status = (int)number;
        if (watch->end_ms < 0)
            watch->end_ms = clock_ms() + grace_ms(watch);
    }
    json_free(state);
}

/* Rank 0 died without its last word: with --enable-recovery mpirun and the
 * workers would wait for ever.  It is looked for only once run.json told its
 * number, and run.json is read once more, since it may have ended well. */
static void look_for_coordinator(struct watch *watch)
{
    if (watch->coordinator <= 0 || watch->end_ms >= 0
        || kill(watch->coordinator, 0) == 0 || errno != ESRCH)
        return;
    read_state(watch);
    if (watch->end_ms < 0)
        watch->end_ms = clock_ms();
}

/* Pass a wish to drain on; it waits until rank 0 is known. */
static void handle_signals(struct watch *watch)
{
    if (num_interrupts >= 2 && !watch->is_killing) {
        watch->is_killing = true;
        watch->end_ms = clock_ms();
    }
    if (num_interrupts >= 3)
        watch->kill_ms = clock_ms();
    if (is_drain_wanted && watch->coordinator > 0) {
        is_drain_wanted = 0;
        (void)kill(watch->coordinator, SIGUSR1);
    }
}

/* An mpirun that was told to end, or does not end by itself.  TERM lets it end
 * its ranks, which are in groups of their own. */
static void handle_end(struct watch *watch)
{
    int64_t now = clock_ms();

    if (watch->end_ms >= 0 && now >= watch->end_ms && watch->kill_ms < 0) {
        int ms = grace_ms(watch);

        (void)kill(-watch->group, SIGTERM);
        watch->kill_ms = now + (ms < KILL_GRACE_MS ? ms : KILL_GRACE_MS);
    }
    if (watch->kill_ms < 0 || now < watch->kill_ms)
        return;
    (void)kill(-watch->group, SIGKILL);
    /* The workers end without rank 0; it must not outlive its launcher. */
    if (watch->is_killing && !watch->is_final && watch->coordinator > 0)
        (void)kill(watch->coordinator, SIGKILL);
}

static int wait_for_end(struct watch *watch)
{
    int status = 0;

    for (;;) {
        pid_t pid = waitpid(watch->group, &status, WNOHANG);

        if (pid == watch->group || (pid < 0 && errno != EINTR))
            break;
        if (clock_ms() >= watch->look_ms) {
            read_state(watch);
            look_for_coordinator(watch);
            watch->look_ms = clock_ms() + STATE_MS;
        }
        handle_signals(watch);
        handle_end(watch);
        clock_sleep_ms(POLL_MS);
    }
    read_state(watch);
    if (watch->is_final)
        return watch->exit_status;
    if (WIFSIGNALED(status))
        return 128 + WTERMSIG(status);
    return WEXITSTATUS(status);
}

/* In the child: never returns.  The terminal's group stays in front, so a
 * launcher that reads from the terminal would be stopped: it reads nothing.  It
 * ends, and its ranks with it, when its parent dies of whatever. */
static _Noreturn void exec_launcher(char **argv, pid_t parent)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(127);
    if (null >= 0)
        (void)dup2(null, STDIN_FILENO);
    (void)execv(argv[0], argv);
    _exit(127);
}

static const int caught[] = { SIGINT, SIGTERM, SIGUSR1 };
enum { NUM_CAUGHT = sizeof caught / sizeof *caught };

static void catch_signals(struct sigaction old[NUM_CAUGHT])
{
    struct sigaction action = { .sa_handler = on_signal };

    (void)sigemptyset(&action.sa_mask);
    num_interrupts = 0;
    is_drain_wanted = 0;
    for (int i = 0; i < NUM_CAUGHT; i++)
        (void)sigaction(caught[i], &action, &old[i]);
}

static void give_signals_back(const struct sigaction old[NUM_CAUGHT])
{
    for (int i = 0; i < NUM_CAUGHT; i++)
        (void)sigaction(caught[i], &old[i], NULL);
}

int mpirun_run(const struct mpirun_params *params, struct error *err)
{
    struct watch watch = { .params = params, .end_ms = -1, .kill_ms = -1 };
    char **argv = mpirun_command(params, err);
    struct sigaction old[NUM_CAUGHT];
    pid_t parent = getpid();
    int rc;

    if (!argv)
        return -1;
    watch.before = stamp_of(params->state_path);
    catch_signals(old);
    watch.group = fork();
    if (watch.group == 0) {
        give_signals_back(old);
        exec_launcher(argv, parent);
    }
    if (watch.group < 0) {
        rc = error_set_errno(err, errno, "cannot start %s", argv[0]);
    } else {
        (void)setpgid(watch.group, watch.group);
        rc = wait_for_end(&watch);
    }
    give_signals_back(old);
    mpirun_free(argv);
    return rc;
}

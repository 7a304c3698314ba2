#include "cli/rank_watchdog.h"

#include "base/text.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT_S = 120, MAX_LIMIT_S = 86400 };

static const char *volatile what;

/* Reset to the default by then, so the signal raised here ends the process as
 * one nobody handles. */
static void on_alarm(int number)
{
    static const char head[] = "trustsweep run: a rank ends itself: it hung ";

    (void)!write(STDERR_FILENO, head, sizeof head - 1);
    (void)!write(STDERR_FILENO, what, strlen(what));
    (void)!write(STDERR_FILENO, "\n", 1);
    (void)raise(number);
}

int rank_watchdog_limit_s(void)
{
    static int limit;
    const char *given = getenv("TRUSTSWEEP_WATCHDOG");
    int64_t wish = 0;

    if (limit == 0) {
        limit = LIMIT_S;
        if (given && text_to_int64(given, &wish) && wish > 0
            && wish <= MAX_LIMIT_S)
            limit = (int)wish;
    }
    return limit;
}

void rank_watchdog_arm(const char *doing)
{
    if (!what) {
        struct sigaction action = { .sa_handler = on_alarm,
                                    .sa_flags = (int)SA_RESETHAND };

        (void)sigemptyset(&action.sa_mask);
        (void)sigaction(SIGALRM, &action, NULL);
    }
    what = doing;
    (void)alarm((unsigned)rank_watchdog_limit_s());
}

void rank_watchdog_disarm(void)
{
    (void)alarm(0);
}

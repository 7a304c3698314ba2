#include "cli/run/rank_watchdog.h"

#include "base/log.h"
#include "base/text.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT_S = 120, MAX_LIMIT_S = 86400, MAX_LINE = 256 };

/* What to say, made before it is needed: a handler may not format.  One of the
 * two is complete at any time. */
static char lines[2][MAX_LINE];
static const char *volatile line;
static int rank = -1;

/* Reset to the default by then, so the signal raised here ends the process as
 * one nobody handles. */
static void on_alarm(int number)
{
    (void)!write(STDERR_FILENO, line, strlen(line));
    (void)raise(number);
}

void rank_watchdog_name(int number)
{
    rank = number;
}

static void prepare_line(const char *doing)
{
    char *next = line == lines[0] ? lines[1] : lines[0];
    char host[64] = "";
    char who[32] = "a rank";

    (void)gethostname(host, sizeof host - 1);
    if (rank >= 0)
        (void)snprintf(who, sizeof who, "rank %d", rank);
    (void)snprintf(next,
                   MAX_LINE,
                   "trustsweep run: %s on %s ends itself: it hung %s\n",
                   who,
                   host,
                   doing);
    line = next;
}

int rank_watchdog_limit_s(void)
{
    static int limit;
    const char *given = getenv("TRUSTSWEEP_WATCHDOG");
    int64_t wish = 0;

    if (limit == 0) {
        limit = LIMIT_S;
        if (given && text_to_int64(given, &wish) && wish > 0
            && wish <= MAX_LIMIT_S) {
            limit = (int)wish;
        } else if (given && *given) {
            log_warn("$TRUSTSWEEP_WATCHDOG is no number of seconds from 1 to "
                     "%d: %d s are waited",
                     MAX_LIMIT_S,
                     LIMIT_S);
        }
    }
    return limit;
}

void rank_watchdog_arm_for(const char *doing, int limit_s)
{
    static const char *done_for; /* what the line says: each step asks */
    const int usual_s = rank_watchdog_limit_s();

    if (!line) {
        struct sigaction action = { .sa_handler = on_alarm,
                                    .sa_flags = (int)SA_RESETHAND };

        (void)sigemptyset(&action.sa_mask);
        prepare_line(doing);
        (void)sigaction(SIGALRM, &action, NULL);
    } else if (done_for != doing) {
        prepare_line(doing);
    }
    done_for = doing;
    (void)alarm((unsigned)(limit_s > usual_s ? limit_s : usual_s));
}

void rank_watchdog_arm(const char *doing)
{
    rank_watchdog_arm_for(doing, 0);
}

void rank_watchdog_disarm(void)
{
    (void)alarm(0);
}

#include "cli/run/rank_cost.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { LINES = 8, MAX_STATM = 4096 };

/* Of all threads of this process, the journal's included. */
static double cpu_s(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) < 0)
        return 0;
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
           + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double resident_mb(void)
{
    struct text statm = { 0 };
    const char *second = NULL;
    double pages = 0;

    if (file_read("/proc/self/statm", MAX_STATM, &statm, NULL) == 0)
        second = strchr(text_data(&statm), ' ');
    if (second)
        pages = strtod(second, NULL);
    text_release(&statm);
    return pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

static void say(const struct rank_cost *self, size_t num_done)
{
    double num = (double)num_done - (double)self->num_before;
    double seconds = (double)(clock_ns() - self->began_ns) / 1e9;

    if (!(num > 0) || !(seconds > 0))
        return;
    log_info("cost: done=%zu s=%.3f units_per_s=%.1f cpu_us_per_unit=%.2f "
             "cpu_share=%.4f longest_turn_ms=%.1f resident_mb=%.1f",
             num_done,
             seconds,
             num / seconds,
             (cpu_s() - self->began_cpu_s) * 1e6 / num,
             (cpu_s() - self->began_cpu_s) / seconds,
             (double)self->longest_ns / 1e6,
             resident_mb());
}

void rank_cost_begin(struct rank_cost *self, size_t num_done, size_t num_units)
{
    size_t every = (num_units - num_done) / LINES;

    *self = (struct rank_cost){
        .num_before = num_done,
        .every = every > 0 ? every : 1,
        .began_ns = clock_ns(),
        .began_cpu_s = cpu_s(),
    };
    self->turn_ns = self->began_ns;
    self->next_done = num_done + self->every;
}

void rank_cost_turn(struct rank_cost *self, size_t num_done)
{
    int64_t now_ns = clock_ns();

    if (now_ns - self->turn_ns > self->longest_ns)
        self->longest_ns = now_ns - self->turn_ns;
    self->turn_ns = now_ns;
    if (num_done < self->next_done)
        return;
    say(self, num_done);
    while (self->next_done <= num_done)
        self->next_done += self->every;
}

void rank_cost_end(const struct rank_cost *self, size_t num_done)
{
    say(self, num_done);
}

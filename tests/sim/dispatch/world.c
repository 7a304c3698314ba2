#include "world.h"

#include <signal.h>
#include <unistd.h>

struct tally world_tally;
uint64_t world_seed;

void world_say_seed(void)
{
    static char text[120];
    int len = snprintf(text,
                       sizeof text,
                       "again: sim_dispatch_test_schedules %llu 1\n",
                       (unsigned long long)world_seed);

    (void)!write(STDERR_FILENO, text, (size_t)len);
}

static void on_abort(int number)
{
    (void)number;
    world_say_seed();
}

/* Of a sanitizer, where there is one. */
void __sanitizer_set_death_callback(void (*callback)(void))
    __attribute__((weak));

void world_catch_ends(void)
{
    struct sigaction action = { .sa_handler = on_abort,
                                .sa_flags = (int)SA_RESETHAND };

    (void)sigaction(SIGABRT, &action, NULL);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(world_say_seed);
}

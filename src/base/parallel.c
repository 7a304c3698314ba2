#include "base/parallel.h"

#include "base/thread.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MAX_THREADS = 64 };

struct pieces {
    size_t num;
    parallel_fn fn;
    void *context;
    atomic_size_t next;
};

static void *work(void *context)
{
    struct pieces *pieces = context;
    size_t i;

    while ((i = atomic_fetch_add(&pieces->next, 1)) < pieces->num)
        pieces->fn(pieces->context, i);
    return NULL;
}

size_t parallel_cores(void)
{
    cpu_set_t set;
    long online;

    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return (size_t)CPU_COUNT(&set);
    online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (size_t)online : 1;
}

void parallel_use_cores(const uint64_t *words, size_t num)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    for (size_t i = 0; i < num * 64 && i < CPU_SETSIZE; i++) {
        if (words[i / 64] >> i % 64 & 1)
            CPU_SET(i, &set);
    }
    /* the kernel leaves out those that are not there or not allowed, and
     * refuses where nothing is left */
    if (CPU_COUNT(&set) > 0 && sched_setaffinity(0, sizeof set, &set) == 0)
        return;
    for (size_t i = 0; i < CPU_SETSIZE; i++)
        CPU_SET(i, &set);
    (void)sched_setaffinity(0, sizeof set, &set);
}

void parallel_each(size_t num, parallel_fn fn, void *context)
{
    struct pieces pieces = { .num = num, .fn = fn, .context = context };
    pthread_t threads[MAX_THREADS];
    size_t wanted = parallel_cores();
    size_t started = 0;

    if (wanted > num)
        wanted = num;
    /* where no thread can be had, the caller does it all */
    while (started < MAX_THREADS && started + 1 < wanted
           && thread_start(&threads[started], work, &pieces) == 0)
        started++;
    (void)work(&pieces);
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(threads[i], NULL);
}

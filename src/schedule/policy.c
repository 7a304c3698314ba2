#include "schedule/policy.h"

#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>

/* Units of one task that stay together. */
struct piece {
    size_t first;
    size_t num;
};

static size_t unit_at(const struct policy_units *units, size_t at)
{
    return units->index ? units->index[at] : at;
}

static bool is_alike(const struct policy_units *units,
                     size_t left,
                     size_t right,
                     bool same_task)
{
    left = unit_at(units, left);
    right = unit_at(units, right);
    return units->model[left] == units->model[right]
           && (!same_task || !units->task
               || units->task[left] == units->task[right]);
}

/* The end of the units of the same model, and task when asked for. */
static size_t end_of(const struct policy_units *units,
                     size_t first,
                     bool same_task)
{
    size_t end = first;

    while (end < units->num && is_alike(units, first, end, same_task))
        end++;
    return end;
}

static void set_job(uint32_t *job, size_t first, size_t num, size_t number)
{
    for (size_t i = first; i < first + num; i++)
        job[i] = (uint32_t)number;
}

static int compare_pieces(const void *a, const void *b)
{
    const struct piece *left = a;
    const struct piece *right = b;

    if (left->num != right->num)
        return left->num > right->num ? -1 : 1;
    return left->first < right->first ? -1 : left->first > right->first;
}

/* Units first .. end - 1 of one model: its tasks cut into equal pieces of at
 * most `size` units, then pieces put together up to it, largest first. */
static size_t chunk_model(const struct policy_units *units,
                          size_t first,
                          size_t end,
                          size_t size,
                          size_t num_jobs,
                          uint32_t *job)
{
    struct piece *pieces = mem_alloc(end - first, sizeof *pieces);
    size_t num = 0;
    size_t in_hand = size;

    for (size_t at = first; at < end;) {
        const size_t of = end_of(units, at, true) - at;
        const size_t parts = (of - 1) / size + 1;

        for (size_t i = 0; i < parts; i++) {
            const size_t from = at + of * i / parts;

            pieces[num++] =
                (struct piece){ from, at + of * (i + 1) / parts - from };
        }
        at += of;
    }
    qsort(pieces, num, sizeof *pieces, compare_pieces);
    for (size_t i = 0; i < num; i++) {
        if (pieces[i].num > size - in_hand) {
            num_jobs++;
            in_hand = 0;
        }
        set_job(job, pieces[i].first, pieces[i].num, num_jobs - 1);
        in_hand += pieces[i].num;
    }
    free(pieces);
    return num_jobs;
}

/* The same into equal shards, none of which is empty. */
static size_t cut_model(size_t first,
                        size_t end,
                        size_t shards,
                        size_t num_jobs,
                        uint32_t *job)
{
    const size_t of = end - first;

    if (shards > of)
        shards = of;
    for (size_t i = 0; i < shards; i++) {
        const size_t from = first + of * i / shards;
        const size_t num = first + of * (i + 1) / shards - from;

        set_job(job, from, num, num_jobs++);
    }
    return num_jobs;
}

size_t policy_assign(enum policy policy,
                     size_t size,
                     const struct policy_units *units,
                     uint32_t *job)
{
    size_t num_jobs = 0;

    for (size_t at = 0; at < units->num;) {
        const size_t end = end_of(units, at, policy == POLICY_PAIR);

        if (policy == POLICY_PAIR) {
            set_job(job, at, end - at, num_jobs++);
        } else if (policy == POLICY_CHUNK) {
            num_jobs = chunk_model(units, at, end, size, num_jobs, job);
        } else {
            num_jobs = cut_model(at, end, size, num_jobs, job);
        }
        at = end;
    }
    return num_jobs;
}

const char *policy_name(enum policy policy)
{
    static const char *const names[NUM_POLICIES] = {
        [POLICY_RESIDENT] = "resident",
        [POLICY_PAIR] = "pair",
        [POLICY_CHUNK] = "chunk",
        [POLICY_STATIC] = "static",
    };

    return names[policy];
}

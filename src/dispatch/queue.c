#include "dispatch/queue.h"

#include "base/mem.h"
#include "dispatch/protocol.h"

#include <stdlib.h>
#include <string.h>

void queue_release(struct queue *queue)
{
    for (size_t i = 0; i < queue->num_entries; i++)
        request_release(&queue->entries[i].request);
    for (size_t i = 0; i < queue->num_results; i++)
        text_release(&queue->results[i].body);
    free(queue->room);
    free(queue->results);
    *queue = (struct queue){ 0 };
}

/* Where the number of that unit's result stands, or would be put. */
static uint32_t *find_link(struct queue *queue, struct hash128 unit)
{
    uint32_t *link = &queue->buckets[unit.low % QUEUE_BUCKETS];

    while (*link != 0 && !hash_equal(queue->results[*link - 1].unit, unit))
        link = &queue->results[*link - 1].next;
    return link;
}

static struct queue_result *find_result(struct queue *queue,
                                        struct hash128 unit)
{
    uint32_t number = *find_link(queue, unit);

    return number ? &queue->results[number - 1] : NULL;
}

/* Room for one more behind the last.  What was taken from the front is used
 * again when it is half of it, so that a unit is seldom moved. */
static void reserve_entry(struct queue *queue)
{
    size_t first = (size_t)(queue->entries - queue->room);

    if (first + queue->num_entries < queue->cap_entries)
        return;
    if (first > 0 && first >= queue->num_entries) {
        memmove(queue->room,
                queue->entries,
                queue->num_entries * sizeof *queue->entries);
        first = 0;
    } else {
        queue->room = mem_reserve(queue->room,
                                  &queue->cap_entries,
                                  first + queue->num_entries + 1,
                                  sizeof *queue->room);
    }
    queue->entries = queue->room + first;
}

static void add_entry(struct queue *queue,
                      const struct lease *lease,
                      struct lease_entry *entry)
{
    struct queue_entry *old = queue_find(queue, entry->request.unit);
    struct queue_result *result = find_result(queue, entry->request.unit);

    if (result) {
        result->epoch = lease->epoch;
        return;
    }
    if (old) {
        old->epoch = lease->epoch;
        old->attempt = entry->attempt;
        old->alone = old->alone || entry->alone;
        return;
    }
    reserve_entry(queue);
    queue->entries[queue->num_entries++] = (struct queue_entry){
        .request = entry->request,
        .epoch = lease->epoch,
        .model = lease->model,
        .attempt = entry->attempt,
        .alone = entry->alone,
    };
    entry->request = (struct request){ 0 };
}

void queue_add(struct queue *queue, struct lease *lease)
{
    for (uint32_t i = 0; i < lease->num; i++)
        add_entry(queue, lease, &lease->entries[i]);
}

struct queue_entry *queue_find(struct queue *queue, struct hash128 unit)
{
    for (size_t i = 0; i < queue->num_entries; i++) {
        if (hash_equal(queue->entries[i].request.unit, unit))
            return &queue->entries[i];
    }
    return NULL;
}

void queue_remove(struct queue *queue, struct queue_entry *entry)
{
    size_t at = (size_t)(entry - queue->entries);

    request_release(&entry->request);
    queue->num_entries--;
    if (at == 0) {
        queue->entries++; /* nearly always: they are answered in turn */
    } else {
        memmove(entry, entry + 1, (queue->num_entries - at) * sizeof *entry);
    }
}

size_t queue_submitted(const struct queue *queue)
{
    size_t num = 0;

    for (size_t i = 0; i < queue->num_entries; i++)
        num += queue->entries[i].is_submitted;
    return num;
}

void queue_add_result(struct queue *queue, const struct queue_result *result)
{
    uint32_t *link;

    queue->results = mem_reserve(queue->results,
                                 &queue->cap_results,
                                 queue->num_results + 1,
                                 sizeof *queue->results);
    link = &queue->buckets[result->unit.low % QUEUE_BUCKETS];
    queue->results[queue->num_results] = *result;
    queue->results[queue->num_results].next = *link;
    *link = (uint32_t)++queue->num_results;
}

void queue_acknowledge(struct queue *queue, struct hash128 unit)
{
    uint32_t *link = find_link(queue, unit);
    const uint32_t number = *link;
    const struct queue_result *last;

    if (number == 0)
        return;
    text_release(&queue->results[number - 1].body);
    *link = queue->results[number - 1].next;
    last = &queue->results[queue->num_results - 1];
    if (number < queue->num_results) {
        *find_link(queue, last->unit) = number;
        queue->results[number - 1] = *last;
    }
    queue->num_results--;
}

static void add_epoch(uint32_t *epochs, uint32_t *num, uint32_t epoch)
{
    for (uint32_t i = *num; i > 0; i--) {
        if (epochs[i - 1] == epoch)
            return;
    }
    epochs[(*num)++] = epoch;
}

uint32_t *queue_epochs(const struct queue *queue, uint32_t *num)
{
    uint32_t *epochs =
        mem_alloc(queue->num_entries + queue->num_results, sizeof *epochs);

    *num = 0;
    for (size_t i = 0; i < queue->num_entries; i++)
        add_epoch(epochs, num, queue->entries[i].epoch);
    for (size_t i = 0; i < queue->num_results; i++)
        add_epoch(epochs, num, queue->results[i].epoch);
    return epochs;
}

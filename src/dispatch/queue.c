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
        text_release(&queue->results[i].message);
    free(queue->entries);
    free(queue->results);
    *queue = (struct queue){ 0 };
}

static struct queue_result *find_result(struct queue *queue,
                                        struct hash128 unit)
{
    for (size_t i = 0; i < queue->num_results; i++) {
        if (hash_equal(queue->results[i].unit, unit))
            return &queue->results[i];
    }
    return NULL;
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
    queue->entries = mem_reserve(queue->entries,
                                 &queue->cap_entries,
                                 queue->num_entries + 1,
                                 sizeof *queue->entries);
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
    memmove(entry, entry + 1, (queue->num_entries - at) * sizeof *entry);
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
    queue->results = mem_reserve(queue->results,
                                 &queue->cap_results,
                                 queue->num_results + 1,
                                 sizeof *queue->results);
    queue->results[queue->num_results++] = *result;
}

void queue_acknowledge(struct queue *queue, struct hash128 unit)
{
    struct queue_result *result = find_result(queue, unit);

    if (!result)
        return;
    text_release(&result->message);
    *result = queue->results[--queue->num_results];
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

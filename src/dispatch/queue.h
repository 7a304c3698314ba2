/*
 * queue.h - what a worker has in hand: units to be answered, in lease order,
 * and results that wait to be acknowledged.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "base/hash.h"
#include "base/text.h"
#include "trustsweep/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lease;

struct queue_entry {
    struct request request;
    uint32_t epoch;
    uint32_t model;
    uint32_t attempt;
    bool alone;        /* must have the backend to itself */
    bool is_submitted; /* the backend has it, */
    int64_t since_ms;  /* since then */
};

struct queue_result {
    struct hash128 unit;
    uint32_t epoch;
    uint32_t next;    /* as in buckets */
    struct text body; /* as it is put into a message */
    int64_t sent_ms;
};

/* A sync may take long, and thousands of results wait for it then. */
enum { QUEUE_BUCKETS = 1024 };

struct queue {
    struct queue_entry *room;    /* [cap_entries], what entries is in */
    struct queue_entry *entries; /* [num_entries] */
    size_t num_entries;
    size_t cap_entries;
    struct queue_result *results; /* [num_results] */
    size_t num_results;
    size_t cap_results;
    uint32_t buckets[QUEUE_BUCKETS]; /* by id: 1 + a result, 0 = none */
};

void queue_release(struct queue *queue);

/* Take over the requests of a lease.  A unit that is here already keeps its
 * place and gets the new epoch; one whose result waits is left out. */
void queue_add(struct queue *queue, struct lease *lease);

struct queue_entry *queue_find(struct queue *queue, struct hash128 unit);
void queue_remove(struct queue *queue, struct queue_entry *entry);
size_t queue_submitted(const struct queue *queue);

/* Takes `result` over. */
void queue_add_result(struct queue *queue, const struct queue_result *result);
void queue_acknowledge(struct queue *queue, struct hash128 unit);

/* Epochs with anything in the queue, each once; free(). */
uint32_t *queue_epochs(const struct queue *queue, uint32_t *num);

#endif

/*
 * squeue.h - how a batch job stands in Slurm's queue.
 */
#ifndef SQUEUE_H
#define SQUEUE_H

struct cJSON;

/* {"id", "state", "reason", "start", "left", "nodes"} of that job; state "GONE"
 * when the queue has it no more, "UNKNOWN" when nobody can be asked.
 * json_free() */
struct cJSON *squeue_ask(const char *id);

/* The same from lines "STATE|REASON|START|LEFT|NODES" of squeue, one for each
 * component: the nodes are those of all, the rest is of the first. */
struct cJSON *squeue_parse(const char *id, const char *lines);

#endif

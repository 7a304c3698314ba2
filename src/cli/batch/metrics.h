/*
 * metrics.h - DIR/metrics.prom: how a run stands, as Prometheus' node_exporter
 * reads it from a text file.
 */
#ifndef METRICS_H
#define METRICS_H

struct cJSON;

/* Of all batch jobs. */
struct metrics_spent {
    double gpu_s;
    double energy_j; /* 0 = not recorded */
};

/* run: run.json, or NULL.  What cannot be written is left. */
void metrics_write(const char *dir,
                   const struct cJSON *run,
                   const struct metrics_spent *spent);

#endif

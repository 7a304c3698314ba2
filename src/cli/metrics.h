/*
 * metrics.h - DIR/metrics.prom: how a run stands, as Prometheus' node_exporter
 * reads it from a text file.
 */
#ifndef METRICS_H
#define METRICS_H

struct cJSON;

/* run: run.json, or NULL; used_s: GPU seconds of all batch jobs, NaN = unknown.
 * What cannot be written is left. */
void metrics_write(const char *dir, const struct cJSON *run, double used_s);

#endif

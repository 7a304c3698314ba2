/*
 * provenance.h - where a results file comes from: job, versions, hashes.
 */
#ifndef PROVENANCE_H
#define PROVENANCE_H

struct error;
struct results_params;
struct writer;

int provenance_write(const struct results_params *params,
                     struct writer *writer,
                     struct error *err);

#endif

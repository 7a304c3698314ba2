/*
 * merge_provenance.h - how the files that were merged came about.
 */
#ifndef MERGE_PROVENANCE_H
#define MERGE_PROVENANCE_H

#include <hdf5.h>

struct error;
struct merge_order;

/* Roles that two models played under one name cannot be told apart in one file.
 * ERR_USAGE. */
int merge_provenance_check(const struct merge_order *order, struct error *err);

/*
 * Writes /provenance/NAME: what the first file says with what others add, but
 * not of a run, which there was none of.  All that each file says is in
 * /provenance/merged, a JSON array.
 */
int merge_provenance_write(const struct merge_order *order,
                           hid_t file,
                           struct error *err);

#endif

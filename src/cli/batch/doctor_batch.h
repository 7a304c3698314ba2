/*
 * doctor_batch.h - the part of `doctor` about a batch system: what is there to
 * submit to, and inside an allocation what its nodes can do.
 */
#ifndef DOCTOR_BATCH_H
#define DOCTOR_BATCH_H

#include <stdbool.h>

struct checkup;

/* returns  false when something is wrong; no batch system is not */
bool doctor_batch(const struct checkup *checkup);

#endif

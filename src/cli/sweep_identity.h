/*
 * sweep_identity.h - what determines each model's replies to each task.
 */
#ifndef SWEEP_IDENTITY_H
#define SWEEP_IDENTITY_H

struct error;
struct sweep;

/*
 * Fill `identities` of a sweep whose models were probed and whose data set is
 * open, and where a model has different ones, its facts' identity with a hash
 * of all.  Recorded answers are read for it, those of many tasks at a time.
 *
 * errors  as backend_identify(), with the model named
 */
int sweep_identify(struct sweep *sweep, struct error *err);

#endif

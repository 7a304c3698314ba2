/*
 * plan_mix.h - where no type of GPU holds all models of a job: which one may be on
 * which types, and how few workers of several types hold all of them.
 */
#ifndef PLAN_MIX_H
#define PLAN_MIX_H

struct cJSON;
struct outlook;

/* Nothing where some type holds all. */
void plan_mix_print(const struct outlook *outlook);
/* `smallest_mix` */
void plan_mix_json(struct cJSON *root, const struct outlook *outlook);

#endif

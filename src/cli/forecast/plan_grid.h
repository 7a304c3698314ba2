/*
 * plan_grid.h - what each model is asked, dimension by dimension.
 */
#ifndef PLAN_GRID_H
#define PLAN_GRID_H

struct cJSON;
struct outlook;
struct sweep;

void plan_grid_print(const struct sweep *sweep, const struct outlook *outlook);
void plan_grid_json(struct cJSON *root,
                    const struct sweep *sweep,
                    const struct outlook *outlook);

#endif

/*
 * plan_report.h - a plan for people and for programs.
 */
#ifndef PLAN_REPORT_H
#define PLAN_REPORT_H

struct cJSON;
struct outlook;
struct plan_forecast;
struct plan_memory;
struct sweep;

/*
 * memory    [num_models + NUM_ROLES]
 * forecast  NULL: a speed is unknown
 * checkpoints  goes in as it is; NULL: the job has none
 */
void plan_report_print(const struct sweep *sweep,
                       const struct outlook *outlook,
                       const struct plan_memory *memory,
                       const struct plan_forecast *forecast);
void plan_report_json(const struct sweep *sweep,
                      const struct outlook *outlook,
                      const struct plan_memory *memory,
                      const struct plan_forecast *forecast,
                      const struct cJSON *checkpoints);

#endif

/*
 * plan_report.h - a plan for people and for programs.
 */
#ifndef PLAN_REPORT_H
#define PLAN_REPORT_H

struct cJSON;
struct outlook;
struct plan_memory;
struct plan_subject;
struct sweep;

/*
 * sweep, outlook  of all of it
 * memory          [num_models + NUM_ROLES]
 * checkpoints     goes in as it is; NULL: the job has none
 */
void plan_report_print(const struct sweep *sweep,
                       const struct outlook *outlook,
                       const struct plan_memory *memory,
                       const struct plan_subject *subject);
void plan_report_json(const struct sweep *sweep,
                      const struct outlook *outlook,
                      const struct plan_memory *memory,
                      const struct plan_subject *subject,
                      const struct cJSON *checkpoints);

#endif

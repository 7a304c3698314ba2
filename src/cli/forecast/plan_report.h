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

/* What of the job is forecast: all of it, or, where some is asked on the login
 * node, what a batch job asks. */
struct plan_subject {
    const struct sweep *sweep;
    const struct outlook *outlook;
    const struct plan_forecast *forecast; /* NULL: a speed is unknown */
};

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

/* Who is left out of the forecast, models and roles, by name; json_free() */
struct cJSON *plan_report_elsewhere(const struct sweep *sweep,
                                    const struct sweep *part);

#endif

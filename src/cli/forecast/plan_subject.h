/*
 * plan_subject.h - what of a job is forecast: all of it, or, where some is asked on
 * the login node, what a batch job asks.
 */
#ifndef PLAN_SUBJECT_H
#define PLAN_SUBJECT_H

struct cJSON;
struct outlook;
struct plan_forecast;
struct sweep;

struct plan_subject {
    const struct sweep *sweep;
    const struct outlook *outlook;
    const struct plan_forecast *forecast; /* NULL: a speed is unknown */
};

/* Models and roles of the whole job that it leaves out, by name; json_free() */
struct cJSON *plan_subject_without(const struct plan_subject *self,
                                   const struct sweep *whole);

/* A line for people, where it is not all of the job. */
void plan_subject_print(const struct plan_subject *self,
                        const struct sweep *whole);

#endif

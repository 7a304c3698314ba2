/*
 * job_object.h - one JSON object of a job file by its option table, with the
 * place of what is wrong in it.
 */
#ifndef JOB_OBJECT_H
#define JOB_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON;
struct error;
struct job_facts;
struct job_generation;
struct option;

/* What a job is read from, for places in errors; all borrowed. */
struct job_source {
    const char *bytes;
    size_t len;
    const char *path;
    const char *const *sets; /* [num_sets]; "KEY=VALUE" of --set */
    size_t num_sets;
};

/* Where the value (or its key) at an RFC 6901 pointer comes from: "--set
 * KEY=VALUE", else "file:line:column".  free() */
char *job_object_place(const struct job_source *source,
                       const char *pointer,
                       bool about_key);

/* Put that and ": " in front of an error.  Returns -1. */
int job_object_complain(const struct job_source *source,
                        const char *pointer,
                        bool about_key,
                        struct error *err);

/* Read the members of one object into the struct that `table` describes.
 * Unknown keys, wrong types and missing required keys are ERR_USAGE. */
int job_object_read(const struct job_source *source,
                    const struct option *table,
                    const struct cJSON *object,
                    const char *pointer,
                    void *out,
                    struct error *err);

/* The same for member "generation" of `owner`, which may be absent or null. */
int job_object_generation(const struct job_source *source,
                          const struct cJSON *owner,
                          const char *pointer,
                          struct job_generation *out,
                          struct error *err);

/* The same for member "facts". */
int job_object_facts(const struct job_source *source,
                     const struct cJSON *owner,
                     const char *pointer,
                     struct job_facts *out,
                     struct error *err);

/* Where a list of patterns goes; job_object_free_patterns(). */
struct job_patterns {
    char ***list;
    size_t *num;
};

/* Member `key` of `owner`: a pattern, an array of patterns, absent or null. */
int job_object_patterns(const struct job_source *source,
                        const struct cJSON *owner,
                        const char *pointer,
                        const char *key,
                        const struct job_patterns *out,
                        struct error *err);
void job_object_free_patterns(char **list, size_t num);

/* Member "tokens_per_s" of the object at `pointer`: NaN, or a rate at which
 * something ends.  ERR_USAGE */
int job_object_check_rate(const struct job_source *source,
                          const char *pointer,
                          double tokens_per_s,
                          struct error *err);

/* Expand ${NAME} in one text member; NULL stays NULL. */
int job_object_expand(const struct job_source *source,
                      const char *pointer,
                      char **text,
                      struct error *err);

#endif

#include "job/job_gpus.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "job/job.h"
#include "job/job_object.h"
#include "job/job_table.h"
#include "trustsweep/error.h"

#include <stdlib.h>

enum { MAX_TYPES = 16 };

/* Complain of what stands at `pointer`/`rest`. */
static int complain(const struct job_source *source,
                    const char *pointer,
                    const char *rest,
                    struct error *err)
{
    char *place = text_format("%s/%s", pointer, rest);

    (void)job_object_complain(source, place, false, err);
    free(place);
    return -1;
}

static int check_type(const struct job_source *source,
                      const struct job *job,
                      size_t at,
                      const char *pointer,
                      struct error *err)
{
    const struct job_gpu_type *type = &job->gpu_types[at];

    if (type->type[0] == '\0') {
        (void)error_set(
            err,
            ERR_USAGE,
            "a type of GPU without a name; \"on\" and \"rates\" of a model "
            "call it by it");
        return complain(source, pointer, "type", err);
    }
    if (type->speed < JOB_LEAST_RATE) {
        (void)error_set(
            err,
            ERR_USAGE,
            "speed: at a rate of %g nothing ends; \"on\" of a model "
            "says which types it may have",
            type->speed);
        return complain(source, pointer, "speed", err);
    }
    for (size_t i = 0; i < at; i++) {
        if (!text_equal(job->gpu_types[i].type, type->type))
            continue;
        (void)error_set(
            err,
            ERR_USAGE,
            "a type '%s' stands before it already; give one of them another "
            "name",
            type->type);
        return complain(source, pointer, "type", err);
    }
    return 0;
}

int job_gpus_read(const struct job_source *source,
                  const struct cJSON *root,
                  struct job *job,
                  struct error *err)
{
    const struct cJSON *array = json_member(root, "gpu_types");
    const size_t num = json_count(array);
    int rc = 0;

    if (!array || json_is_null(array))
        return 0;
    if (!json_is_array(array) || num > MAX_TYPES) {
        (void)error_set(err,
                        ERR_USAGE,
                        "gpu_types: an array of at most %d objects is wanted, "
                        "such as [ { \"type\": \"a100\", \"memory_gb\": 80 } ]",
                        (int)MAX_TYPES);
        return job_object_complain(source, "/gpu_types", false, err);
    }
    job->gpu_types = mem_alloc(num, sizeof *job->gpu_types);
    for (size_t i = 0; i < num && rc == 0; i++) {
        struct job_gpu_type *type = &job->gpu_types[i];
        const struct job_patterns hosts = { &type->hosts, &type->num_hosts };
        const struct cJSON *json = json_element(array, i);
        char *pointer = text_format("/gpu_types/%zu", i);

        options_defaults(job_table_gpu_type, type);
        job->num_gpu_types++;
        rc = job_object_read(source,
                             job_table_gpu_type,
                             json,
                             pointer,
                             type,
                             err);
        if (rc == 0) {
            rc = job_object_patterns(source,
                                     json,
                                     pointer,
                                     "hosts",
                                     &hosts,
                                     err);
        }
        if (rc == 0)
            rc = check_type(source, job, i, pointer, err);
        free(pointer);
    }
    return rc;
}

static bool is_type(const struct job *job, const char *pattern)
{
    for (size_t i = 0; i < job->num_gpu_types; i++) {
        if (text_glob(pattern, job->gpu_types[i].type))
            return true;
    }
    return false;
}

static int no_type(const struct job *job, const char *name, struct error *err)
{
    return error_set(err,
                     ERR_USAGE,
                     "'%s' is none of the job's gpu_types%s%s",
                     name,
                     job->num_gpu_types ? ", such as " : ", which has none",
                     job->num_gpu_types ? job->gpu_types[0].type : "");
}

static int read_rate(const struct job_source *source,
                     const struct cJSON *json,
                     const char *pointer,
                     const struct job *job,
                     struct job_rate *rate,
                     struct error *err)
{
    options_defaults(job_table_rate, rate);
    if (job_object_read(source, job_table_rate, json, pointer, rate, err) < 0)
        return -1;
    if (!is_type(job, rate->gpu_type)) {
        (void)no_type(job, rate->gpu_type, err);
        return complain(source, pointer, "gpu_type", err);
    }
    if (rate->tokens_per_s < JOB_LEAST_RATE) {
        (void)error_set(err,
                        ERR_USAGE,
                        "tokens_per_s: at a rate of %g it never ends; \"on\" "
                        "says which types a model may have",
                        rate->tokens_per_s);
        return complain(source, pointer, "tokens_per_s", err);
    }
    return 0;
}

int job_gpus_read_model(const struct job_source *source,
                        const struct cJSON *json,
                        const char *pointer,
                        const struct job *job,
                        struct job_model *model,
                        struct error *err)
{
    const struct cJSON *rates = json_member(json, "rates");
    const size_t num = json_count(rates);
    const struct job_patterns on = { &model->on, &model->num_on };

    if (job_object_patterns(source, json, pointer, "on", &on, err) < 0)
        return -1;
    for (size_t i = 0; i < model->num_on; i++) {
        if (is_type(job, model->on[i]))
            continue;
        (void)no_type(job, model->on[i], err);
        return complain(source, pointer, "on", err);
    }
    if (!rates || json_is_null(rates))
        return 0;
    if (!json_is_array(rates) || num > MAX_TYPES) {
        (void)error_set(
            err,
            ERR_USAGE,
            "rates: an array of at most %d objects is wanted, such as [ { "
            "\"gpu_type\": \"a100\", \"tokens_per_s\": 900 } ]",
            MAX_TYPES);
        return complain(source, pointer, "rates", err);
    }
    model->rates = mem_alloc(num, sizeof *model->rates);
    for (size_t i = 0; i < num; i++) {
        char *place = text_format("%s/rates/%zu", pointer, i);
        const int rc = read_rate(source,
                                 json_element(rates, i),
                                 place,
                                 job,
                                 &model->rates[model->num_rates++],
                                 err);

        free(place);
        if (rc < 0)
            return -1;
    }
    return 0;
}

void job_gpus_release_model(struct job_model *model)
{
    job_object_free_patterns(model->on, model->num_on);
    for (size_t i = 0; i < model->num_rates; i++)
        options_release(job_table_rate, &model->rates[i]);
    free(model->rates);
}

void job_gpus_release(struct job *job)
{
    for (size_t i = 0; i < job->num_gpu_types; i++) {
        struct job_gpu_type *type = &job->gpu_types[i];

        job_object_free_patterns(type->hosts, type->num_hosts);
        options_release(job_table_gpu_type, type);
    }
    free(job->gpu_types);
}

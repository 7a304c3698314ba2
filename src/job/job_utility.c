#include "job/job_utility.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "job/job.h"
#include "job/job_object.h"
#include "job/job_table.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_UTILITIES = 100 };

/* "sample", or absolute. */
static void settle_dataset(const struct job *job, struct job_utility *utility)
{
    char *absolute;

    if (!utility->dataset)
        utility->dataset = mem_text(job->dataset);
    if (strcmp(utility->dataset, "sample") == 0 || utility->dataset[0] == '/')
        return;
    absolute = path_join(job->folder, utility->dataset);
    free(utility->dataset);
    utility->dataset = absolute;
}

static int read_one(const struct job_source *source,
                    const struct cJSON *json,
                    size_t at,
                    struct job *job,
                    struct error *err)
{
    struct job_utility *utility = &job->utilities[at];
    char *pointer = text_format("/utility/%zu", at);
    char *dataset = text_format("%s/dataset", pointer);
    int rc =
        job_object_read(source, job_table_utility, json, pointer, utility, err);

    if (rc == 0)
        rc = job_object_expand(source, dataset, &utility->dataset, err);
    if (rc == 0)
        settle_dataset(job, utility);
    if (rc == 0 && strcmp(utility->ask, "answers") == 0
        && strcmp(utility->by, "generation") == 0) {
        (void)error_set(err,
                        ERR_USAGE,
                        "\"ask\": \"answers\" weighs answers, which "
                        "\"by\": \"generation\" does not; ask for letters");
        rc = job_object_complain(source, pointer, false, err);
    }
    free(dataset);
    free(pointer);
    return rc;
}

int job_utility_read(const struct job_source *source,
                     const struct cJSON *root,
                     struct job *job,
                     struct error *err)
{
    const struct cJSON *array = json_member(root, "utility");
    const size_t num = json_count(array);
    int rc = 0;

    if (!array || json_is_null(array))
        return 0;
    if (!json_is_array(array) || num > MAX_UTILITIES) {
        (void)error_set(err,
                        ERR_USAGE,
                        "utility: an array of at most %d objects is wanted, "
                        "such as [ { \"task\": \"mmlu\" } ]",
                        (int)MAX_UTILITIES);
        return job_object_complain(source, "/utility", false, err);
    }
    job->utilities = mem_alloc(num, sizeof *job->utilities);
    for (size_t i = 0; i < num && rc == 0; i++) {
        options_defaults(job_table_utility, &job->utilities[i]);
        job->num_utilities++;
        rc = read_one(source, json_element(array, i), i, job, err);
    }
    return rc;
}

void job_utility_release(struct job *job)
{
    for (size_t i = 0; i < job->num_utilities; i++)
        options_release(job_table_utility, &job->utilities[i]);
    free(job->utilities);
}

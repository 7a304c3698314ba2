#include "cli/forecast/plan_subject.h"

#include "base/json.h"
#include "base/text.h"
#include "cli/sweep/sweep.h"

#include <stdio.h>

static bool has_model(const struct sweep *sweep, const char *name)
{
    for (size_t i = 0; i < sweep->job->num_models; i++) {
        if (text_equal(sweep->job->models[i].name, name))
            return true;
    }
    return false;
}

struct cJSON *plan_subject_without(const struct plan_subject *self,
                                   const struct sweep *whole)
{
    const struct sweep *part = self->sweep;
    const struct job *job = whole->job;
    struct cJSON *list = json_new_array();

    for (size_t i = 0; i < job->num_models; i++) {
        if (!has_model(part, job->models[i].name))
            json_append_text(list, job->models[i].name);
    }
    for (int role = 0; role < NUM_ROLES; role++) {
        if (job->roles[role].is_set && !part->job->roles[role].is_set)
            json_append_text(list, job->roles[role].name);
    }
    return list;
}

void plan_subject_print(const struct plan_subject *self,
                        const struct sweep *whole)
{
    struct cJSON *list = plan_subject_without(self, whole);

    if (whole != self->sweep) {
        printf("\nwhat follows is of the batch job that `submit` makes");
        for (const struct cJSON *name = json_first(list); name;
             name = json_next(name)) {
            printf("%s '%s'",
                   name == json_first(list) ? ", without" : ",",
                   json_text(name));
        }
        printf("%s\n", json_count(list) > 0 ? ", asked on the login node" : "");
    }
    json_free(list);
}

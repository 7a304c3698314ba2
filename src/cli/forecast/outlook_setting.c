#include "cli/forecast/outlook_setting.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/outlook.h"
#include "cli/sweep/sweep.h"
#include "store/reader_costs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Texts of the provenance, each NULL where the file has none. */
struct outlook_setting {
    struct cJSON *job;
    struct cJSON *models;
    struct cJSON *roles;
    struct cJSON *run;
};

static struct cJSON *read_part(const struct reader_costs *file,
                               const char *name)
{
    const char *text = reader_costs_provenance(file, name);

    return text ? json_parse(text, strlen(text), name, NULL) : NULL;
}

struct outlook_setting *outlook_setting_read(const struct reader_costs *file)
{
    struct outlook_setting *self = mem_alloc(1, sizeof *self);

    self->job = read_part(file, "job");
    self->models = read_part(file, "models");
    self->roles = read_part(file, "roles");
    self->run = read_part(file, "run");
    return self;
}

void outlook_setting_destroy(struct outlook_setting *self)
{
    if (!self)
        return;
    json_free(self->job);
    json_free(self->models);
    json_free(self->roles);
    json_free(self->run);
    free(self);
}

/* The object of that name in an array, or an object of them; NULL: none. */
static const struct cJSON *find_named(const struct cJSON *list,
                                      const char *name)
{
    const struct cJSON *at = json_first(list);

    while (at && !text_equal(json_member_text(at, "name"), name))
        at = json_next(at);
    return at;
}

static bool is_same_model(const struct outlook_setting *self,
                          const struct outlook_wanted *wanted)
{
    const struct cJSON *of = find_named(self->models, wanted->name);
    const char *identity;

    if (!of)
        of = find_named(self->roles, wanted->name);
    identity = json_member_text(of, "identity");
    return !identity || !identity[0] || !wanted->identity[0]
           || text_equal(identity, wanted->identity);
}

/* Who shares a GPU is nothing to a model that needs none. */
static bool is_same_width(const struct outlook_setting *self,
                          const struct job *job,
                          const struct outlook_wanted *wanted)
{
    const struct cJSON *of =
        find_named(json_member(self->job, "models"), wanted->name);
    const double share = json_member_number(self->job, "share");
    double gpus;

    if (!of)
        of = find_named(json_member(self->job, "roles"), wanted->name);
    gpus = json_member_number(of, "gpus");
    return (isnan(gpus) || gpus == (double)wanted->gpus)
           && (!wanted->needs_gpu || isnan(share)
               || share == (double)job->share);
}

/* Times what the job says of the model, on that type; 0 = it does not tell. */
static double speed_on(const struct outlook *outlook,
                       size_t player,
                       const char *type)
{
    const size_t t = job_gpu_type_called(outlook->job, type);

    return t < outlook->types.num_gpu
               ? slot_types_told(&outlook->types.params, t, player)
               : 0;
}

/* The seconds that tokens took on each type add up, so factors do by the share
 * of the answers. */
static double type_factor(const struct outlook_setting *self,
                          const struct outlook *outlook,
                          const struct outlook_wanted *wanted)
{
    const struct cJSON *of =
        find_named(json_member(self->run, "models"), wanted->name);
    const struct cJSON *types = json_member(of, "gpus");
    double answers = 0;
    double longer = 0;

    if (outlook->job->num_gpu_types == 0 || !wanted->needs_gpu)
        return 1;
    for (const struct cJSON *at = json_first(types); at; at = json_next(at)) {
        const double num = json_number(at);
        const double speed = speed_on(outlook, wanted->player, json_key(at));

        if (!(num > 0))
            continue;
        if (!(speed > 0))
            return 0;
        answers += num;
        longer += num / speed;
    }
    if (answers > 0)
        return longer / answers;
    /* nobody noted on which of them it was */
    if (outlook->job->num_gpu_types > 1)
        return 0;
    longer = speed_on(outlook, wanted->player, outlook->job->gpu_types[0].type);
    return longer > 0 ? 1 / longer : 0;
}

double outlook_setting_factor(const struct outlook_setting *self,
                              const struct outlook *outlook,
                              const struct outlook_wanted *wanted)
{
    if (!is_same_model(self, wanted)
        || !is_same_width(self, outlook->job, wanted))
        return 0;
    return type_factor(self, outlook, wanted);
}

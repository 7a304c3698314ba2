#include "cli/forecast/outlook_known.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/api_workers.h"
#include "cli/forecast/outlook_roles.h"
#include "cli/forecast/outlook_setting.h"
#include "cli/sweep/sweep.h"
#include "store/reader_costs.h"

#include <math.h>
#include <stdlib.h>

/* Times that a typed number is off before that is said. */
static const double worth_saying = 1.5;

enum { MOST_NAMED = 8 }; /* models without a speed */

/* The last that is known of a number. */
static void prefer(double *number,
                   enum outlook_source *from,
                   double other,
                   enum outlook_source source)
{
    if (other > 0) {
        *number = other;
        *from = source;
    }
}

/* What was measured, which wins over the job where it is of the same setting. */
static void measured(struct outlook_model *out,
                     const struct outlook_said *said,
                     const struct reader_costs *costs,
                     double factor)
{
    const double speed = reader_costs_tokens_per_s(costs, said->name);
    const double load_s = reader_costs_load_s(costs, said->name);

    if (!(factor > 0)) {
        prefer(&out->tokens_per_s, &out->speed_from, speed, OUTLOOK_OTHER);
        prefer(&out->load_s, &out->load_from, load_s, OUTLOOK_OTHER);
        return;
    }
    prefer(&out->tokens_per_s,
           &out->speed_from,
           speed * factor,
           OUTLOOK_RESULTS);
    prefer(&out->load_s, &out->load_from, load_s, OUTLOOK_RESULTS);
}

/* A new checkpoint is as fast as those before it, whatever the job says. */
static void as_those_before(struct outlook_model *out,
                            const struct outlook_earlier *earlier)
{
    if (out->speed_from != OUTLOOK_RESULTS) {
        prefer(&out->tokens_per_s,
               &out->speed_from,
               earlier->like_tokens_per_s,
               OUTLOOK_RESULTS);
    }
    if (out->load_from != OUTLOOK_RESULTS) {
        prefer(&out->load_s,
               &out->load_from,
               earlier->like_load_s,
               OUTLOOK_RESULTS);
    }
}

static void as_the_job_says(struct outlook_model *out,
                            const struct outlook_said *said)
{
    if (out->speed_from == OUTLOOK_RESULTS) {
        out->said_tokens_per_s =
            said->tokens_per_s > 0 ? said->tokens_per_s : 0;
    } else {
        prefer(&out->tokens_per_s,
               &out->speed_from,
               said->tokens_per_s,
               OUTLOOK_JOB);
    }
    if (out->load_from == OUTLOOK_RESULTS) {
        out->said_load_s = said->load_s > 0 ? said->load_s : 0;
    } else {
        prefer(&out->load_s, &out->load_from, said->load_s, OUTLOOK_JOB);
    }
}

void outlook_know(struct outlook *self,
                  struct outlook_model *out,
                  const struct outlook_said *said,
                  const struct outlook_earlier *earlier)
{
    const struct outlook_wanted wanted = {
        .name = said->name,
        .identity = said->facts->identity,
        .gpus = said->gpus,
        .needs_gpu = !api_workers_may_take(self->job, said->at),
        .player = (size_t)(out - self->models),
    };

    prefer(&out->tokens_per_s,
           &out->speed_from,
           said->facts->tokens_per_s,
           OUTLOOK_BACKEND);
    prefer(&out->load_s, &out->load_from, said->facts->load_s, OUTLOOK_BACKEND);
    if (earlier) {
        measured(out,
                 said,
                 earlier->costs,
                 outlook_setting_factor(earlier->setting, self, &wanted));
        if (said->is_checkpoint)
            as_those_before(out, earlier);
    }
    as_the_job_says(out, said);
    out->is_load_known = out->load_s > 0 || said->facts->has_no_load;
}

static void warn_of(const struct outlook *self,
                    const char *name,
                    const char *key,
                    double said,
                    double measured)
{
    if (said > 0
        && fmax(said, measured) > worth_saying * fmin(said, measured)) {
        log_warn("%s: %s of '%s' is %.4g, but %s measured %.4g, which counts; "
                 "leave the key out, or forecast_from if that is another "
                 "setting",
                 self->job->path,
                 key,
                 name,
                 said,
                 self->measured_in,
                 measured);
    }
}

void outlook_warn(const struct outlook *self)
{
    const char **names = outlook_names(self);

    for (size_t i = 0; i < self->job->num_models + self->num_roles; i++) {
        const struct outlook_model *of = &self->models[i];

        if (of->speed_from == OUTLOOK_RESULTS) {
            warn_of(self,
                    names[i],
                    "tokens_per_s",
                    of->said_tokens_per_s,
                    of->tokens_per_s);
        }
        warn_of(self, names[i], "load_s", of->said_load_s, of->load_s);
    }
    free((void *)names);
}

/* Of names for people, so many are said. */
static void add_name(struct text *text, const char *name, size_t num_before)
{
    if (num_before < MOST_NAMED)
        text_addf(text, "%s'%s'", num_before > 0 ? ", " : "", name);
}

static char *end_names(struct text *text, size_t num)
{
    char *out;

    if (num > MOST_NAMED)
        text_addf(text, " and %zu more", num - MOST_NAMED);
    out = mem_text(text_data(text));
    text_release(text);
    return out;
}

char *outlook_without_speed(const struct outlook *self)
{
    struct text text = { 0 };
    size_t num = 0;

    for (size_t i = 0; i < self->job->num_models; i++) {
        if (isnan(self->models[i].work_s))
            add_name(&text, self->job->models[i].name, num++);
    }
    return end_names(&text, num);
}

char *outlook_without_load(const struct outlook *self)
{
    const char **names = outlook_names(self);
    struct text text = { 0 };
    size_t num = 0;

    for (size_t i = 0; i < self->params.num_models; i++) {
        if (!self->models[i].is_load_known && self->models[i].num_asked > 0)
            add_name(&text, names[i], num++);
    }
    free((void *)names);
    if (num > 0)
        return end_names(&text, num);
    text_release(&text);
    return NULL;
}

static size_t count_sharers(const struct sweep *sweep, const char *account)
{
    const unsigned played = roles_dispatched(&sweep->roles);
    size_t num = 0;

    for (size_t i = 0; i < sweep->job->num_models; i++)
        num += text_equal(sweep->facts[i].account.name, account);
    for (unsigned role = ROLE_ANSWER + 1; role < NUM_ROLES; role++) {
        num += (played & 1u << role)
               && text_equal(sweep->roles.players[role].facts.account.name,
                             account);
    }
    return num;
}

void outlook_heed_account(struct outlook_model *out,
                          const struct sweep *sweep,
                          const struct backend_account *account)
{
    const double each = out->tokens / fmax(1, (double)out->num_asked);
    double most = (double)INFINITY;

    if (account->tokens > 0)
        most = account->tokens;
    if (account->requests > 0)
        most = fmin(most, account->requests * each);
    if (isinf(most) || !account->name[0])
        return;
    out->is_by_request =
        account->requests > 0 && most >= account->requests * each;
    most /= 60 * fmax(1, (double)count_sharers(sweep, account->name));
    out->account_tokens_per_s = most;
    if (most > 0 && (!(out->tokens_per_s > 0) || out->tokens_per_s > most)) {
        out->tokens_per_s = most;
        out->speed_from = OUTLOOK_ACCOUNT;
    }
}

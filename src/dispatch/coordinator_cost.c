/*
 * What models cost, and the limit of that: nothing is leased that is expected
 * to pass it.  What is in hand may turn out dearer.
 */
#include "base/log.h"
#include "base/text.h"
#include "dispatch/coordinator_parts.h"
#include "schedule/schedule.h"

static const struct coordinator_tariff *tariff_of(
    const struct coordinator *self,
    int model)
{
    static const struct coordinator_tariff nothing = { .account = -1 };

    return self->params.tariffs ? &self->params.tariffs[model] : &nothing;
}

double coordinator_cost(const struct coordinator *self, size_t model)
{
    return tariff_of(self, (int)model)->spent + self->models[model].cost;
}

void cost_count(struct coordinator *self, int model, const struct reply *reply)
{
    const struct coordinator_tariff *tariff = tariff_of(self, model);

    self->models[model].cost += reply->prompt_tokens * tariff->prompt_price
                                + reply->reply_tokens * tariff->reply_price;
    if (self->models[model].is_estimated || tariff->is_estimated
        || (!(tariff->prompt_price > 0) && !(tariff->reply_price > 0))
        || !reply_is_estimated(reply))
        return;
    self->models[model].is_estimated = true;
    log_warn("cost is estimated: model=%s: its provider does not count the "
             "tokens of every reply",
             self->params.models[model].name);
}

bool cost_is_estimated(const struct coordinator *self)
{
    for (size_t i = 0; i < self->params.num_models; i++) {
        if (self->models[i].is_estimated
            || tariff_of(self, (int)i)->is_estimated)
            return true;
    }
    return false;
}

/* Of one unit: as those before it, else all its tokens at the higher price. */
static double expected(const struct coordinator *self, int model, size_t unit)
{
    const struct coordinator_tariff *tariff = tariff_of(self, model);
    const struct model_state *of = &self->models[model];
    const double price = tariff->prompt_price > tariff->reply_price
                             ? tariff->prompt_price
                             : tariff->reply_price;

    if (of->num_results > 0)
        return of->cost / (double)of->num_results;
    return schedule_cost(self->params.schedule, unit) * price;
}

static size_t num_in_hand(const struct coordinator *self, int model)
{
    size_t num = 0;

    for (size_t i = 0; i < self->num_peers; i++) {
        for (size_t j = 0; j < PEER_LEASES; j++) {
            const struct peer_lease *lease = &self->peers[i].leases[j];

            if (lease->epoch != 0 && lease->model == model)
                num += lease->num_open;
        }
    }
    return num;
}

size_t cost_fit(const struct coordinator *self, int model, size_t num)
{
    const struct coordinator_tariff *tariff = tariff_of(self, model);
    double left;

    if (tariff->limit <= 0)
        return num;
    left = tariff->limit - coordinator_cost(self, (size_t)model);
    for (size_t i = 0; i < num; i++) {
        const double cost = expected(self, model, self->units[i]);

        if (i == 0)
            left -= cost * (double)num_in_hand(self, model);
        left -= cost;
        if (left < 0)
            return i;
    }
    return num;
}

bool coordinator_is_spent(const struct coordinator *self, size_t model)
{
    return self->models[model].is_spent;
}

void cost_stop(struct coordinator *self, int model)
{
    struct model_state *of = &self->models[model];

    if (of->given_up || num_in_hand(self, model) > 0)
        return;
    of->is_spent = true;
    of->given_up =
        text_format("its cost limit of %g is reached, %.4g is spent; raise "
                    "cost_limit and run the same command again",
                    tariff_of(self, model)->limit,
                    coordinator_cost(self, (size_t)model));
    log_warn("model stopped: model=%s %s",
             self->params.models[model].name,
             of->given_up);
}

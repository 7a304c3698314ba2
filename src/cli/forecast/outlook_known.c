#include "cli/forecast/outlook_known.h"

#include "base/text.h"
#include "cli/sweep/sweep.h"
#include "store/reader_costs.h"

#include <math.h>

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

void outlook_know(struct outlook_model *out,
                  const struct outlook_said *said,
                  const struct reader_costs *earlier)
{
    prefer(&out->tokens_per_s,
           &out->speed_from,
           said->facts->tokens_per_s,
           OUTLOOK_BACKEND);
    prefer(&out->load_s, &out->load_from, said->facts->load_s, OUTLOOK_BACKEND);
    if (earlier) {
        prefer(&out->tokens_per_s,
               &out->speed_from,
               reader_costs_tokens_per_s(earlier, said->name),
               OUTLOOK_RESULTS);
        prefer(&out->load_s,
               &out->load_from,
               reader_costs_load_s(earlier, said->name),
               OUTLOOK_RESULTS);
    }
    prefer(&out->tokens_per_s,
           &out->speed_from,
           said->tokens_per_s,
           OUTLOOK_JOB);
    prefer(&out->load_s, &out->load_from, said->load_s, OUTLOOK_JOB);
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
    most /= 60 * fmax(1, (double)count_sharers(sweep, account->name));
    if (most > 0 && (!(out->tokens_per_s > 0) || out->tokens_per_s > most)) {
        out->tokens_per_s = most;
        out->speed_from = OUTLOOK_ACCOUNT;
    }
}

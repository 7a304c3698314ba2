/*
 * What an account allows in a minute is divided evenly among the workers that
 * have work of its models in hand.
 */
#include "base/mem.h"
#include "dispatch/coordinator_parts.h"

#include <stdlib.h>

/* The account that a worker speaks to now; -1 = none with a limit. */
static int account_of(const struct coordinator *self, const struct peer *peer)
{
    const struct coordinator_params *params = &self->params;
    const struct coordinator_account *limits;
    int account;

    if (!params->tariffs || peer->is_lost || peer->held < 0
        || peer_num_open(peer) == 0)
        return -1;
    account = params->tariffs[peer->held].account;
    if (account < 0)
        return -1;
    limits = &params->accounts[account];
    return limits->requests > 0 || limits->tokens > 0 ? account : -1;
}

/* Workers that speak to each account now: [num_accounts], free().  All in one go,
 * as there may be very many. */
static size_t *count_sharers(const struct coordinator *self)
{
    size_t *num = mem_alloc(self->params.num_accounts, sizeof *num);

    for (size_t i = 0; i < self->num_peers; i++) {
        const int account = account_of(self, &self->peers[i]);

        if (account >= 0)
            num[account]++;
    }
    return num;
}

static int tell(struct coordinator *self,
                struct peer *peer,
                int account,
                size_t num_sharers,
                struct error *err)
{
    const struct coordinator_account *limits = &self->params.accounts[account];
    const struct rate rate = {
        .model = (uint32_t)peer->held,
        .requests = limits->requests / (double)num_sharers,
        .tokens = limits->tokens / (double)num_sharers,
    };
    struct text body = { 0 };
    int rc;

    protocol_begin(&body, self->params.tag);
    protocol_put_rate(&body, &rate);
    rc = send_text(self, peer, MSG_RATE, &body, err);
    text_release(&body);
    peer->rate_model = peer->held;
    peer->rate_sharers = num_sharers;
    return rc;
}

int rate_hand_out(struct coordinator *self, bool is_pulse, struct error *err)
{
    size_t *num_sharers;
    int rc = 0;

    if (self->params.num_accounts == 0)
        return 0;
    num_sharers = count_sharers(self);
    for (size_t i = 0; i < self->num_peers && rc == 0; i++) {
        struct peer *peer = &self->peers[i];
        const int account = account_of(self, peer);

        if (account >= 0
            && (is_pulse || peer->rate_model != peer->held
                || peer->rate_sharers != num_sharers[account]))
            rc = tell(self, peer, account, num_sharers[account], err);
    }
    free(num_sharers);
    return rc;
}

#include "dispatch/peer.h"

#include "base/mem.h"

#include <stdlib.h>

void peer_close_lease(struct peer_lease *lease)
{
    free(lease->units);
    *lease = (struct peer_lease){ 0 };
}

void peer_forget_load(struct peer *peer)
{
    peer->counted_load = -1;
    peer->first_model = -1;
    peer->loading_s = 0;
    peer->result_ms = 0;
}

void peer_release(struct peer *peer)
{
    for (size_t i = 0; i < PEER_LEASES; i++)
        peer_close_lease(&peer->leases[i]);
    free(peer->stale);
    free(peer->acks);
    *peer = (struct peer){ 0 };
}

struct peer_lease *peer_lease_of(struct peer *peer, uint32_t epoch)
{
    for (size_t i = 0; i < PEER_LEASES; i++) {
        if (peer->leases[i].epoch == epoch)
            return &peer->leases[i];
    }
    return NULL;
}

struct peer_lease *peer_free_lease(struct peer *peer)
{
    return peer_lease_of(peer, 0);
}

struct peer_lease *peer_newest_lease(struct peer *peer)
{
    struct peer_lease *newest = NULL;

    for (size_t i = 0; i < PEER_LEASES; i++) {
        struct peer_lease *lease = &peer->leases[i];

        if (lease->epoch != 0 && (!newest || lease->epoch > newest->epoch))
            newest = lease;
    }
    return newest;
}

size_t peer_num_open(const struct peer *peer)
{
    size_t num = 0;

    for (size_t i = 0; i < PEER_LEASES; i++)
        num += peer->leases[i].num_open;
    return num;
}

static void add(struct hash128 **ids,
                size_t *num,
                size_t *cap,
                struct hash128 unit)
{
    *ids = mem_reserve(*ids, cap, *num + 1, sizeof **ids);
    (*ids)[(*num)++] = unit;
}

void peer_add_ack(struct peer *peer, struct hash128 unit)
{
    add(&peer->acks, &peer->num_acks, &peer->cap_acks, unit);
}

void peer_add_stale(struct peer *peer, struct hash128 unit)
{
    add(&peer->stale, &peer->num_stale, &peer->cap_stale, unit);
}

#include "spy.h"

#include "base/mem.h"
#include "dispatch/protocol.h"
#include "trustsweep/transport.h"
#include "world.h"

struct world *spy_world;

struct spy {
    struct transport base;
    struct transport *inner;
};

static int spy_send(struct transport *base,
                    int dest,
                    uint32_t type,
                    const void *bytes,
                    size_t len,
                    struct error *err)
{
    struct transport *inner = ((struct spy *)base)->inner;
    struct id_list list;
    struct buffer in;

    if (type == MSG_ACK) {
        CHECK(protocol_open(&in, bytes, len, TAG, NULL) == 0
                  && protocol_get_ids(&in, &list, NULL) == 0,
              "a torn message");
        for (uint32_t i = 0; i < list.num; i++) {
            size_t unit = toy_find(NULL, list.ids[i]);

            if (unit == SIZE_MAX)
                continue;
            CHECK(spy_world->fates[unit].is_safe,
                  "unit %zu is called safe and is not",
                  unit);
            spy_world->fates[unit].is_acked = true;
        }
        free(list.ids);
    }
    return inner->ops->send(inner, dest, type, bytes, len, err);
}

static int spy_recv(struct transport *base,
                    struct message *out,
                    struct error *err)
{
    struct transport *inner = ((struct spy *)base)->inner;

    return inner->ops->recv(inner, out, err);
}

static size_t spy_pending(struct transport *base)
{
    (void)base;
    return 0;
}

static void spy_destroy(struct transport *base)
{
    struct transport *inner = ((struct spy *)base)->inner;

    inner->ops->destroy(inner);
    free(base);
}

struct transport *spy_on(struct transport *inner)
{
    static const struct transport_ops ops = {
        .name = "spy",
        .send = spy_send,
        .recv = spy_recv,
        .pending = spy_pending,
        .destroy = spy_destroy,
    };
    struct spy *spy = mem_alloc(1, sizeof *spy);

    spy->base = (struct transport){ &ops, inner->rank, inner->size };
    spy->inner = inner;
    return &spy->base;
}

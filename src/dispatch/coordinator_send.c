#include "base/mem.h"
#include "dispatch/coordinator_parts.h"
#include "trustsweep/transport.h"

int send_text(struct coordinator *self,
              const struct peer *peer,
              enum message_type type,
              const struct text *body,
              struct error *err)
{
    struct transport *transport = self->params.transport;

    return transport->ops->send(transport,
                                peer->rank,
                                (uint32_t)type,
                                text_data(body),
                                body->len,
                                err);
}

int send_ids(struct coordinator *self,
             const struct peer *peer,
             enum message_type type,
             const struct id_list *list,
             struct error *err)
{
    struct text body = { 0 };
    int rc;

    protocol_begin(&body, self->params.tag);
    protocol_put_ids(&body, list->ids, list->num);
    rc = send_text(self, peer, type, &body, err);
    text_release(&body);
    return rc;
}

/* Without a body. */
int send_stop(struct transport *transport,
              uint64_t tag,
              int rank,
              struct error *err)
{
    struct text body = { 0 };
    int rc;

    protocol_begin(&body, tag);
    rc = transport->ops->send(transport,
                              rank,
                              (uint32_t)MSG_STOP,
                              text_data(&body),
                              body.len,
                              err);
    text_release(&body);
    return rc;
}

void coordinator_turn_away(struct transport *transport, uint64_t tag)
{
    for (int rank = 1; rank < transport->size; rank++)
        (void)send_stop(transport, tag, rank, NULL);
}

int send_let_go(struct coordinator *self,
                const struct peer *peer,
                struct error *err)
{
    struct text body = { 0 };
    int rc;

    protocol_begin(&body, self->params.tag);
    rc = send_text(self, peer, MSG_LET_GO, &body, err);
    text_release(&body);
    return rc;
}

int send_together(struct coordinator *self,
                  const struct peer *peer,
                  const struct together *together,
                  struct error *err)
{
    struct text body = { 0 };
    int rc;

    protocol_begin(&body, self->params.tag);
    protocol_put_together(&body, together);
    rc = send_text(self, peer, MSG_TOGETHER, &body, err);
    text_release(&body);
    return rc;
}

int send_models(struct coordinator *self,
                const struct peer *peer,
                struct error *err)
{
    size_t num = self->params.num_models;
    struct model_list list = { .num = (uint32_t)num };
    struct text body = { 0 };
    int rc;

    list.models = mem_alloc(num, sizeof *list.models);
    for (size_t i = 0; i < num; i++) {
        list.models[i].name = mem_text(self->params.models[i].name);
        list.models[i].spec = mem_text(self->params.models[i].spec);
        list.models[i].max_context =
            (uint32_t)self->params.models[i].max_context;
        list.models[i].stuck_ms = (uint32_t)self->params.models[i].stuck_ms;
        list.models[i].num_devices = self->params.models[i].num_devices;
        list.models[i].num_ranks =
            self->params.models[i].num_ranks > 1
                ? (uint32_t)self->params.models[i].num_ranks
                : 1;
        list.models[i].num_nodes =
            self->params.models[i].num_nodes > 1
                ? (uint32_t)self->params.models[i].num_nodes
                : 1;
    }
    protocol_begin(&body, self->params.tag);
    protocol_put_models(&body, &list);
    rc = send_text(self, peer, MSG_MODELS, &body, err);
    text_release(&body);
    protocol_release_models(&list);
    return rc;
}

int send_pulse(struct coordinator *self,
               const struct peer *peer,
               struct error *err)
{
    struct text body = { 0 };
    int rc;

    protocol_begin(&body, self->params.tag);
    protocol_put_pulse(&body, (uint32_t)self->params.pulse_promise_ms);
    rc = send_text(self, peer, MSG_PULSE, &body, err);
    text_release(&body);
    return rc;
}

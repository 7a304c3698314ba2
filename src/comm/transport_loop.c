#include "comm/transport_loop.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

struct letter {
    struct message message;
    int64_t due_ms;
};

struct mailbox {
    struct letter *letters; /* [num], in order of sending */
    size_t num;
    size_t cap;
    int64_t *last_due_ms; /* [size]: of the newest letter from each rank */
    bool is_dead;
};

struct loop {
    struct loop_params params;
    uint64_t random;
    struct mailbox *mailboxes; /* [size] */
};

struct transport_loop {
    struct transport base;
    struct loop *loop; /* borrowed */
};

static bool draw(struct loop *loop, double probability)
{
    return probability > 0 && random_unit(&loop->random) < probability;
}

/* A letter is due after a random time, not before an earlier one of the same
 * pair unless it may overtake it. */
static int64_t next_due(struct loop *loop, struct mailbox *box, int source)
{
    int64_t due = clock_ms();

    if (loop->params.max_delay_ms > 0) {
        uint64_t bound = (uint64_t)loop->params.max_delay_ms + 1;

        due += (int64_t)random_below(&loop->random, bound);
    }
    if (draw(loop, loop->params.reorder))
        return due;
    if (due < box->last_due_ms[source])
        due = box->last_due_ms[source];
    box->last_due_ms[source] = due;
    return due;
}

static int loop_send(struct transport *base,
                     int dest,
                     uint32_t type,
                     const void *bytes,
                     size_t len,
                     struct error *err)
{
    struct transport_loop *self = (struct transport_loop *)base;
    struct loop *loop = self->loop;
    struct mailbox *box;
    int copies = 1;

    if (dest < 0 || dest >= base->size)
        BUG("send to rank %d of %d", dest, base->size);
    if (len > TRANSPORT_MAX_LEN) {
        return error_set(err,
                         ERR_PERMANENT,
                         "a message of %zu bytes is over the limit of %d",
                         len,
                         (int)TRANSPORT_MAX_LEN);
    }
    box = &loop->mailboxes[dest];
    if (loop->mailboxes[base->rank].is_dead || box->is_dead)
        return 0;
    if (draw(loop, loop->params.lose)) {
        copies = 0;
    } else if (draw(loop, loop->params.duplicate)) {
        copies = 2;
    }
    for (int i = 0; i < copies; i++) {
        struct letter letter = {
            .message = { .source = base->rank, .type = type, .len = len },
            .due_ms = next_due(loop, box, base->rank),
        };

        letter.message.bytes = mem_copy(bytes, len);
        box->letters = mem_reserve(box->letters,
                                   &box->cap,
                                   box->num + 1,
                                   sizeof *box->letters);
        box->letters[box->num++] = letter;
    }
    return 0;
}

static int loop_recv(struct transport *base,
                     struct message *out,
                     struct error *err)
{
    struct transport_loop *self = (struct transport_loop *)base;
    struct mailbox *box = &self->loop->mailboxes[base->rank];
    size_t first = 0;

    (void)err;
    for (size_t i = 1; i < box->num; i++) {
        if (box->letters[i].due_ms < box->letters[first].due_ms)
            first = i;
    }
    if (box->num == 0 || box->letters[first].due_ms > clock_ms())
        return 0;
    *out = box->letters[first].message;
    box->num--;
    memmove(&box->letters[first],
            &box->letters[first + 1],
            (box->num - first) * sizeof *box->letters);
    return 1;
}

static size_t loop_pending(struct transport *base)
{
    (void)base; /* what is sent has left at once */
    return 0;
}

static void loop_rank_destroy(struct transport *base)
{
    free(base);
}

static const struct transport_ops loop_ops = {
    .name = "loop",
    .send = loop_send,
    .recv = loop_recv,
    .pending = loop_pending,
    .destroy = loop_rank_destroy,
};

static void empty_mailbox(struct mailbox *box)
{
    for (size_t i = 0; i < box->num; i++)
        message_release(&box->letters[i].message);
    box->num = 0;
}

struct loop *loop_create(const struct loop_params *params)
{
    struct loop *loop = mem_alloc(1, sizeof *loop);
    size_t size;

    if (params->size < 1)
        BUG("a loop of %d ranks", params->size);
    size = (size_t)params->size;
    loop->params = *params;
    loop->random = params->seed;
    loop->mailboxes = mem_alloc(size, sizeof *loop->mailboxes);
    for (size_t i = 0; i < size; i++) {
        loop->mailboxes[i].last_due_ms = mem_alloc(size, sizeof(int64_t));
        for (size_t j = 0; j < size; j++)
            loop->mailboxes[i].last_due_ms[j] = INT64_MIN;
    }
    return loop;
}

void loop_destroy(struct loop *loop)
{
    if (!loop)
        return;
    for (int i = 0; i < loop->params.size; i++) {
        empty_mailbox(&loop->mailboxes[i]);
        free(loop->mailboxes[i].letters);
        free(loop->mailboxes[i].last_due_ms);
    }
    free(loop->mailboxes);
    free(loop);
}

struct transport *transport_loop_create(struct loop *loop, int rank)
{
    struct transport_loop *self = mem_alloc(1, sizeof *self);

    if (rank < 0 || rank >= loop->params.size)
        BUG("rank %d of %d", rank, loop->params.size);
    self->base.ops = &loop_ops;
    self->base.rank = rank;
    self->base.size = loop->params.size;
    self->loop = loop;
    return &self->base;
}

void loop_kill(struct loop *loop, int rank, bool dead)
{
    empty_mailbox(&loop->mailboxes[rank]);
    loop->mailboxes[rank].is_dead = dead;
}

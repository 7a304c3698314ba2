#include "toy.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct faults toy_faults;
uint64_t toy_random;
size_t toy_generated[NUM_UNITS];
size_t toy_made[NUM_MODELS];
size_t toy_loaded;
int toy_killed_rank;

struct hash128 toy_id(size_t unit)
{
    /* As good as a hash here, and found again without a search. */
    return (struct hash128){ unit * 0x9e3779b97f4a7c15U, unit };
}

size_t toy_find(void *self, struct hash128 id)
{
    (void)self;
    return id.low < NUM_UNITS && hash_equal(toy_id((size_t)id.low), id)
               ? (size_t)id.low
               : SIZE_MAX;
}

void toy_expected(size_t unit, char *out, size_t size)
{
    if (unit == UNASKABLE) {
        (void)snprintf(out, size, "failed unit 7 cannot be asked");
    } else if (unit == POISON && toy_faults.has_poison) {
        (void)snprintf(out, size, "failed poisoned");
    } else if (unit == POISON && toy_faults.has_killer) {
        (void)snprintf(out, size, "failed quarantined: ");
    } else if (unit / TOY_PER_MODEL == 1
               && (toy_faults.has_bad_model || toy_faults.has_torn_model)) {
        (void)snprintf(out,
                       size,
                       "failed the model cannot be loaded: "
                       "no such model file");
    } else {
        (void)snprintf(out, size, "answered answer %zu", unit);
    }
}

struct toy {
    struct backend base;
    struct toy *next; /* those that live */
    int node;
    int num_nodes;
    int meet;
    bool has_met; /* its part */
    int model;
    int rank;
    struct hash128 units[PARALLEL];
    int64_t due_ms[PARALLEL];
    size_t num;
    int64_t ready_ms; /* loading until then */
    int64_t torn_ms;  /* what is torn breaks then */
    bool has_answered;
    bool hangs;
};

static struct toy *first_toy;

int toy_free_port(void)
{
    static int port = 1000;

    return port = port < 60000 ? port + 1 : 1000;
}

int toy_part_rank(void)
{
    for (const struct toy *toy = first_toy; toy; toy = toy->next) {
        if (toy->node > 0)
            return toy->rank;
    }
    return 0;
}

/* What is over two nodes works only while its own part is there, and hangs when
 * that has gone. */
static bool toy_meets(struct toy *toy)
{
    if (toy->num_nodes < 2)
        return true;
    for (const struct toy *other = first_toy; other; other = other->next) {
        if (other->node == 1 && other->meet == toy->meet) {
            toy->has_met = true;
            return true;
        }
    }
    toy->hangs = toy->hangs || toy->has_met;
    return false;
}

static int toy_submit(struct backend *base,
                      const struct request *request,
                      struct error *err)
{
    struct toy *toy = (struct toy *)base;
    size_t unit = (size_t)request->item_index;

    if (unit / TOY_PER_MODEL != (size_t)toy->model)
        BUG("unit %zu came to model %d", unit, toy->model);
    if (unit == UNASKABLE)
        return error_set(err, ERR_PERMANENT, "unit 7 cannot be asked");
    if (toy->num == PARALLEL)
        return error_set(err, ERR_TRANSIENT, "full");
    toy->units[toy->num] = request->unit;
    toy->due_ms[toy->num] =
        (toy->ready_ms > clock_ms() ? toy->ready_ms : clock_ms()) + 50
        + (int64_t)(unit * 37 % 400);
    toy->num++;
    return 0;
}

static void toy_remove(struct toy *toy, size_t at)
{
    toy->num--;
    toy->units[at] = toy->units[toy->num];
    toy->due_ms[at] = toy->due_ms[toy->num];
}

static void toy_answer(size_t unit, struct reply *out)
{
    char text[32];
    int len = snprintf(text, sizeof text, "answer %zu", unit);

    out->unit = toy_id(unit);
    out->reply_tokens = 2;
    out->prompt_tokens = 3;
    if (random_unit(&toy_random) < toy_faults.fail_unit) {
        reply_fail(out, STATE_FAILED, "bad luck");
        return;
    }
    toy_generated[unit]++;
    reply_set_text(out, text, (size_t)len, FINISH_STOP);
}

/* Of a unit that nobody asked, of none there is, without an answer, or with one
 * that is no text. */
static bool toy_garbage(const struct toy *toy, size_t unit, struct reply *out)
{
    if (random_unit(&toy_random) >= toy_faults.garbage)
        return false;
    out->unit = toy_id(unit);
    switch (random_below(&toy_random, 5)) {
    case 4:
        reply_set_text(out, "text", 4, FINISH_STOP);
        out->text[1] = (char)0xff;
        break;
    case 0:
        out->unit = toy_id((size_t)toy->rank + 0x100000U);
        reply_set_text(out, "nobody asked", 12, FINISH_STOP);
        break;
    case 1:
        out->state = STATE_NONE;
        break;
    case 2:
        out->state = STATE_ANSWERED; /* and no text */
        break;
    default:
        out->state = (enum state)(NUM_STATES + 3);
        break;
    }
    return true;
}

static int toy_part_step(struct error *err)
{
    if (random_unit(&toy_random) >= toy_faults.break_part)
        return 0;
    return error_set(err, ERR_IO, "a part is broken by chance");
}

static int toy_step(struct backend *base,
                    int budget_ms,
                    struct reply *out,
                    struct error *err)
{
    struct toy *toy = (struct toy *)base;

    if (toy->node > 0)
        return toy_part_step(err);
    if (!toy_meets(toy))
        return 0;
    if (budget_ms > 0 && random_unit(&toy_random) < toy_faults.break_backend)
        return error_set(err, ERR_IO, "broken by chance");
    if (budget_ms > 0 && random_unit(&toy_random) < toy_faults.hang_backend)
        toy->hangs = true;
    if (toy_faults.has_torn_model && toy->model == 1
        && clock_ms() >= toy->torn_ms)
        return error_set(err, ERR_IO, "no such model file");
    for (size_t i = 0; i < toy->num && !toy->hangs; i++) {
        size_t unit = toy_find(NULL, toy->units[i]);

        if (toy->due_ms[i] > clock_ms())
            continue;
        if (toy_faults.has_poison && unit == POISON)
            return error_set(err, ERR_IO, "poisoned");
        if (toy_faults.has_killer && unit == POISON) {
            toy_killed_rank = toy->rank;
            return 0;
        }
        if (toy_garbage(toy, unit, out))
            return 1;
        toy_remove(toy, i);
        toy_answer(unit, out);
        toy_loaded += !toy->has_answered;
        toy->has_answered = true;
        return 1;
    }
    return 0;
}

static int toy_cancel(struct backend *base, struct hash128 unit)
{
    struct toy *toy = (struct toy *)base;

    for (size_t i = 0; i < toy->num; i++) {
        if (hash_equal(toy->units[i], unit)) {
            toy_remove(toy, i);
            break;
        }
    }
    return 0;
}

static void toy_destroy(struct backend *base)
{
    struct toy **at = &first_toy;

    while (*at && &(*at)->base != base)
        at = &(*at)->next;
    if (*at)
        *at = (*at)->next;
    free(base);
}

static const struct backend_ops toy_ops = {
    .name = "toy",
    .submit = toy_submit,
    .step = toy_step,
    .cancel = toy_cancel,
    .destroy = toy_destroy,
};

/* Model 1 has all of its nodes, while the messages are in order and in time. */
static bool toy_shares_gpus(const struct toy *a, const struct toy *b)
{
    const int each = toy_faults.node_workers;

    if (each == 0 || (a->num_nodes < 2 && b->num_nodes < 2)
        || toy_faults.max_delay_ms > 0 || toy_faults.lose > 0
        || toy_faults.duplicate > 0)
        return false;
    return (a->rank - 1) / each == (b->rank - 1) / each;
}

struct backend *toy_make(const char *spec,
                         const struct slot *slot,
                         struct error *err)
{
    struct toy *toy;
    int model = spec[strlen(spec) - 1] - '0';

    toy_made[model]++;
    if ((toy_faults.has_bad_model && model == 1)
        || (toy_faults.bad_rank > 0 && slot->max_context == toy_faults.bad_rank)
        || (toy_faults.has_bad_part && slot->node > 0)
        || random_unit(&toy_random) < toy_faults.fail_create) {
        error_set(err, ERR_IO, "no such model file");
        return NULL;
    }
    toy = mem_alloc(1, sizeof *toy);
    toy->base.ops = &toy_ops;
    toy->model = model;
    toy->rank = slot->max_context;
    toy->torn_ms = clock_ms();
    if (toy_faults.torn_ms > 0)
        toy->torn_ms +=
            (int64_t)random_below(&toy_random, (uint64_t)toy_faults.torn_ms);
    toy->ready_ms = clock_ms() + 3000;
    if (toy_faults.has_torn_model && model == 1)
        toy->ready_ms += toy_faults.torn_ms;
    toy->node = slot->node;
    toy->num_nodes = slot->num_nodes;
    toy->meet = slot->meet;
    toy->next = first_toy;
    first_toy = toy;
    for (const struct toy *other = toy->next; other; other = other->next) {
        if (toy_shares_gpus(toy, other))
            BUG("rank %d and %d have the same GPUs", toy->rank, other->rank);
    }
    return &toy->base;
}

bool toy_is_loading(const struct backend *base)
{
    const struct toy *toy = (const struct toy *)base;

    return toy->ready_ms > clock_ms() || (toy->num_nodes > 1 && !toy->has_met);
}

void toy_work_request(void *self, size_t unit, struct request *out)
{
    (void)self;
    *out = (struct request){
        .unit = toy_id(unit),
        .kind = REQUEST_CHAT,
        .task = mem_text("a/b"),
        .item_index = unit,
        .messages = mem_alloc(1, sizeof *out->messages),
        .num_messages = 1,
    };
    out->messages[0].role = mem_text("user");
    out->messages[0].text = mem_text("hello");
}

struct hash128 toy_work_id(void *self, size_t unit)
{
    (void)self;
    return toy_id(unit);
}

/*
 * dispatch_rank0 FOLDER [UNITS [STALL_MS]] - rank 0 alone: the production
 * coordinator and journal, fed by a transport that answers every lease at once.
 *
 * With STALL_MS the fifth sync takes so long.  Prints what is on disk and
 * acknowledged per second, CPU per unit (the answering is measured apart and
 * left out), memory as units get done, and the longest step.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "dispatch/coordinator.h"
#include "dispatch/protocol.h"
#include "gather/journal_private.h"
#include "schedule/schedule.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { TAG = 9, RANKS = 3, LINES = 5, STALLED_SYNC = 5, PROMPT_BYTES = 200 };

/* All there is; the parts are handed pointers to it. */
struct bench {
    struct transport transport; /* first: what the coordinator has */
    struct message *messages;   /* [num], from `first`: to rank 0 */
    size_t first;
    size_t num;
    size_t cap;
    size_t num_acks;
    int64_t answer_ns; /* spent in the transport */
    struct journal *journal;
    size_t num_units;
    char prompt[PROMPT_BYTES + 1];
    int stall_ms;
    int num_syncs;
};

static struct hash128 id_of(void *self, size_t unit)
{
    (void)self;
    return (struct hash128){ unit * 0x9e3779b97f4a7c15U, unit };
}

static size_t find(void *self, struct hash128 id)
{
    return id.low < ((struct bench *)self)->num_units ? (size_t)id.low
                                                      : SIZE_MAX;
}

static void request_of(void *self, size_t unit, struct request *out)
{
    struct bench *bench = self;

    *out = (struct request){ .unit = id_of(self, unit),
                             .kind = REQUEST_CHAT,
                             .task = mem_text("safety/bench"),
                             .item_index = unit,
                             .messages = mem_alloc(1, sizeof *out->messages),
                             .num_messages = 1 };
    out->messages[0].role = mem_text("user");
    out->messages[0].text = mem_text(bench->prompt);
}

static bool is_done(void *self, size_t unit)
{
    (void)self;
    (void)unit;
    return false;
}

static int append(void *self,
                  size_t unit,
                  const struct record *record,
                  uint64_t *ticket,
                  struct error *err)
{
    uint64_t place;

    (void)unit;
    return journal_append(((struct bench *)self)->journal,
                          record,
                          ticket,
                          &place,
                          err);
}

static int synced(void *self, uint64_t *ticket, struct error *err)
{
    return journal_synced(((struct bench *)self)->journal, ticket, err);
}

/* ---- the other side */

static void post(struct bench *self,
                 int rank,
                 enum message_type type,
                 struct text *body)
{
    if (self->first == self->num)
        self->first = self->num = 0;
    self->messages = mem_reserve(self->messages,
                                 &self->cap,
                                 self->num + 1,
                                 sizeof *self->messages);
    self->messages[self->num++] = (struct message){
        .source = rank,
        .type = (uint32_t)type,
        .len = body->len,
        .bytes = mem_copy(body->data, body->len),
    };
    text_clear(body);
}

static void answer_lease(struct bench *self, int rank, struct buffer *in)
{
    struct text body = { 0 };
    struct lease lease;
    struct error err = { 0 };

    if (protocol_get_lease(in, &lease, &err) < 0) {
        fprintf(stderr, "dispatch_rank0: %s\n", err.text);
        exit(3);
    }
    for (uint32_t i = 0; i < lease.num; i++) {
        struct result result = {
            .epoch = lease.epoch,
            .record = { .reply = { .unit = lease.entries[i].request.unit },
                        .rank = (uint32_t)rank,
                        .attempt = 1 },
        };

        reply_set_text(&result.record.reply, "yes", 3, FINISH_STOP);
        protocol_begin(&body, TAG);
        protocol_put_result(&body, &result);
        post(self, rank, MSG_RESULT, &body);
        record_release(&result.record);
    }
    protocol_release_lease(&lease);
    text_release(&body);
}

static int answer(struct transport *base,
                  int dest,
                  uint32_t type,
                  const void *bytes,
                  size_t len,
                  struct error *err)
{
    struct bench *self = (struct bench *)base;
    int64_t start_ns = clock_ns();
    struct id_list acks = { 0 };
    struct buffer in;

    if (protocol_open(&in, bytes, len, TAG, err) < 0)
        return -1;
    if (type == MSG_LEASE)
        answer_lease(self, dest, &in);
    if (type == MSG_ACK && protocol_get_ids(&in, &acks, err) == 0)
        self->num_acks += acks.num;
    free(acks.ids);
    self->answer_ns += clock_ns() - start_ns;
    return 0;
}

static int recv(struct transport *base, struct message *out, struct error *err)
{
    struct bench *self = (struct bench *)base;

    (void)err;
    if (self->first == self->num)
        return 0;
    *out = self->messages[self->first++];
    return 1;
}

static const struct transport_ops ops = {
    .name = "at once",
    .send = answer,
    .recv = recv,
};

static void say_hello(struct bench *self)
{
    struct text body = { 0 };

    for (int rank = 1; rank < RANKS; rank++) {
        struct hello hello = { .instance = (uint64_t)rank };
        struct heartbeat beat = { .instance = (uint64_t)rank,
                                  .promise_ms = 3600 * 1000,
                                  .model = 0,
                                  .load_s = 0 };

        protocol_begin(&body, TAG);
        protocol_put_hello(&body, &hello);
        post(self, rank, MSG_HELLO, &body);
        protocol_begin(&body, TAG);
        protocol_put_heartbeat(&body, &beat);
        post(self, rank, MSG_HEARTBEAT, &body);
    }
    text_release(&body);
}

/* ---- a disk that stalls once */

static int slow_sync(void *context, int fd)
{
    struct bench *self = context;

    if (++self->num_syncs == STALLED_SYNC && self->stall_ms > 0)
        clock_sleep_ms(self->stall_ms);
    return journal_io_real.sync(journal_io_real.context, fd);
}

/* ---- and the measuring */

static double cpu_s(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) < 0)
        return 0;
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
           + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double resident_mb(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long pages = 0;

    if (file && fscanf(file, "%*d %ld", &pages) != 1)
        pages = 0;
    if (file)
        (void)fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

static int run(struct bench *bench,
               struct coordinator *coordinator,
               struct error *err)
{
    int64_t start_ns = clock_ns();
    double start_cpu_s = cpu_s();
    int64_t longest_ns = 0;
    size_t shown = 0;
    double s;

    while (coordinator_state(coordinator) == COORDINATOR_RUNNING) {
        int64_t step_ns = clock_ns();
        int rc = coordinator_step(coordinator, err);

        step_ns = clock_ns() - step_ns;
        longest_ns = step_ns > longest_ns ? step_ns : longest_ns;
        if (rc < 0)
            return -1;
        if (rc == 0)
            clock_sleep_ms(0.1);
        while (bench->num_acks * LINES >= (shown + 1) * bench->num_units) {
            printf("done=%zu resident_mb=%.1f\n",
                   bench->num_acks,
                   resident_mb());
            shown++;
        }
    }
    s = (double)(clock_ns() - start_ns) / 1e9;
    printf("rank0 alone: units=%zu durable_per_s=%.0f cpu_us_per_unit=%.2f "
           "longest_step_ms=%.1f syncs=%d\n",
           bench->num_acks,
           (double)bench->num_acks / s,
           (cpu_s() - start_cpu_s - (double)bench->answer_ns / 1e9) * 1e6
               / (double)bench->num_acks,
           (double)longest_ns / 1e6,
           bench->num_syncs);
    return 0;
}

static struct schedule *make_schedule(size_t num_units)
{
    static const struct schedule_model model = { .tokens_per_s = 1e6 };
    uint16_t *models = mem_alloc(num_units, sizeof *models);
    float *costs = mem_alloc(num_units, sizeof *costs);
    struct schedule *schedule;

    for (size_t i = 0; i < num_units; i++)
        costs[i] = 50;
    schedule = schedule_create(&(struct schedule_params){
        .models = &model,
        .num_models = 1,
        .num_units = num_units,
        .unit_model = models,
        .unit_cost = costs,
        .num_slots = RANKS - 1,
        .lease_s = 8,
        .max_lease = 256,
    });
    free(models);
    free(costs);
    return schedule;
}

static int measure(struct bench *bench, const char *folder, struct error *err)
{
    static const struct coordinator_model model = { .name = "noop",
                                                    .spec = "noop" };
    struct journal_io io = journal_io_real;
    struct journal_params journal;
    struct coordinator_params params;
    struct coordinator *coordinator;
    int rc;

    io.context = bench;
    io.sync = slow_sync;
    journal_params_defaults(&journal);
    journal.folder = folder;
    bench->journal = journal_open_io(&journal, &io, NULL, NULL, err);
    if (!bench->journal)
        return -1;
    coordinator_params_defaults(&params);
    params.transport = &bench->transport;
    params.schedule = make_schedule(bench->num_units);
    params.work = (struct work){ .self = bench,
                                 .num_units = bench->num_units,
                                 .id = id_of,
                                 .find = find,
                                 .request = request_of,
                                 .is_done = is_done };
    params.sink = (struct sink){ bench, append, synced };
    params.models = &model;
    params.num_models = 1;
    params.tag = TAG;
    coordinator = coordinator_create(&params);
    say_hello(bench);
    rc = run(bench, coordinator, err);
    coordinator_destroy(coordinator);
    schedule_destroy(params.schedule);
    journal_close(bench->journal);
    return rc;
}

int main(int argc, char **argv)
{
    struct bench bench = {
        .transport = { .ops = &ops, .rank = 0, .size = RANKS },
        .num_units = 1000000,
    };
    struct error err = { 0 };
    int64_t number;

    for (int i = 0; i < PROMPT_BYTES; i++)
        bench.prompt[i] = 'x';
    if (argc > 2 && text_to_int64(argv[2], &number) && number > 0)
        bench.num_units = (size_t)number;
    if (argc > 3 && text_to_int64(argv[3], &number) && number > 0)
        bench.stall_ms = (int)number;
    if (argc < 2 || file_exists(argv[1])) {
        fprintf(stderr,
                "usage: dispatch_rank0 FOLDER [UNITS [STALL_MS]]; the folder "
                "must not be there yet\n");
        return 2;
    }
    if (measure(&bench, argv[1], &err) < 0) {
        fprintf(stderr, "dispatch_rank0: %s\n", err.text);
        return error_exit_status(&err);
    }
    free(bench.messages);
    return 0;
}

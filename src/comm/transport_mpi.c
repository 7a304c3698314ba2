#include "comm/transport_mpi.h"

#include "base/log.h"
#include "base/mem.h"
#include "comm/mpi_check.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <mpi.h>

#include <stdlib.h>
#include <string.h>

/*
 * One message is one MPI message: the bytes, then a trailer with type and
 * length.  MPI carries the size; the trailer's length is a check.  It stands
 * behind the bytes so that what was received is handed on without a copy.
 *
 * Nothing here waits.  A send to a rank that died may never finish, and so may
 * a receive whose sender died half-way (both seen with Open MPI 4.1), so both
 * are kept in lists and tested.
 */
enum { TAG = 1, TRAILER = 8, MAX_INCOMING = 1024 };

struct outgoing {
    MPI_Request request;
    unsigned char *bytes; /* ours until the request is done */
    size_t len;
};

struct incoming {
    MPI_Request request;
    struct message message; /* len: what is useful, without the trailer */
    int count;              /* bytes on their way, with the trailer */
    bool is_done;
    bool is_lost;
};

struct transport_mpi {
    struct transport base;
    bool wait_for_all;
    struct outgoing *outgoing; /* [num_outgoing], in order of sending */
    size_t num_outgoing;
    size_t cap_outgoing;
    struct incoming *incoming; /* [num_incoming], in order of matching */
    size_t num_incoming;
    size_t cap_incoming;
};

static void put_u32(unsigned char *out, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(number >> (8 * i));
}

static uint32_t get_u32(const unsigned char *bytes)
{
    uint32_t number = 0;

    for (int i = 0; i < 4; i++)
        number |= (uint32_t)bytes[i] << (8 * i);
    return number;
}

/* Forget the sends that are done.  One that failed is done as well: to its
 * receiver that is a lost message, which leases make good. */
static void reap_outgoing(struct transport_mpi *self)
{
    size_t kept = 0;

    for (size_t i = 0; i < self->num_outgoing; i++) {
        struct outgoing *send = &self->outgoing[i];
        int done = 0;
        int rc = MPI_Test(&send->request, &done, MPI_STATUS_IGNORE);

        if (rc == MPI_SUCCESS && !done) {
            self->outgoing[kept++] = *send;
        } else {
            free(send->bytes);
        }
    }
    self->num_outgoing = kept;
}

static int mpi_send(struct transport *base,
                    int dest,
                    uint32_t type,
                    const void *bytes,
                    size_t len,
                    struct error *err)
{
    struct transport_mpi *self = (struct transport_mpi *)base;
    struct outgoing send = { .len = len };
    int rc;

    if (dest < 0 || dest >= base->size)
        BUG("send to rank %d of %d", dest, base->size);
    if (len > TRANSPORT_MAX_LEN) {
        return error_set(err,
                         ERR_PERMANENT,
                         "a message of %zu bytes is over the limit of %d",
                         len,
                         (int)TRANSPORT_MAX_LEN);
    }
    reap_outgoing(self);
    send.bytes = mem_alloc(1, len + TRAILER);
    if (len > 0)
        memcpy(send.bytes, bytes, len);
    put_u32(send.bytes + len, type);
    put_u32(send.bytes + len + 4, (uint32_t)len);
    rc = MPI_Isend(send.bytes,
                   (int)(len + TRAILER),
                   MPI_BYTE,
                   dest,
                   TAG,
                   MPI_COMM_WORLD,
                   &send.request);
    if (mpi_check(rc, "MPI_Isend", err) < 0) {
        free(send.bytes);
        return -1;
    }
    self->outgoing = mem_reserve(self->outgoing,
                                 &self->cap_outgoing,
                                 self->num_outgoing + 1,
                                 sizeof *self->outgoing);
    self->outgoing[self->num_outgoing++] = send;
    return 0;
}

static size_t mpi_pending(struct transport *base)
{
    struct transport_mpi *self = (struct transport_mpi *)base;
    size_t bytes = 0;

    reap_outgoing(self);
    for (size_t i = 0; i < self->num_outgoing; i++)
        bytes += self->outgoing[i].len + TRAILER;
    return bytes;
}

/* Receive what has no place: into nothing, which MPI calls truncated. */
static int refuse(MPI_Message *handle, int source, int count, struct error *err)
{
    unsigned char nothing[1];
    MPI_Request request;
    int done = 0;

    if (MPI_Imrecv(nothing, 0, MPI_BYTE, handle, &request) == MPI_SUCCESS
        && MPI_Test(&request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS && !done)
        (void)MPI_Request_free(&request);
    return error_set(err,
                     ERR_FORMAT,
                     "rank %d sent a message of %d bytes (allowed: %d to %d)",
                     source,
                     count,
                     (int)TRAILER,
                     (int)(TRANSPORT_MAX_LEN + TRAILER));
}

/* Begin to receive one more message.  1 = begun, 0 = none waits, -1 = error. */
static int match_one(struct transport_mpi *self, struct error *err)
{
    struct incoming in = { 0 };
    MPI_Message handle = MPI_MESSAGE_NULL;
    MPI_Status status;
    int found = 0;
    int rc = MPI_Improbe(MPI_ANY_SOURCE,
                         TAG,
                         MPI_COMM_WORLD,
                         &found,
                         &handle,
                         &status);

    if (mpi_check(rc, "MPI_Improbe", err) < 0)
        return -1;
    if (!found)
        return 0;
    rc = MPI_Get_count(&status, MPI_BYTE, &in.count);
    if (mpi_check(rc, "MPI_Get_count", err) < 0)
        return -1;
    if (in.count < TRAILER || in.count > TRANSPORT_MAX_LEN + TRAILER)
        return refuse(&handle, status.MPI_SOURCE, in.count, err);
    in.message.source = status.MPI_SOURCE;
    in.message.len = (size_t)in.count - TRAILER;
    in.message.bytes = mem_alloc(1, (size_t)in.count);
    rc = MPI_Imrecv(in.message.bytes, in.count, MPI_BYTE, &handle, &in.request);
    if (mpi_check(rc, "MPI_Imrecv", err) < 0) {
        free(in.message.bytes);
        return -1;
    }
    self->incoming = mem_reserve(self->incoming,
                                 &self->cap_incoming,
                                 self->num_incoming + 1,
                                 sizeof *self->incoming);
    self->incoming[self->num_incoming++] = in;
    return 1;
}

static void test_incoming(struct incoming *in)
{
    int done = 0;

    if (in->is_done)
        return;
    /* An error here is a sender that died half-way: its message is lost, and
     * that must not cost this rank. */
    if (MPI_Test(&in->request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) {
        in->is_done = true;
        in->is_lost = true;
        return;
    }
    in->is_done = done;
}

/* Whether a message of the same rank was matched earlier and still waits. */
static bool has_earlier(const struct transport_mpi *self, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (self->incoming[i].message.source
            == self->incoming[index].message.source)
            return true;
    }
    return false;
}

static struct incoming take_incoming(struct transport_mpi *self, size_t index)
{
    struct incoming in = self->incoming[index];

    self->num_incoming--;
    memmove(&self->incoming[index],
            &self->incoming[index + 1],
            (self->num_incoming - index) * sizeof in);
    return in;
}

/* Hand out the first message that is whole and next of its sender. */
static int deliver(struct transport_mpi *self,
                   struct message *out,
                   struct error *err)
{
    for (size_t i = 0; i < self->num_incoming; i++) {
        const unsigned char *trailer;
        struct incoming in;

        test_incoming(&self->incoming[i]);
        if (!self->incoming[i].is_done || has_earlier(self, i))
            continue;
        in = take_incoming(self, i);
        trailer = in.message.bytes + in.message.len;
        if (in.is_lost) {
            log_warn("message lost source=%d", in.message.source);
            free(in.message.bytes);
            return 0;
        }
        if (get_u32(trailer + 4) != in.message.len) {
            free(in.message.bytes);
            return error_set(err,
                             ERR_FORMAT,
                             "rank %d sent a message with a wrong length",
                             in.message.source);
        }
        *out = in.message;
        out->type = get_u32(trailer);
        return 1;
    }
    return 0;
}

static int mpi_recv(struct transport *base,
                    struct message *out,
                    struct error *err)
{
    struct transport_mpi *self = (struct transport_mpi *)base;

    if (self->num_incoming < MAX_INCOMING && match_one(self, err) < 0)
        return -1;
    return deliver(self, out, err);
}

static void mpi_destroy(struct transport *base)
{
    struct transport_mpi *self = (struct transport_mpi *)base;

    if (!self)
        return;
    reap_outgoing(self);
    if (self->wait_for_all)
        (void)MPI_Finalize();
    /* What is still in flight keeps its memory: MPI may yet touch it. */
    for (size_t i = 0; i < self->num_incoming; i++) {
        if (self->incoming[i].is_done)
            free(self->incoming[i].message.bytes);
    }
    free(self->outgoing);
    free(self->incoming);
    free(self);
}

static const struct transport_ops mpi_ops = {
    .name = "mpi",
    .send = mpi_send,
    .recv = mpi_recv,
    .pending = mpi_pending,
    .destroy = mpi_destroy,
};

bool transport_mpi_is_rank(void)
{
    return getenv("OMPI_COMM_WORLD_RANK") || getenv("PMIX_RANK")
           || getenv("PMI_RANK");
}

/* First line, up to a comma, white space made single: what comes after that is
 * packagers' and build facts. */
void transport_mpi_version(char *out, size_t size)
{
    static const char ends[] = "\r\n,";
    char text[MPI_MAX_LIBRARY_VERSION_STRING] = "";
    size_t len = 0;
    int full_len = 0;

    if (size == 0)
        return;
    (void)MPI_Get_library_version(text, &full_len);
    for (const char *c = text; *c && !strchr(ends, *c); c++) {
        char letter = *c;

        if (letter == '\t')
            letter = ' ';
        if (letter == ' ' && (len == 0 || out[len - 1] == ' '))
            continue;
        if (len + 1 < size)
            out[len++] = letter;
    }
    out[len] = '\0';
}

struct transport *transport_mpi_create(struct mpi_place *place,
                                       struct error *err)
{
    struct transport_mpi *self = NULL;
    int level = MPI_THREAD_SINGLE;
    int rc = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);

    if (mpi_check(rc, "MPI_Init_thread", err) < 0)
        return NULL;
    if (level < MPI_THREAD_FUNNELED) {
        error_set(err,
                  ERR_IO,
                  "this MPI gives thread level %d, less than "
                  "MPI_THREAD_FUNNELED: use a build of it with threads",
                  level);
        return NULL;
    }
    self = mem_alloc(1, sizeof *self);
    self->base.ops = &mpi_ops;
    self->wait_for_all = true;
    rc = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    if (mpi_check(rc, "MPI_Comm_set_errhandler", err) < 0)
        goto fail;
    rc = MPI_Comm_rank(MPI_COMM_WORLD, &self->base.rank);
    if (mpi_check(rc, "MPI_Comm_rank", err) < 0)
        goto fail;
    rc = MPI_Comm_size(MPI_COMM_WORLD, &self->base.size);
    if (mpi_check(rc, "MPI_Comm_size", err) < 0)
        goto fail;
    if (mpi_place_find(place, self->base.rank, err) < 0)
        goto fail;
    transport_mpi_version(place->library, sizeof place->library);
    return &self->base;

fail:
    free(self);
    return NULL;
}

void transport_mpi_set_finalize(struct transport *self, bool wait_for_all)
{
    ((struct transport_mpi *)self)->wait_for_all = wait_for_all;
}

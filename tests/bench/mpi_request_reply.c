/*
 * mpi_request_reply - what a plain MPI program makes of the same traffic:
 *
 *     mpirun -n 3 mpi_request_reply UNITS REQUEST_BYTES REPLY_BYTES WINDOW HOW
 *
 * Rank 0 sends each worker one unit a message and keeps WINDOW of them under
 * way to each: with 1 a worker waits for the way there and back, with 2 it has
 * the next one already.  A worker answers each with one message.  No journal, no leases, no heartbeats, no decoding: what is
 * left is the messages.  HOW: polling (MPI_Testany, MPI_Test) or blocking
 * (MPI_Waitany, MPI_Recv): the caller measures both and takes the better one.
 */
#include <mpi.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { TAG_UNIT = 1, TAG_STOP, MAX_BYTES = 1 << 20 };

struct traffic {
    long num_units;
    int request_len;
    int reply_len;
    int window;
    bool is_blocking;
};

static void die(const char *why)
{
    fprintf(stderr, "mpi_request_reply: %s\n", why);
    (void)MPI_Abort(MPI_COMM_WORLD, 2);
}

static unsigned char *allocate(size_t len)
{
    unsigned char *bytes = calloc(1, len > 0 ? len : 1);

    if (!bytes)
        die("out of memory");
    return bytes;
}

static void wait_one(const struct traffic *traffic,
                     MPI_Request *request,
                     MPI_Status *status)
{
    int done = 0;

    if (traffic->is_blocking) {
        (void)MPI_Wait(request, status);
        return;
    }
    while (!done)
        (void)MPI_Test(request, &done, status);
}

static void work(const struct traffic *traffic)
{
    unsigned char *in = allocate((size_t)traffic->request_len);
    unsigned char *out = allocate((size_t)traffic->reply_len);

    for (;;) {
        MPI_Request request;
        MPI_Status status;

        (void)MPI_Irecv(in,
                        traffic->request_len,
                        MPI_BYTE,
                        0,
                        MPI_ANY_TAG,
                        MPI_COMM_WORLD,
                        &request);
        wait_one(traffic, &request, &status);
        if (status.MPI_TAG == TAG_STOP)
            break;
        memcpy(out, in, sizeof(long)); /* the unit's number */
        (void)MPI_Send(out,
                       traffic->reply_len,
                       MPI_BYTE,
                       0,
                       TAG_UNIT,
                       MPI_COMM_WORLD);
    }
    free(in);
    free(out);
}

/* Send the next unit, if there is one; how many were sent. */
static long send_unit(const struct traffic *traffic,
                      int rank,
                      long unit,
                      unsigned char *out)
{
    if (unit >= traffic->num_units)
        return 0;
    memcpy(out, &unit, sizeof unit);
    (void)MPI_Send(out,
                   traffic->request_len,
                   MPI_BYTE,
                   rank,
                   TAG_UNIT,
                   MPI_COMM_WORLD);
    return 1;
}

/* Receives of all workers are posted; returns whose was filled. */
static int take_reply(const struct traffic *traffic,
                      MPI_Request *requests,
                      int num)
{
    int index = MPI_UNDEFINED;
    int done = 0;

    if (traffic->is_blocking) {
        (void)MPI_Waitany(num, requests, &index, MPI_STATUS_IGNORE);
        return index;
    }
    while (!done || index == MPI_UNDEFINED)
        (void)MPI_Testany(num, requests, &index, &done, MPI_STATUS_IGNORE);
    return index;
}

static void coordinate(const struct traffic *traffic, int size)
{
    int num = size - 1;
    size_t len = (size_t)traffic->reply_len;
    unsigned char *in = allocate((size_t)num * len);
    unsigned char *out = allocate((size_t)traffic->request_len);
    MPI_Request *requests = calloc((size_t)num, sizeof(MPI_Request));
    long sent = 0;
    long sum = 0;

    if (!requests)
        die("out of memory");
    for (int i = 0; i < num; i++) {
        (void)MPI_Irecv(in + (size_t)i * len,
                        traffic->reply_len,
                        MPI_BYTE,
                        i + 1,
                        TAG_UNIT,
                        MPI_COMM_WORLD,
                        &requests[i]);
    }
    for (int i = 0; i < num * traffic->window; i++)
        sent += send_unit(traffic, i % num + 1, sent, out);
    for (long taken = 0; taken < traffic->num_units; taken++) {
        int i = take_reply(traffic, requests, num);
        long unit;

        memcpy(&unit, in + (size_t)i * len, sizeof unit);
        sum += unit;
        sent += send_unit(traffic, i + 1, sent, out);
        (void)MPI_Irecv(in + (size_t)i * len,
                        traffic->reply_len,
                        MPI_BYTE,
                        i + 1,
                        TAG_UNIT,
                        MPI_COMM_WORLD,
                        &requests[i]);
    }
    for (int i = 0; i < num; i++) {
        (void)MPI_Cancel(&requests[i]);
        (void)MPI_Wait(&requests[i], MPI_STATUS_IGNORE);
        (void)MPI_Send(NULL, 0, MPI_BYTE, i + 1, TAG_STOP, MPI_COMM_WORLD);
    }
    if (sum != traffic->num_units * (traffic->num_units - 1) / 2)
        die("a unit was lost");
    free((void *)requests);
    free(in);
    free(out);
}

static double cpu_s(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) < 0)
        return 0;
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
           + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static const char usage[] =
    "usage: UNITS REQUEST_BYTES REPLY_BYTES WINDOW polling|blocking, 2 ranks";

static long number(const char *text, long least, long most)
{
    char *end;
    long value = strtol(text, &end, 10);

    if (*end || value < least || value > most)
        die(usage);
    return value;
}

int main(int argc, char **argv)
{
    struct traffic traffic;
    int rank;
    int size;

    (void)MPI_Init(&argc, &argv);
    (void)MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    (void)MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (argc < 6 || size < 2)
        die(usage);
    traffic.num_units = number(argv[1], 1, 1000000000);
    traffic.request_len = (int)number(argv[2], sizeof(long), MAX_BYTES);
    traffic.reply_len = (int)number(argv[3], sizeof(long), MAX_BYTES);
    traffic.window = (int)number(argv[4], 1, 1000);
    traffic.is_blocking = strcmp(argv[5], "blocking") == 0;
    (void)MPI_Barrier(MPI_COMM_WORLD);
    if (rank > 0) {
        work(&traffic);
    } else {
        double start = MPI_Wtime();
        double cpu = cpu_s();

        coordinate(&traffic, size);
        printf("units_per_s=%.0f cpu_us_per_unit=%.2f\n",
               (double)traffic.num_units / (MPI_Wtime() - start),
               (cpu_s() - cpu) * 1e6 / (double)traffic.num_units);
    }
    (void)MPI_Finalize();
    return 0;
}

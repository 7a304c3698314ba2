/*
 * Loaded before the program's libraries (LD_PRELOAD), this makes its disk slow
 * or bad:
 *
 *   DISK_FAULTS="CALL PATTERN WHAT FIRST, ..."
 *
 *   CALL     write, sync or rename
 *   PATTERN  a part of the file's path (of its new one); - = any
 *   WHAT     EIO, ENOSPC, or milliseconds to wait before it is done
 *   FIRST    from which such call on, 1 being the first
 *
 * MPI ranks other than 0 have a good disk.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FAULTS = 8, MAX_TEXT = 1024 };

struct fault {
    char call[16];
    char pattern[128];
    char what[16];
    int first;
    int num_calls;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct fault faults[MAX_FAULTS];
static size_t num_faults;

static int is_worker(void)
{
    const char *rank = getenv("OMPI_COMM_WORLD_RANK");

    if (!rank)
        rank = getenv("PMI_RANK");
    return rank && strcmp(rank, "0") != 0;
}

static void read_faults(void)
{
    const char *given = getenv("DISK_FAULTS");
    char text[MAX_TEXT];
    char *rest = text;
    char *one;

    if (!given || is_worker())
        return;
    (void)snprintf(text, sizeof text, "%s", given);
    while ((one = strsep(&rest, ",")) && num_faults < MAX_FAULTS) {
        struct fault *fault = &faults[num_faults];

        if (sscanf(one,
                   " %15s %127s %15s %d",
                   fault->call,
                   fault->pattern,
                   fault->what,
                   &fault->first)
            == 4)
            num_faults++;
    }
}

static int code_of(const char *what)
{
    if (strcmp(what, "EIO") == 0)
        return EIO;
    return strcmp(what, "ENOSPC") == 0 ? ENOSPC : 0;
}

/* 0, or the errno that the call fails with; may take a while. */
static int meet(const char *call, const char *path)
{
    long wait_ms = 0;
    int code = 0;

    (void)pthread_once(&once, read_faults);
    (void)pthread_mutex_lock(&mutex);
    for (size_t i = 0; i < num_faults; i++) {
        struct fault *fault = &faults[i];

        if (strcmp(fault->call, call) != 0
            || (strcmp(fault->pattern, "-") != 0
                && !strstr(path, fault->pattern))
            || ++fault->num_calls < fault->first)
            continue;
        code = code_of(fault->what);
        if (code == 0)
            wait_ms = strtol(fault->what, NULL, 10);
    }
    (void)pthread_mutex_unlock(&mutex);
    if (wait_ms > 0) {
        struct timespec left = { wait_ms / 1000, wait_ms % 1000 * 1000000 };

        while (nanosleep(&left, &left) < 0 && errno == EINTR)
            continue;
    }
    return code;
}

/* The same for the file behind a descriptor; pipes and sockets are spared. */
static int meet_fd(const char *call, int fd)
{
    char link[64];
    char path[MAX_TEXT];
    int old = errno;
    ssize_t len;

    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    len = readlink(link, path, sizeof path - 1);
    errno = old;
    if (len <= 0 || path[0] != '/' || strncmp(path, "/dev/", 5) == 0)
        return 0;
    path[len] = '\0';
    return meet(call, path);
}

static int fail(int code)
{
    errno = code;
    return -1;
}

/* ISO C has no cast from an object pointer to a function's. */
static void find(void *function, const char *name)
{
    void *symbol = dlsym(RTLD_NEXT, name);

    memcpy(function, &symbol, sizeof symbol);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    ssize_t (*real)(int, const void *, size_t);
    int code = meet_fd("write", fd);

    find(&real, "write");
    return code ? fail(code) : real(fd, bytes, len);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
    ssize_t (*real)(int, const void *, size_t, off_t);
    int code = meet_fd("write", fd);

    find(&real, "pwrite");
    return code ? fail(code) : real(fd, bytes, len, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
    ssize_t (*real)(int, const void *, size_t, off64_t);
    int code = meet_fd("write", fd);

    find(&real, "pwrite64");
    return code ? fail(code) : real(fd, bytes, len, at);
}

int fsync(int fd)
{
    int (*real)(int);
    int code = meet_fd("sync", fd);

    find(&real, "fsync");
    return code ? fail(code) : real(fd);
}

int fdatasync(int fd)
{
    int (*real)(int);
    int code = meet_fd("sync", fd);

    find(&real, "fdatasync");
    return code ? fail(code) : real(fd);
}

int rename(const char *from, const char *to)
{
    int (*real)(const char *, const char *);
    int code = meet("rename", to);

    find(&real, "rename");
    return code ? fail(code) : real(from, to);
}

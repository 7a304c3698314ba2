#include "generate/server/server_port.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_TABLE = 64 << 20, LISTENS = 0x0A };

/* Sockets by the number that the kernel gives them. */
struct sockets {
    uint64_t *inodes; /* [num] */
    size_t num;
    size_t cap;
};

int server_port_free(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    struct sockaddr *general = (struct sockaddr *)(void *)&address;
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int port = -1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && bind(fd, general, len) == 0
        && getsockname(fd, general, &len) == 0)
        port = ntohs(address.sin_port);
    if (fd >= 0)
        (void)close(fd);
    return port;
}

/* A line of /proc/net/tcp: "0: 0100007F:1F90 00000000:0000 0A tx:rx tr:when
 * retransmits uid timeout inode ..." */
static void read_line(const char *line, int port, struct sockets *out)
{
    unsigned local;
    unsigned state;
    unsigned long long inode;

    /* NOLINTNEXTLINE(cert-err34-c): the kernel wrote it */
    if (sscanf(line,
               " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s %*s "
               "%*s %llu",
               &local,
               &state,
               &inode)
            != 3
        || local != (unsigned)port || state != LISTENS)
        return;
    out->inodes =
        mem_reserve(out->inodes, &out->cap, out->num + 1, sizeof *out->inodes);
    out->inodes[out->num++] = inode;
}

static int read_table(const char *path, int port, struct sockets *out)
{
    struct text table = { 0 };
    int rc = file_read(path, MAX_TABLE, &table, NULL);

    for (const char *at = text_data(&table); rc == 0 && (at = strchr(at, '\n'));
         at++)
        read_line(at + 1, port, out);
    text_release(&table);
    return rc;
}

static bool has_inode(const struct sockets *sockets, const char *target)
{
    for (size_t i = 0; i < sockets->num; i++) {
        char name[48];

        (void)snprintf(name,
                       sizeof name,
                       "socket:[%llu]",
                       (unsigned long long)sockets->inodes[i]);
        if (strcmp(name, target) == 0)
            return true;
    }
    return false;
}

/* 1 = it holds one of them, 0 = none or it has ended meanwhile, -1 = it may not be
 * looked into. */
static int holds(int64_t pid, const struct sockets *sockets)
{
    char *folder = text_format("/proc/%lld/fd", (long long)pid);
    struct name_list names = { 0 };
    int rc = file_list(folder, &names, NULL);

    for (size_t i = 0; i < names.num && rc == 0; i++) {
        char *path = path_join(folder, names.names[i]);
        char target[48];
        ssize_t len = readlink(path, target, sizeof target - 1);

        if (len > 0) {
            target[len] = '\0';
            rc = has_inode(sockets, target);
        }
        free(path);
    }
    name_list_release(&names);
    if (rc < 0 && !process_lives(pid, NULL))
        rc = 0;
    free(folder);
    return rc;
}

enum server_port_owner server_port_owner(int port, int64_t root)
{
    struct sockets sockets = { 0 };
    enum server_port_owner owner = SERVER_PORT_OTHERS;
    int64_t *family = NULL;
    size_t num = 0;

    if (read_table("/proc/net/tcp", port, &sockets) < 0)
        owner = SERVER_PORT_UNKNOWN;
    (void)read_table("/proc/net/tcp6", port, &sockets); /* where there is one */
    if (owner != SERVER_PORT_UNKNOWN && sockets.num == 0)
        owner = SERVER_PORT_NOBODY;
    if (owner == SERVER_PORT_OTHERS)
        num = process_family(root, &family);
    for (size_t i = 0; i < num && owner != SERVER_PORT_FAMILY; i++) {
        const int rc = holds(family[i], &sockets);

        if (rc != 0)
            owner = rc > 0 ? SERVER_PORT_FAMILY : SERVER_PORT_UNKNOWN;
    }
    free(family);
    free(sockets.inodes);
    return owner;
}

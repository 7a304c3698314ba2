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

/* What listens at a port, by how near it is to who asks at 127.0.0.1: of several
 * the system takes the nearest. */
enum near { ELSEWHERE = 0, ANY_ADDRESS_6, ANY_ADDRESS, AT_LOOPBACK };

struct listener {
    uint64_t inode; /* the number that the kernel gives a socket */
    bool is_found;  /* somebody of the family holds it */
};

/* The nearest ones.  There may be more than one: those that share their port
 * (SO_REUSEPORT) are asked in turn. */
struct listeners {
    struct listener *all; /* [num] */
    size_t num;
    size_t cap;
    enum near near;
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

/* An address as the kernel prints it: the 32-bit words of its bytes. */
static enum near near_of(const char *address)
{
    enum { WORD = 8 }; /* digits */
    const size_t len = strlen(address);
    char loopback[WORD + 1];

    (void)snprintf(loopback,
                   sizeof loopback,
                   "%08X",
                   (unsigned)htonl(INADDR_LOOPBACK));
    if (len >= WORD && strcmp(address + len - WORD, loopback) == 0)
        return AT_LOOPBACK;
    if (strspn(address, "0") < len)
        return ELSEWHERE;
    return len == WORD ? ANY_ADDRESS : ANY_ADDRESS_6;
}

/* A line of /proc/net/tcp: "0: 0100007F:1F90 00000000:0000 0A tx:rx tr:when
 * retransmits uid timeout inode ..." */
static void read_line(const char *line, int port, struct listeners *out)
{
    char address[33];
    unsigned local;
    unsigned state;
    unsigned long long inode;
    enum near near;

    /* NOLINTNEXTLINE(cert-err34-c): the kernel wrote it */
    if (sscanf(line,
               " %*d: %32[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s %*s "
               "%*s %llu",
               address,
               &local,
               &state,
               &inode)
            != 4
        || local != (unsigned)port || state != LISTENS)
        return;
    near = near_of(address);
    if (near > out->near)
        out->num = 0;
    if (near < out->near)
        return;
    out->near = near;
    out->all = mem_reserve(out->all, &out->cap, out->num + 1, sizeof *out->all);
    out->all[out->num++] = (struct listener){ .inode = inode };
}

static int read_table(const char *path, int port, struct listeners *out)
{
    struct text table = { 0 };
    int rc = file_read(path, MAX_TABLE, &table, NULL);

    for (const char *at = text_data(&table); rc == 0 && (at = strchr(at, '\n'));
         at++)
        read_line(at + 1, port, out);
    text_release(&table);
    return rc;
}

static void note_found(struct listeners *self, const char *target)
{
    for (size_t i = 0; i < self->num; i++) {
        char name[48];

        (void)snprintf(name,
                       sizeof name,
                       "socket:[%llu]",
                       (unsigned long long)self->all[i].inode);
        if (strcmp(name, target) == 0)
            self->all[i].is_found = true;
    }
}

static bool are_found(const struct listeners *self)
{
    for (size_t i = 0; i < self->num; i++) {
        if (!self->all[i].is_found)
            return false;
    }
    return true;
}

/* Note which a process holds; false = it may not be looked into. */
static bool look_into(int64_t pid, struct listeners *listeners)
{
    char *folder = text_format("/proc/%lld/fd", (long long)pid);
    struct name_list names = { 0 };
    const int rc = file_list(folder, &names, NULL);

    for (size_t i = 0; i < names.num; i++) {
        char *path = path_join(folder, names.names[i]);
        char target[48];
        ssize_t len = readlink(path, target, sizeof target - 1);

        if (len > 0) {
            target[len] = '\0';
            note_found(listeners, target);
        }
        free(path);
    }
    name_list_release(&names);
    free(folder);
    /* one that has ended meanwhile holds nothing */
    return rc == 0 || !process_lives(pid, NULL);
}

static enum server_port_owner owner_of(struct listeners *listeners,
                                       int64_t root)
{
    int64_t *family;
    const size_t num = process_family(root, &family);
    bool is_hidden = false;

    for (size_t i = 0; i < num && !are_found(listeners); i++)
        is_hidden |= !look_into(family[i], listeners);
    free(family);
    if (are_found(listeners))
        return SERVER_PORT_FAMILY;
    return is_hidden ? SERVER_PORT_UNKNOWN : SERVER_PORT_OTHERS;
}

enum server_port_owner server_port_owner(int port, int64_t root)
{
    struct listeners listeners = { 0 };
    enum server_port_owner owner = SERVER_PORT_NOBODY;

    if (read_table("/proc/net/tcp", port, &listeners) < 0)
        owner = SERVER_PORT_UNKNOWN;
    (void)read_table("/proc/net/tcp6",
                     port,
                     &listeners); /* where there is one */
    if (owner != SERVER_PORT_UNKNOWN && listeners.num > 0)
        owner = owner_of(&listeners, root);
    free(listeners.all);
    return owner;
}

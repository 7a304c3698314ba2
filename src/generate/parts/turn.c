#include "generate/parts/turn.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* In /tmp, which every node has for itself.  Others write there, too: no link is
 * followed, and a file of theirs is not ours. */
static int open_mine(const char *what)
{
    char *path =
        text_format("/tmp/trustsweep-%ld-%s.turn", (long)geteuid(), what);
    struct stat facts;
    int fd;

    for (char *at = path + strlen("/tmp/"); *at; at++) {
        if (*at == '/')
            *at = '_';
    }
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    free(path);
    if (fd >= 0
        && (fstat(fd, &facts) < 0 || !S_ISREG(facts.st_mode)
            || facts.st_uid != geteuid())) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

/* A lock of this process, not of the open file: a child that is forked while it
 * is held would hold on to that. */
int turn_begin(const char *what)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    const int fd = open_mine(what);

    while (fd >= 0 && fcntl(fd, F_SETLKW, &lock) < 0) {
        if (errno == EINTR)
            continue;
        (void)close(fd);
        return -1;
    }
    return fd;
}

void turn_end(int turn)
{
    if (turn >= 0)
        (void)close(turn);
}

#include "disk.h"

#include "base/random.h"
#include "world.h"

#include <errno.h>
#include <unistd.h>

/* The last write of a process that is killed: a part of it, with a hole where
 * a page was not written yet, or all of it. */
static void tear(struct world *world,
                 int fd,
                 const void *bytes,
                 size_t len,
                 off_t offset)
{
    const char *from = bytes;
    size_t part = (size_t)random_below(&world->random, len + 1);
    size_t hole = (size_t)random_below(&world->random, len + 1);

    world->is_torn = true;
    world_tally.torn++;
    (void)!pwrite(fd, from, part, offset);
    if (random_below(&world->random, 3) == 0 && hole > part)
        (void)!pwrite(fd, from + hole, len - hole, offset + (off_t)hole);
}

static ssize_t disk_write(void *context,
                          int fd,
                          const void *bytes,
                          size_t len,
                          off_t offset)
{
    struct world *world = context;

    if (world->is_dead && !world->is_torn)
        tear(world, fd, bytes, len, offset);
    if (world->is_dead) {
        errno = EIO;
        return -1;
    }
    if (world->is_full) {
        (void)!pwrite(fd, bytes, len / 2, offset);
        errno = ENOSPC;
        return -1;
    }
    return pwrite(fd, bytes, len, offset);
}

static int disk_truncate(void *context, int fd, off_t len)
{
    const struct world *world = context;

    return world->is_dead ? -1 : ftruncate(fd, len);
}

static int disk_sync(void *context, int fd)
{
    (void)fd;
    return ((struct world *)context)->is_dead ? -1 : 0;
}

static int disk_sync_folder(void *context, const char *folder)
{
    (void)context;
    (void)folder;
    return 0;
}

struct journal_io disk_io(struct world *world)
{
    struct journal_io io = journal_io_real;

    io.context = world;
    io.write = disk_write;
    io.truncate = disk_truncate;
    io.sync = disk_sync;
    io.sync_folder = disk_sync_folder;
    return io;
}

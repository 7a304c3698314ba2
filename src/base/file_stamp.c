#include "base/file_stamp.h"

struct file_stamp file_stamp_of(const char *path)
{
    struct stat status;

    if (!path || stat(path, &status) < 0)
        return (struct file_stamp){ 0 };
    return (struct file_stamp){ .device = status.st_dev,
                                .inode = status.st_ino,
                                .size = status.st_size,
                                .changed = status.st_mtim };
}

bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size
           && a->changed.tv_sec == b->changed.tv_sec
           && a->changed.tv_nsec == b->changed.tv_nsec;
}

/*
 * replay_folders.h - the folders that one model's recorded answers lie in:
 * "FOLDER[,FOLDER...]"; a comma in a name is written `\,`.
 */
#ifndef REPLAY_FOLDERS_H
#define REPLAY_FOLDERS_H

#include <stddef.h>

struct error;

struct replay_folders {
    char **paths; /* [num], at least one */
    size_t num;
    size_t cap;
};

/* errors  ERR_USAGE: no folder, or one with a '=' that is not there (it would
 *         be an argument, and there are none); ERR_IO: one is not there */
int replay_folders_parse(const char *args,
                         struct replay_folders *out,
                         struct error *err);
void replay_folders_release(struct replay_folders *self);

/* Where a search for the files of a task is; begins as zeros. */
struct replay_place {
    size_t at;
};

/* The next FOLDER/TASK.json or .json.gz that is there, free(); NULL = none. */
char *replay_folders_next(const struct replay_folders *self,
                          const char *task,
                          struct replay_place *place);

/* Whether a file belongs to the layout; its task "DIMENSION/FILE", free(), or
 * NULL. */
char *replay_folders_task(const char *dimension, const char *file);

#endif

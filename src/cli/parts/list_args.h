/*
 * list_args.h - options that may be given several times: --set A=1 --set B=2.
 */
#ifndef LIST_ARGS_H
#define LIST_ARGS_H

#include <stddef.h>

struct list_args {
    const char **values; /* [num]; borrowed from argv */
    size_t num;
};

/*
 * Take every `--NAME VALUE` and `--NAME=VALUE` out of argv (up to `--`).
 *
 * option  with its dashes: "--set"
 */
void list_args_take(const char *option,
                    int *argc,
                    char **argv,
                    struct list_args *out);
void list_args_release(struct list_args *list);

#endif

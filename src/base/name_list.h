/*
 * name_list.h - a list of names that grows: files of a folder, tasks, words.
 */
#ifndef NAME_LIST_H
#define NAME_LIST_H

#include <stddef.h>

/* Start with { 0 }. */
struct name_list {
    char **names; /* [num], owned */
    size_t num;
    size_t cap;
};

/* At the end; takes `name`, which is from mem.h or text.h. */
void name_list_add(struct name_list *list, char *name);

void name_list_sort(struct name_list *list); /* by bytes */
void name_list_release(struct name_list *list);

#endif

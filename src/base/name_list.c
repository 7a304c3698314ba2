#include "base/name_list.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void name_list_add(struct name_list *list, char *name)
{
    list->names = mem_reserve(list->names,
                              &list->cap,
                              list->num + 1,
                              sizeof *list->names);
    list->names[list->num++] = name;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void name_list_sort(struct name_list *list)
{
    if (list->num > 0)
        qsort(list->names, list->num, sizeof *list->names, compare_names);
}

void name_list_release(struct name_list *list)
{
    for (size_t i = 0; i < list->num; i++) {
        free(list->names[i]);
    }
    free(list->names);
    *list = (struct name_list){ 0 };
}

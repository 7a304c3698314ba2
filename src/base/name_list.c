#include "base/file.h"

#include <stdlib.h>

void name_list_release(struct name_list *list)
{
    for (size_t i = 0; i < list->num; i++) {
        free(list->names[i]);
    }
    free(list->names);
    *list = (struct name_list){ 0 };
}

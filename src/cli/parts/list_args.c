#include "cli/parts/list_args.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void list_args_take(const char *option,
                    int *argc,
                    char **argv,
                    struct list_args *out)
{
    size_t len = strlen(option);
    bool is_over = false;
    int kept = 0;

    out->values = mem_alloc((size_t)*argc + 1, sizeof *out->values);
    out->num = 0;
    for (int i = 0; i < *argc; i++) {
        is_over = is_over || strcmp(argv[i], "--") == 0;
        if (!is_over && strcmp(argv[i], option) == 0 && i + 1 < *argc) {
            out->values[out->num++] = argv[++i];
        } else if (!is_over && text_starts(argv[i], option)
                   && argv[i][len] == '=') {
            out->values[out->num++] = argv[i] + len + 1;
        } else {
            argv[kept++] = argv[i];
        }
    }
    *argc = kept;
    argv[kept] = NULL;
}

void list_args_release(struct list_args *list)
{
    free((void *)list->values);
    *list = (struct list_args){ 0 };
}

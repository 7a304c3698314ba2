#include "base/json_plain.h"

#include "base/mem.h"
#include "base/text_show.h"

#include <cjson/cJSON.h>

#include <stdlib.h>

/* A value that is still to be looked at. */
struct open {
    struct cJSON *value;
};

void json_plain_make(struct cJSON *root)
{
    struct open *stack = NULL; /* [num] */
    size_t cap = 0;
    size_t num = 1;

    stack = mem_reserve(stack, &cap, num, sizeof *stack);
    stack[0].value = root;
    while (num > 0) {
        struct cJSON *value = stack[--num].value;

        if (value->string)
            text_show_clean(value->string, '?');
        if (value->valuestring)
            text_show_clean(value->valuestring, '?');
        for (struct cJSON *at = value->child; at; at = at->next) {
            stack = mem_reserve(stack, &cap, num + 1, sizeof *stack);
            stack[num++].value = at;
        }
    }
    free(stack);
}

#include "cli/parts/checkup.h"

#include "base/json.h"

#include <stdio.h>

void checkup_say(const struct checkup *self,
                 bool is_good,
                 const char *what,
                 const char *detail)
{
    struct cJSON *check;

    if (!self->checks) {
        printf("%-4s %-14s %s\n", is_good ? "ok" : "BAD", what, detail);
        return;
    }
    check = json_new_object();
    json_add_bool(check, "is_good", is_good);
    json_add_text(check, "what", what);
    json_add_text(check, "detail", detail);
    json_append(self->checks, check);
}

#include "cli/parts/show_json.h"

#include "base/json.h"
#include "base/text.h"

#include <stdio.h>

void show_json(const struct cJSON *root)
{
    struct text text = { 0 };

    json_write(root, &text);
    (void)fputs(text_data(&text), stdout);
    text_release(&text);
}

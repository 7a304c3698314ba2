#include "trustsweep/item.h"

#include "base/json.h"

#include <stdio.h>

const char *item_text(const struct item *item, const char *field)
{
    return json_member_text(item->entry, field);
}

double item_number(const struct item *item, const char *field)
{
    return json_member_number(item->entry, field);
}

const char *item_key(const struct item *item,
                     const char *field,
                     char *buf,
                     size_t size)
{
    const struct cJSON *value = json_member(item->entry, field);

    if (json_is_array(value) && json_count(value) == 1)
        value = json_first(value);
    if (!json_is_number(value))
        return json_text(value);
    /* + 0 makes -0 plain 0 */
    (void)snprintf(buf, size, "%.15g", json_number(value) + 0.0);
    return buf;
}

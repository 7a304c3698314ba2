#include "trustsweep/item.h"

#include "base/json.h"

const char *item_text(const struct item *item, const char *field)
{
    return json_member_text(item->entry, field);
}

double item_number(const struct item *item, const char *field)
{
    return json_member_number(item->entry, field);
}

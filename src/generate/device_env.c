#include "generate/device_env.h"

#include "base/text.h"
#include "trustsweep/backend.h"

#include <stdlib.h>
#include <string.h>

static const char variable[] = "CUDA_VISIBLE_DEVICES";

/* Entry `at` of a list with commas; its length is 0 where there is none. */
static const char *entry(const char *list, int at, size_t *len)
{
    for (; at > 0 && *list; at--) {
        list += strcspn(list, ",");
        list += *list == ',';
    }
    *len = strcspn(list, ",");
    return list;
}

char *device_env_list(const char *visible, const struct slot *slot)
{
    struct text out = { 0 };

    for (int i = 0; i < slot->num_devices; i++) {
        size_t len;
        const char *name;

        if (i > 0)
            text_add(&out, ",");
        if (!visible) {
            text_addf(&out, "%d", slot->devices[i]);
            continue;
        }
        name = entry(visible, slot->devices[i], &len);
        if (len == 0) {
            text_release(&out);
            return NULL;
        }
        text_add_len(&out, name, len);
    }
    return text_take(&out);
}

void device_env_apply(struct slot *slot)
{
    char *list = device_env_list(getenv(variable), slot);

    if (!list)
        return;
    (void)setenv(variable, list, 1);
    for (int i = 0; i < slot->num_devices; i++)
        slot->devices[i] = i;
    free(list);
}

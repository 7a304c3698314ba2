#include "generate/prompt.h"

#include "base/mem.h"
#include "trustsweep/item.h"

void prompt_request(struct request *out,
                    struct hash128 unit,
                    const struct item *item,
                    const char *system,
                    const struct sampling *sampling,
                    uint32_t repeat)
{
    uint32_t num = system ? 2 : 1;

    *out = (struct request){
        .unit = unit,
        .kind = REQUEST_CHAT,
        .task = mem_text(item->task),
        .item_index = item->index,
        .item = item->hash,
        .occurrence = item->occurrence,
        .repeat = repeat,
        .messages = mem_alloc(num, sizeof *out->messages),
        .num_messages = num,
        .sampling = *sampling,
    };
    if (system) {
        out->messages[0].role = mem_text("system");
        out->messages[0].text = mem_text(system);
    }
    out->messages[num - 1].role = mem_text("user");
    out->messages[num - 1].text = mem_text(item->prompt);
}

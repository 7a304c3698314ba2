#include "generate/prompt.h"

#include "base/json.h"
#include "base/mem.h"
#include "trustsweep/bug.h"
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

void prompt_weigh(struct request *request, const struct item *item)
{
    const struct cJSON *weighed = json_member(item->entry, "weighed");
    const size_t num = json_count(weighed);

    if (num == 0)
        BUG("%s item %zu has nothing to weigh", item->task, item->index);
    request->kind = REQUEST_CHOICES;
    request->choices = mem_alloc(num, sizeof *request->choices);
    for (const struct cJSON *at = json_first(weighed); at; at = json_next(at)) {
        const char *text = json_text(at);

        request->choices[request->num_choices++] = mem_text(text ? text : "");
    }
}

#include "trustsweep/request.h"

#include "base/mem.h"

#include <stdlib.h>

void request_release(struct request *request)
{
    for (uint32_t i = 0; i < request->num_messages; i++) {
        free(request->messages[i].role);
        free(request->messages[i].text);
    }
    for (uint32_t i = 0; i < request->num_choices; i++) {
        free(request->choices[i]);
    }
    free(request->messages);
    free(request->choices);
    free(request->task);
    *request = (struct request){ 0 };
}

void request_copy(struct request *out, const struct request *request)
{
    struct request copy = *request;

    copy.task = mem_text(request->task);
    copy.messages = NULL;
    if (request->num_messages > 0) {
        copy.messages = mem_alloc(request->num_messages, sizeof *copy.messages);
    }
    for (uint32_t i = 0; i < request->num_messages; i++) {
        copy.messages[i].role = mem_text(request->messages[i].role);
        copy.messages[i].text = mem_text(request->messages[i].text);
    }
    copy.choices = NULL;
    if (request->num_choices > 0) {
        copy.choices = mem_alloc(request->num_choices, sizeof *copy.choices);
    }
    for (uint32_t i = 0; i < request->num_choices; i++) {
        copy.choices[i] = mem_text(request->choices[i]);
    }
    *out = copy;
}

#include "trustsweep/evaluator.h"

#include <stdlib.h>

void ask_list_release(struct ask_list *list)
{
    for (size_t i = 0; i < list->num_asks; i++) {
        request_release(&list->asks[i].request);
    }
    free(list->asks);
    *list = (struct ask_list){ 0 };
}

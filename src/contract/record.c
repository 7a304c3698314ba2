#include "trustsweep/record.h"

#include <stdlib.h>

void record_release(struct record *record)
{
    reply_release(&record->reply);
    free(record->parents);
    free(record->gpu_type);
    free(record->request);
    *record = (struct record){ 0 };
}

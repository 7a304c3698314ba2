#include "trustsweep/transport.h"

#include <stdlib.h>

void message_release(struct message *message)
{
    free(message->bytes);
    *message = (struct message){ 0 };
}

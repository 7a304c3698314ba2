/*
 * fault_failure.h - what goes wrong at the fault server: errors that a server or a
 * gateway says, and replies that break off or make no sense.
 */
#ifndef TEST_HTTP_FAULT_FAILURE_H
#define TEST_HTTP_FAULT_FAILURE_H

#include <stdbool.h>

struct question;
struct server_reply;

/* By the question's fault, or by what its dialect refuses; false: nothing does, and
 * it is to be answered. */
bool fault_failure(const struct question *self, struct server_reply *out);

#endif

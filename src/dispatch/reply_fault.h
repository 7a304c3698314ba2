/*
 * reply_fault.h - what no backend may answer, whatever model it drives.
 */
#ifndef REPLY_FAULT_H
#define REPLY_FAULT_H

struct reply;

/* Of all its texts and values; a message between ranks holds twice as much. */
enum { REPLY_MAX_BYTES = 32 * 1024 * 1024 };

/* NULL, or what is wrong with it: a state of another stage, no text where the
 * state says that there is one, bytes that are no UTF-8, too long. */
const char *reply_fault(const struct reply *reply);

#endif

/*
 * fault_answer.h - what the fault server says where nothing goes wrong with the
 * transfer: the last message, in the dialect of the address.
 */
#ifndef TEST_HTTP_FAULT_ANSWER_H
#define TEST_HTTP_FAULT_ANSWER_H

struct question;
struct server_reply;

/* A whole reply; some faults are in its words, its counts or its pace. */
void fault_answer(const struct question *self, struct server_reply *out);

#endif

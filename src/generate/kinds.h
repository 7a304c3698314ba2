/*
 * kinds.h - private to generate/: the backends that backend.c lists, and making
 * one without a child process.
 */
#ifndef KINDS_H
#define KINDS_H

#include "trustsweep/backend.h"

extern const struct backend_ops backend_llama;
extern const struct backend_ops backend_http;
extern const struct backend_ops backend_server;
extern const struct backend_ops backend_replay;
extern const struct backend_ops backend_sim;
extern const struct backend_ops backend_fault;
extern const struct backend_ops backend_isolated;
extern const struct backend_ops backend_inprocess;

/* As backend_create(), in this process whatever the backend wants. */
struct backend *backend_create_here(const char *spec,
                                    const struct slot *slot,
                                    struct error *err);

#endif

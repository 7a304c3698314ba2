/*
 * server_launch.h - one start of a server: its folder, place, key, command.
 */
#ifndef SERVER_LAUNCH_H
#define SERVER_LAUNCH_H

#include "generate/server/server_recipe.h"

struct error;
struct server_process;
struct slot;
struct text;

struct server_launch_params {
    const struct server_recipe *recipe;
    const struct slot *slot;
    const char *model;
    const char *prefix; /* may be NULL */
    const char *args;   /* may be NULL */
    int gpus;           /* -1 = as many as the slot has */
    int parallel;
    int port; /* to be tried; 0 = any that is free */
};

struct server_launch {
    struct server_process *process;
    char *url;    /* "http://127.0.0.1:8000", without the API's path */
    char *socket; /* UNIX socket; NULL: it is asked at its port */
    char *key;    /* random; NULL: it has no place for one */
    int port;     /* 0 = it is asked through its socket */
};

/* errors  ERR_IO; ERR_USAGE: fewer GPUs than wanted */
int server_launch_begin(struct server_launch *out,
                        const struct server_launch_params *params,
                        struct error *err);

/* Ends the server; takes some seconds where it does not want to. */
void server_launch_end(struct server_launch *self);

/* Add the last `max` bytes that the server wrote, on one line, without its
 * key; nothing when there is nothing. */
void server_launch_tail(struct server_launch *self,
                        size_t max,
                        struct text *out);

#endif

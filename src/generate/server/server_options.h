/*
 * server_options.h - what a spec "server:MODEL,key=value,..." says.
 */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include "base/options.h"
#include "generate/server/server_recipe.h"

#include <stdint.h>

struct error;

struct server_options {
    char *with;
    char *prefix;
    char *args;
    char *body;
    int64_t gpus;
    int64_t parallel;
    int64_t port;
    int64_t timeout_s;
    int64_t start_s;
};

extern const struct option server_options_table[];

/*
 * Model, options and recipe of a spec.
 *
 * model   its path; free()
 * recipe  server_recipe_release()
 * errors  ERR_USAGE, ERR_IO.  On success server_options_release()
 */
int server_options_parse(struct server_options *out,
                         const char *args,
                         char **model,
                         struct server_recipe *recipe,
                         struct error *err);
void server_options_release(struct server_options *self);

#endif

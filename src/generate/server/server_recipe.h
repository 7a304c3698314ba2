/*
 * server_recipe.h - how a server is started, from a JSON file:
 *
 *   { "command": ["llama-server", "--port", "{port}", "-m", "{model}"],
 *     "key_env": "LLAMA_API_KEY", "does": ["chat", "complete"] }
 *
 * docs/BACKENDS.md has every key.
 */
#ifndef SERVER_RECIPE_H
#define SERVER_RECIPE_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON;
struct error;
struct hash_stream;

struct server_recipe {
    struct cJSON *root;
    const char *health;   /* path that answers 200 once it is ready */
    const char *api;      /* path in front of /chat/completions */
    const char *serves;   /* what the model is called in requests */
    bool has_nodes;       /* node_command: what the other nodes start */
    const char *key_env;  /* variable it reads its key from; or NULL */
    const char *key_file; /* content of its key file, with {key}; or NULL */
    unsigned can;         /* BACKEND_CAN() bits */
    bool is_socket;       /* it binds {socket}, not {port} */
};

/* errors  ERR_IO; ERR_FORMAT; ERR_USAGE: no command, an unknown key, a name in
 *         braces that stands for nothing */
int server_recipe_read(struct server_recipe *out,
                       const char *path,
                       struct error *err);
void server_recipe_release(struct server_recipe *self);

/* What of it determines replies. */
void server_recipe_hash(const struct server_recipe *self,
                        struct hash_stream *stream);

/* What stands for the names in braces. */
struct server_words {
    const char *model;
    const char *socket;
    const char *key_file;
    int port;
    int gpus;
    int parallel;
    /* Of a server over several nodes. */
    const char *nodes; /* their hosts, with commas; the first one is the head */
    int num_nodes;
    int node; /* this one, from 0 */
    int meet; /* port of the head where they meet */
};

/*
 * The command, or that of a node that is not the first; NULL-terminated,
 * server_recipe_free().
 *
 * prefix  words in front of it, args: behind it; between spaces, may be NULL
 */
char **server_recipe_command(const struct server_recipe *self,
                             const struct server_words *words,
                             const char *prefix,
                             const char *args);
void server_recipe_free(char **command);

/* The i-th variable it sets, "NAME=VALUE" for free(); NULL: no more. */
char *server_recipe_variable(const struct server_recipe *self,
                             const struct server_words *words,
                             size_t i);

/* Whether a variable ("NAME=VALUE") that is taken away from a server stays. */
bool server_recipe_keeps(const struct server_recipe *self,
                         const char *variable);

#endif

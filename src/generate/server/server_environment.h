/*
 * server_environment.h - the variables of a server.
 */
#ifndef SERVER_ENVIRONMENT_H
#define SERVER_ENVIRONMENT_H

struct server_recipe;
struct server_words;

struct server_environment {
    const struct server_recipe *recipe;
    const struct server_words *words;
    const char *key;     /* for recipe->key_env */
    const char *devices; /* "0,1" or "MIG-..."; "" = none */
    const char *folder;  /* the server's own */
    const char *prefix;  /* words before the command; or NULL */
};

/*
 * This process's variables without those of launchers and batch systems (a
 * server that found them would take itself for a rank) and without
 * secrets (secrets.h) that the recipe does not keep, with the devices, the
 * key and what the recipe sets.  Where the prefix is Apptainer they are made
 * known inside the container, too, and the model and the folder visible there.
 * NULL-terminated; server_environment_free().
 */
char **server_environment_make(const struct server_environment *params);
void server_environment_free(char **variables); /* overwritten before */

/*
 * What to show of the GPUs this process may see: `num` of them, the share of
 * the `position`-th of those that divide them.  Names from CUDA_VISIBLE_DEVICES
 * (indices, GPU-... or MIG-...), where that is set, else indices.
 *
 * returns  for free(); NULL: there are not so many
 */
char *server_environment_share(int position, int num);

/* The same of devices [num] by their places among those it may see. */
char *server_environment_devices(const int *devices, int num);

#endif

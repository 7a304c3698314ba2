#include "generate/server/server_launch.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "base/text_show.h"
#include "generate/http/http_key.h"
#include "generate/server/server_environment.h"
#include "generate/server/server_guard.h"
#include "generate/server/server_port.h"
#include "generate/server/server_process.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    KEY_BYTES = 24,
    MARGIN = 16384,   /* bytes; more than a key takes */
    MAX_SOCKET = 107, /* of a UNIX socket's path */
};

static int make_key(struct server_launch *out, struct error *err)
{
    unsigned char bytes[KEY_BYTES];

    if (random_secret(bytes, sizeof bytes, err) < 0)
        return -1;
    out->key = mem_alloc(1, 2 * sizeof bytes + 1);
    for (size_t i = 0; i < sizeof bytes; i++)
        (void)snprintf(out->key + 2 * i, 3, "%02x", bytes[i]);
    return 0;
}

/* The file as its recipe has it, the key in its place. */
static int write_key(const char *path,
                     const char *form,
                     const char *key,
                     struct error *err)
{
    const char *hole = strstr(form, "{key}");
    char *text = text_format("%.*s%s%s",
                             (int)(hole - form),
                             form,
                             key,
                             hole + strlen("{key}"));
    const size_t len = strlen(text);
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
    int rc = 0;

    if (fd < 0 || write(fd, text, len) != (ssize_t)len)
        rc = error_set_errno(err, errno, "cannot write %s", path);
    if (fd >= 0)
        (void)close(fd);
    for (volatile char *at = text; *at; at++)
        *at = ' ';
    free(text);
    return rc;
}

/* Where it is to listen. */
static int choose_place(struct server_launch *out,
                        const struct server_launch_params *params,
                        const char *folder,
                        struct error *err)
{
    if (params->recipe->is_socket) {
        out->socket = path_join(folder, SERVER_GUARD_SOCKET);
        out->url = mem_text("http://localhost");
        if (strlen(out->socket) <= MAX_SOCKET)
            return 0;
        return error_set(err,
                         ERR_IO,
                         "%s is too long for a socket; set TMPDIR to a "
                         "shorter path",
                         out->socket);
    }
    out->port = params->port > 0 ? params->port : server_port_free();
    if (out->port < 0) {
        return error_set(err,
                         ERR_IO,
                         "no free port on the loopback address; a "
                         "recipe with {socket} needs none");
    }
    out->url = text_format("http://127.0.0.1:%d", out->port);
    return 0;
}

/* The host of this node, where no other one takes part. */
static char *own_host(void)
{
    char host[256] = "localhost";

    (void)gethostname(host, sizeof host - 1);
    return mem_text(host);
}

static int start_process(struct server_launch *out,
                         const struct server_launch_params *params,
                         const struct server_environment *environment,
                         const uint64_t *near,
                         struct error *err)
{
    char **variables = server_environment_make(environment);
    char **command = server_recipe_command(params->recipe,
                                           environment->words,
                                           params->prefix,
                                           params->args);

    out->process = server_process_start(command,
                                        variables,
                                        near,
                                        environment->folder,
                                        err);
    server_recipe_free(command);
    server_environment_free(variables);
    return out->process ? 0 : -1;
}

static int start(struct server_launch *out,
                 const struct server_launch_params *params,
                 const char *folder,
                 struct error *err)
{
    const struct slot *slot = params->slot;
    /* a slot of several is what the schedule gave */
    const bool is_given = params->gpus < 0 || slot->num_devices > 1;
    const int gpus = is_given ? slot->num_devices : params->gpus;
    const int position = slot->num_devices > 0 ? slot->devices[0] : 0;
    /* others than those of the slot are anywhere */
    static const uint64_t anywhere[SLOT_CORES / 64];
    const uint64_t *near = gpus == slot->num_devices ? slot->near : anywhere;
    char *key_file = path_join(folder, SERVER_GUARD_KEY);
    char *devices = is_given ? server_environment_devices(slot->devices, gpus)
                             : server_environment_share(position, gpus);
    char *host = own_host();
    const struct server_words words = {
        .model = params->model,
        .socket = out->socket ? out->socket : "",
        .key_file = key_file,
        .port = out->port,
        .gpus = gpus > 0 ? gpus : 1,
        .parallel = params->parallel,
        .nodes = slot->nodes ? slot->nodes : host,
        .num_nodes = slot->num_nodes > 1 ? slot->num_nodes : 1,
        .node = slot->node,
        .meet = slot->meet,
    };
    const struct server_environment environment = {
        .recipe = params->recipe,
        .words = &words,
        .key = out->key,
        .devices = devices,
        .folder = folder,
        .prefix = params->prefix,
    };
    int rc = 0;

    if (!devices) {
        rc = error_set(err,
                       ERR_USAGE,
                       "gpus=%d: the variable that shows this rank its GPUs "
                       "does not list as many for server %d of this node",
                       gpus,
                       position);
    } else if (params->recipe->key_file) {
        rc = write_key(key_file, params->recipe->key_file, out->key, err);
    }
    if (rc == 0)
        rc = start_process(out, params, &environment, near, err);
    free(host);
    free(devices);
    free(key_file);
    return rc;
}

int server_launch_begin(struct server_launch *out,
                        const struct server_launch_params *params,
                        struct error *err)
{
    const bool wants_key = params->recipe->key_env || params->recipe->key_file;
    char *folder = server_process_folder(err);
    int rc = -1;

    *out = (struct server_launch){ 0 };
    if (folder && (!wants_key || make_key(out, err) == 0)
        && choose_place(out, params, folder, err) == 0)
        rc = start(out, params, folder, err);
    if (rc < 0) {
        server_launch_end(out);
        if (folder)
            server_process_abandon(folder);
    }
    free(folder);
    return rc;
}

void server_launch_end(struct server_launch *self)
{
    server_process_stop(self->process);
    for (volatile char *at = self->key; at && *at; at++)
        *at = ' ';
    free(self->key);
    free(self->url);
    free(self->socket);
    *self = (struct server_launch){ 0 };
}

/* Leave the last `max` bytes, from the beginning of a character on. */
static void cut_front(struct text *text, size_t max)
{
    size_t from = text->len > max ? text->len - max : 0;

    while (from < text->len && ((unsigned char)text->data[from] & 0xc0) == 0x80)
        from++;
    if (from == 0)
        return;
    memmove(text->data, text->data + from, text->len - from);
    text->len -= from;
}

void server_launch_tail(struct server_launch *self,
                        size_t max,
                        struct text *out)
{
    const struct http_key key = { .text = self->key };
    struct text tail = { 0 };

    /* more than is wanted, or the end of a key would be left where it is cut */
    server_process_tail(self->process, max + MARGIN, &tail);
    http_key_hide(&key, tail.data, tail.len);
    http_key_hide_known(tail.data, tail.len);
    cut_front(&tail, max);
    while (tail.len > 0 && strchr(" \r\n", tail.data[tail.len - 1]))
        tail.len--;
    for (size_t i = 0; i < tail.len; i++) {
        if (tail.data[i] == '\n' || tail.data[i] == '\0')
            tail.data[i] = tail.data[i] == '\n' ? '|' : ' ';
    }
    if (tail.len > 0) {
        text_show_clean(tail.data, ' ');
        text_add(out, tail.data);
    }
    text_release(&tail);
}

#include "generate/server/server_recipe.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "generate/server/server_words.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 65536, NUM_KEYS = 11 };

static const char *const keys[NUM_KEYS] = {
    "about", "command", "node_command", "health", "api",      "serves",
    "does",  "key_env", "env",          "keep",   "key_file",
};

static int unknown_key(const char *key,
                       const char *nearest,
                       const char *path,
                       struct error *err)
{
    struct text all = { 0 };

    for (int i = 0; i < NUM_KEYS; i++)
        text_addf(&all, "%s%s", i > 0 ? ", " : "", keys[i]);
    (void)error_set(err,
                    ERR_USAGE,
                    "%s: no key '%s'%s%s%s; there are: %s",
                    path,
                    key,
                    nearest ? " (did you mean '" : "",
                    nearest ? nearest : "",
                    nearest ? "'?)" : "",
                    text_data(&all));
    text_release(&all);
    return -1;
}

static const char *type_of(const char *key)
{
    static const char *const arrays[] = { "command",
                                          "node_command",
                                          "does",
                                          "keep" };

    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        if (text_equal(key, arrays[i]))
            return "array";
    }
    return text_equal(key, "env") ? "object" : "string";
}

static int check_keys(const struct cJSON *root,
                      const char *path,
                      struct error *err)
{
    if (!json_is_object(root)) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: an object is wanted, as in jobs/servers",
                         path);
    }
    for (const struct cJSON *at = json_first(root); at; at = json_next(at)) {
        const char *key = json_key(at);
        const char *nearest = text_nearest(key, keys, NUM_KEYS);

        if (!text_equal(key, nearest))
            return unknown_key(key, nearest, path, err);
        if (!text_equal(json_type_name(at), type_of(key))) {
            return error_set(err,
                             ERR_USAGE,
                             "%s: \"%s\": %s is wanted, not %s",
                             path,
                             key,
                             type_of(key),
                             json_type_name(at));
        }
    }
    return 0;
}

/* Texts of an array or of an object, and whether what stands in braces there is
 * known. */
static int check_texts(const struct cJSON *list,
                       const char *path,
                       const char *key,
                       struct error *err)
{
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        char *unknown;

        if (!json_is_text(at)) {
            return error_set(err,
                             ERR_USAGE,
                             "%s: \"%s\": texts are wanted, not %s",
                             path,
                             key,
                             json_type_name(at));
        }
        unknown = server_words_unknown(json_text(at));
        if (unknown) {
            (void)error_set(err,
                            ERR_USAGE,
                            "%s: \"%s\": {%s} stands for nothing; there are: "
                            "{model}, {port}, {socket}, {gpus}, {parallel}, "
                            "{key_file}, {nodes}, {num_nodes}, {node}, {head}, "
                            "{meet}, {all_gpus}",
                            path,
                            key,
                            unknown);
            free(unknown);
            return -1;
        }
    }
    return 0;
}

static bool uses(const struct cJSON *list, const char *word)
{
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        if (strstr(json_text(at), word))
            return true;
    }
    return false;
}

static int check_words(struct server_recipe *self,
                       const char *path,
                       struct error *err)
{
    const struct cJSON *command = json_member(self->root, "command");
    const struct cJSON *node = json_member(self->root, "node_command");
    const struct cJSON *env = json_member(self->root, "env");
    bool is_port;

    if (!json_first(command)) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: \"command\" is missing; jobs/servers has "
                         "examples",
                         path);
    }
    if (check_texts(command, path, "command", err) < 0
        || check_texts(node, path, "node_command", err) < 0
        || check_texts(env, path, "env", err) < 0
        || check_texts(json_member(self->root, "keep"), path, "keep", err) < 0)
        return -1;
    self->has_nodes = json_first(node) != NULL;
    self->is_socket = uses(command, "{socket}") || uses(env, "{socket}");
    is_port = uses(command, "{port}") || uses(env, "{port}");
    if (is_port == self->is_socket) {
        return error_set(
            err,
            ERR_USAGE,
            "%s: \"command\": it wants {port} or {socket}, one of the "
            "two, where the server is to listen",
            path);
    }
    if (self->key_file
        && (!strstr(self->key_file, "{key}")
            || !(uses(command, "{key_file}") || uses(env, "{key_file}")))) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: \"key_file\" is the content of the file, with "
                         "{key} in it, and the command wants {key_file}",
                         path);
    }
    return 0;
}

static int read_does(struct server_recipe *self,
                     const char *path,
                     struct error *err)
{
    static const struct {
        const char *name;
        enum request_kind kind;
    } all[] = { { "chat", REQUEST_CHAT },
                { "complete", REQUEST_COMPLETE },
                { "embed", REQUEST_EMBED } };
    const struct cJSON *does = json_member(self->root, "does");

    if (!does)
        self->can = BACKEND_CAN(REQUEST_CHAT) | BACKEND_CAN(REQUEST_COMPLETE);
    for (const struct cJSON *at = json_first(does); at; at = json_next(at)) {
        const unsigned before = self->can;

        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
            if (text_equal(json_text(at), all[i].name))
                self->can |= BACKEND_CAN(all[i].kind);
        }
        if (self->can == before)
            break;
    }
    if (self->can != 0)
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "%s: \"does\": some of chat, complete, embed are "
                     "wanted",
                     path);
}

static const char *member(const struct cJSON *root,
                          const char *key,
                          const char *otherwise)
{
    const char *text = json_member_text(root, key);

    return text ? text : otherwise;
}

int server_recipe_read(struct server_recipe *out,
                       const char *path,
                       struct error *err)
{
    struct cJSON *root = json_read(path, MAX_BYTES, err);

    if (!root)
        return -1;
    *out = (struct server_recipe){
        .root = root,
        .health = member(root, "health", "/health"),
        .api = member(root, "api", "/v1"),
        .serves = member(root, "serves", "served"),
        .key_env = json_member_text(root, "key_env"),
        .key_file = json_member_text(root, "key_file"),
    };
    if (check_keys(root, path, err) == 0 && check_words(out, path, err) == 0
        && read_does(out, path, err) == 0)
        return 0;
    server_recipe_release(out);
    return -1;
}

void server_recipe_release(struct server_recipe *self)
{
    json_free(self->root);
    self->root = NULL;
}

void server_recipe_hash(const struct server_recipe *self,
                        struct hash_stream *stream)
{
    struct text text = { 0 };

    json_canonical(json_member(self->root, "command"), &text);
    if (self->has_nodes)
        json_canonical(json_member(self->root, "node_command"), &text);
    if (json_member(self->root, "env"))
        json_canonical(json_member(self->root, "env"), &text);
    hash_stream_text(stream, text_data(&text));
    hash_stream_text(stream, self->api);
    hash_stream_text(stream, self->serves);
    text_release(&text);
}

char **server_recipe_command(const struct server_recipe *self,
                             const struct server_words *words,
                             const char *prefix,
                             const char *args)
{
    const struct cJSON *command =
        json_member(self->root, words->node > 0 ? "node_command" : "command");
    struct server_words_list list = { 0 };

    server_words_split(&list, prefix);
    for (const struct cJSON *at = json_first(command); at; at = json_next(at))
        server_words_add(&list, server_words_fill(json_text(at), words));
    server_words_split(&list, args);
    server_words_add(&list, NULL);
    return list.words;
}

void server_recipe_free(char **command)
{
    for (char **at = command; at && *at; at++)
        free(*at);
    free(command);
}

char *server_recipe_variable(const struct server_recipe *self,
                             const struct server_words *words,
                             size_t i)
{
    const struct cJSON *at = json_first(json_member(self->root, "env"));
    char *value;
    char *out;

    while (at && i-- > 0)
        at = json_next(at);
    if (!at)
        return NULL;
    value = server_words_fill(json_text(at), words);
    out = text_format("%s=%s", json_key(at), value);
    free(value);
    return out;
}

bool server_recipe_keeps(const struct server_recipe *self, const char *variable)
{
    const struct cJSON *keep = json_member(self->root, "keep");
    char *name = text_format("%.*s", (int)strcspn(variable, "="), variable);
    bool keeps = false;

    for (const struct cJSON *at = json_first(keep); at; at = json_next(at))
        keeps = keeps || text_glob(json_text(at), name);
    free(name);
    return keeps;
}

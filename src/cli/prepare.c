#include "cli/prepare.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/program.h"
#include "base/secret_proxy.h"
#include "base/text.h"
#include "cli/parts/guard.h"
#include "dataset/import.h"
#include "generate/model_quantise.h"
#include "job/job.h"
#include "launch/tool.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_NOTE = 4096 };

/* ---- fetching */

/* Under another name until it is whole; what is there of it is gone on from. */
static int fetch_one(const struct piece *piece, struct error *err)
{
    char *part = text_format("%s.part", piece->file);
    const bool is_seen = isatty(STDERR_FILENO) == 1;
    const char *const argv[] = { "curl",
                                 is_seen ? "-fL" : "-fsSL",
                                 "--create-dirs",
                                 "-C",
                                 "-",
                                 "-o",
                                 part,
                                 "--url",
                                 piece->origin->source,
                                 NULL };
    struct text said = { 0 };
    int rc;

    fprintf(stderr, "getting %s\n", piece->origin->source);
    /* to a person it shows how far it is, how fast and how long it takes */
    rc = is_seen ? tool_show(argv, err) : tool_run(argv, INT_MAX, &said, err);
    if (rc > 0) {
        rc = error_set(err,
                       ERR_IO,
                       "%s: %.300s",
                       piece->origin->source,
                       is_seen ? "curl says why"
                       : secret_proxy_is_told(text_data(&said))
                           ? "curl cannot use the proxy that a variable "
                             "names, or does not reach it"
                           : text_data(&said));
    } else if (rc == 0 && rename(part, piece->file) < 0) {
        rc = error_set_errno(err, errno, "cannot write %s", piece->file);
    }
    text_release(&said);
    free(part);
    return rc;
}

int prepare_fetch(struct prepare *self, struct error *err)
{
    int num = 0;

    for (size_t i = 0; i < self->pieces->num; i++) {
        const struct piece *piece = &self->pieces->list[i];

        if (piece->state != PIECE_MISSING || !piece->origin
            || !piece->origin->source)
            continue;
        if (!program_is_there("curl"))
            return error_set(err, ERR_USAGE, "--fetch wants curl in PATH");
        if (fetch_one(piece, err) < 0)
            return -1;
        num++;
    }
    return num;
}

/* ---- the data set */

int prepare_dataset(struct prepare *self, struct error *err)
{
    struct piece *piece = &self->pieces->list[0];
    struct text report = { 0 };
    char *folder;
    int rc;

    if (piece->state != PIECE_READY || text_equal(piece->file, "sample")
        || file_is_folder(piece->file))
        return 0;
    folder = path_join(self->folder, "dataset");
    rc = import_release(piece->file, folder, self->toolkit, &report, err);
    text_release(&report);
    if (rc == 0) {
        free(piece->file);
        piece->file = path_absolute(folder, err);
    } else if (err->code == ERR_FORMAT) {
        fprintf(stderr,
                "%s is not the official release and is read where it is: %s\n",
                piece->file,
                err->text);
        rc = 0;
    }
    free(folder);
    return rc;
}

/* ---- fewer bits */

struct quantising {
    const char *from;
    const char *to;
    const char *type;
};

/* A library that ends the process ends a child. */
static int quantise_here(void *context, struct text *out, struct error *err)
{
    const struct quantising *self = context;

    (void)out;
    return model_quantise(self->from, self->to, self->type, err);
}

/* What stands beside a file that was made here: of what, and how. */
static bool is_made_of(const char *file, const char *made_from)
{
    char *note = text_format("%s.made_from", file);
    struct text text = { 0 };
    bool is_same = file_exists(file) && file_exists(note)
                   && file_read(note, MAX_NOTE, &text, NULL) == 0
                   && text_equal(text_data(&text), made_from);

    text_release(&text);
    free(note);
    return is_same;
}

static int make(struct quantising *what,
                const char *made_from,
                struct error *err)
{
    char *note = text_format("%s.made_from", what->to);
    struct text none = { 0 };
    int rc = 0;

    if (!is_made_of(what->to, made_from)) {
        fprintf(stderr, "quantising %s to %s\n", what->from, what->type);
        rc = guard_run(quantise_here, what, what->from, &none, err);
        if (rc == 0)
            rc = file_write(note, made_from, strlen(made_from), err);
    }
    text_release(&none);
    free(note);
    return rc;
}

/* The piece is the new file from now on. */
static int replace_file(struct piece *piece,
                        const char *file,
                        const char *made_from,
                        struct error *err)
{
    char *at = strstr(piece->spec, piece->file);
    char *spec;

    if (!at) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: its name has what a backend must be told with a "
                         "backslash; give the file another name",
                         piece->file);
    }
    spec = text_format("%.*s%s%s",
                       (int)(at - piece->spec),
                       piece->spec,
                       file,
                       at + strlen(piece->file));

    free(piece->spec);
    free(piece->file);
    free(piece->detail);
    free(piece->made_from);
    piece->spec = spec;
    piece->file = mem_text(file);
    piece->made_from = mem_text(made_from);
    if (backend_probe(spec, &piece->facts, err) < 0) {
        piece->detail = mem_text(err->text);
        return -1;
    }
    piece->detail = text_format("%s, %s, made of %s",
                                spec,
                                piece->facts.identity,
                                made_from);
    return 0;
}

static int quantise(struct prepare *self,
                    struct piece *piece,
                    const char *type,
                    struct error *err)
{
    char *folder = path_join(self->folder, "models");
    char *relative = text_format("%s/%s.%s.gguf", folder, piece->name, type);
    char *to = path_absolute(relative, err);
    char version[128];
    char *made_from;
    int rc = -1;

    for (char *at = to ? strrchr(to, '/') + 1 : relative; *at; at++)
        *at = (char)(*at == ',' ? '_' : *at); /* it ends a file in a spec */
    model_quantise_version(version, sizeof version);
    made_from = text_format("%s, quantised to %s by %s",
                            piece->facts.identity,
                            type,
                            version);
    struct quantising what = { .from = piece->file, .to = to, .type = type };

    if (to && file_make_folder(folder, err) == 0
        && make(&what, made_from, err) == 0)
        rc = replace_file(piece, to, made_from, err);
    free(made_from);
    free(to);
    free(relative);
    free(folder);
    return rc;
}

int prepare_quantise(struct prepare *self, const char *wish, struct error *err)
{
    const char *type = strrchr(wish, '=');
    struct piece *piece = NULL;

    if (!type || type == wish || !type[1] || strchr(type, '/')) {
        return error_set(err,
                         ERR_USAGE,
                         "--quantise %s: MODEL=TYPE is wanted, as "
                         "llama-8b=Q4_K_M",
                         wish);
    }
    for (size_t i = 1; i < self->pieces->num; i++) {
        const char *name = self->pieces->list[i].name;

        if (strlen(name) == (size_t)(type - wish)
            && strncmp(name, wish, strlen(name)) == 0)
            piece = &self->pieces->list[i];
    }
    if (!piece || strchr(piece->name, '/')) {
        return error_set(err,
                         ERR_USAGE,
                         "--quantise %s: the job has no such model or role",
                         wish);
    }
    if (piece->state != PIECE_READY || !piece->file
        || !text_ends(piece->file, ".gguf")) {
        return error_set(err,
                         ERR_USAGE,
                         "--quantise %s: '%s' has no GGUF file that could be "
                         "read",
                         wish,
                         piece->name);
    }
    return quantise(self, piece, type + 1, err);
}

/* ---- what is written */

static void put(struct cJSON *job, char *pointer, const char *text)
{
    struct cJSON *holder = json_new_object();

    if (text) {
        json_add_text(holder, "text", text);
        (void)json_set_at(job, pointer, json_copy(json_member(holder, "text")));
    }
    json_free(holder);
    free(pointer);
}

static void put_piece(struct cJSON *job,
                      const struct piece *piece,
                      size_t number)
{
    char *at = text_equal(piece->kind, "model")
                   ? text_format("/models/%zu", number)
                   : text_format("/roles/%s", piece->name);

    put(job, text_format("%s/backend", at), piece->spec);
    put(job, text_format("%s/made_from", at), piece->made_from);
    free(at);
}

static int write_json(const char *folder,
                      const char *name,
                      struct cJSON *value,
                      struct error *err)
{
    char *path = path_join(folder, name);
    const int rc = json_save(value, path, err);

    json_free(value);
    free(path);
    return rc;
}

int prepare_write(const struct prepare *self, struct error *err)
{
    const struct pieces *pieces = self->pieces;
    struct cJSON *job;

    if (write_json(self->folder, "prepared.json", pieces_json(pieces), err) < 0)
        return -1;
    if (pieces_num_bad(pieces) > 0)
        return 0;
    job = job_effective(pieces->job);
    put(job, mem_text("/dataset"), pieces->list[0].file);
    for (size_t i = 1; i < pieces->num; i++)
        put_piece(job, &pieces->list[i], i - 1);
    return write_json(self->folder, "job.json", job, err);
}

#include "analysis/label/label_key.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT "trustsweep-label-key"

enum { SALT = 32, MAX_BYTES = 256 * 1024 * 1024 };

char *label_key_path(const char *results)
{
    return path_beside(results, "labels-key.json");
}

static void make_id(const unsigned char salt[SALT],
                    struct hash128 unit,
                    char out[LABEL_KEY_ID])
{
    struct sha256 *sha = sha256_create();
    char hash[SHA256_TEXT];
    char text[HASH_TEXT];

    hash_format(unit, text);
    sha256_add(sha, salt, SALT);
    sha256_add(sha, text, strlen(text));
    sha256_end(sha, hash);
    /* a letter first: a spreadsheet would take 12e456789012 for a number */
    (void)snprintf(out, LABEL_KEY_ID, "r%.12s", hash);
}

int label_key_make(struct label_key *out,
                   struct labels *strata,
                   const struct label_key_unit *units,
                   size_t num,
                   struct error *err)
{
    unsigned char salt[SALT];
    struct hash_stream *stream;

    if (random_secret(salt, sizeof salt, err) < 0)
        return -1;
    *out = (struct label_key){
        .strata = *strata,
        .units = mem_copy(units, num * sizeof *units),
        .num_units = num,
    };
    *strata = (struct labels){ .draw = "" };
    stream = hash_stream_create();
    for (size_t i = 0; i < num; i++) {
        make_id(salt, out->units[i].unit, out->units[i].id);
        hash_stream_text(stream, out->units[i].id);
    }
    hash_format(hash_stream_end(stream), out->strata.draw);
    return 0;
}

void label_key_release(struct label_key *self)
{
    labels_release(&self->strata);
    free(self->units);
    *self = (struct label_key){ .num_units = 0 };
}

int label_key_write(const struct label_key *self,
                    const char *path,
                    struct error *err)
{
    struct cJSON *root;
    struct cJSON *list;
    int rc;

    if (file_exists(path)) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: is there already, and labels of its draw would "
                         "be lost without it; move it away, or --key OTHER",
                         path);
    }
    root = json_new_object();
    json_add_text(root, "format", FORMAT);
    json_add_number(root, "version", 1);
    json_add_text(root, "draw", self->strata.draw);
    labels_put_strata(&self->strata, root);
    list = json_add_array(root, "units");
    for (size_t i = 0; i < self->num_units; i++) {
        struct cJSON *object = json_new_object();
        char unit[HASH_TEXT];

        hash_format(self->units[i].unit, unit);
        json_add_text(object, "id", self->units[i].id);
        json_add_text(object, "unit", unit);
        json_add_number(object, "stratum", (double)self->units[i].stratum);
        json_append(list, object);
    }
    rc = json_save(root, path, err);
    json_free(root);
    return rc;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct label_key_unit *)a)->id,
                  ((const struct label_key_unit *)b)->id);
}

static int get_units(struct label_key *self,
                     const struct cJSON *root,
                     const char *path,
                     struct error *err)
{
    const struct cJSON *list = json_member(root, "units");

    self->units = mem_alloc(json_count(list), sizeof *self->units);
    for (const struct cJSON *one = json_first(list); one;
         one = json_next(one)) {
        struct label_key_unit *unit = &self->units[self->num_units++];
        const char *id = json_member_text(one, "id");
        const char *text = json_member_text(one, "unit");
        const double stratum = json_member_number(one, "stratum");

        if (!id || strlen(id) != LABEL_KEY_ID - 1 || !text
            || !hash_parse(text, &unit->unit) || !(stratum >= 0)
            || !(stratum < (double)self->strata.num_strata)) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s: units/%zu: wants id, unit, stratum",
                             path,
                             self->num_units - 1);
        }
        memcpy(unit->id, id, sizeof unit->id);
        unit->stratum = (size_t)stratum;
    }
    qsort(self->units, self->num_units, sizeof *self->units, by_id);
    return 0;
}

int label_key_read(struct label_key *out, const char *path, struct error *err)
{
    struct cJSON *root = json_read(path, MAX_BYTES, err);
    const char *draw = json_member_text(root, "draw");
    int rc = root ? 0 : -1;

    *out = (struct label_key){ .num_units = 0 };
    if (rc == 0
        && (!text_equal(json_member_text(root, "format"), FORMAT)
            || json_member_number(root, "version") != 1 || !draw
            || strlen(draw) != sizeof out->strata.draw - 1)) {
        rc = error_set(err,
                       ERR_FORMAT,
                       "%s: not a key that 'trustsweep label export' wrote",
                       path);
    }
    if (rc == 0 && draw) {
        memcpy(out->strata.draw, draw, sizeof out->strata.draw);
        rc = labels_get_strata(&out->strata, root, path, err);
    }
    if (rc == 0)
        rc = get_units(out, root, path, err);
    json_free(root);
    if (rc < 0)
        label_key_release(out);
    return rc;
}

const struct label_key_unit *label_key_find(const struct label_key *self,
                                            const char *id)
{
    struct label_key_unit key;

    if (strlen(id) != LABEL_KEY_ID - 1)
        return NULL;
    memcpy(key.id, id, sizeof key.id);
    return bsearch(&key,
                   self->units,
                   self->num_units,
                   sizeof *self->units,
                   by_id);
}

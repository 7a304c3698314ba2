#include "analysis/labels.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT "trustsweep-labels"

enum { MAX_BYTES = 256 * 1024 * 1024, MAX_STRATA = 1000000 };

char *labels_path(const char *results)
{
    return path_beside(results, "labels.json");
}

void labels_release(struct labels *self)
{
    for (size_t i = 0; i < self->num_labellers; i++)
        free(self->labellers[i]);
    free((void *)self->labellers);
    for (size_t i = 0; i < self->num_strata; i++) {
        free(self->strata[i].model);
        free(self->strata[i].column);
        free(self->strata[i].outcome);
    }
    free(self->strata);
    for (size_t i = 0; i < self->num_units; i++)
        free(self->units[i].given);
    free(self->units);
    *self = (struct labels){ .draw = "" };
}

int labels_labeller(struct labels *self, const char *name)
{
    for (size_t i = 0; i < self->num_labellers; i++) {
        if (text_equal(self->labellers[i], name))
            return (int)i;
    }
    if (self->num_labellers == LABELS_MAX_LABELLERS)
        return -1;
    if (!self->labellers)
        self->labellers = mem_alloc(LABELS_MAX_LABELLERS, sizeof(char *));
    self->labellers[self->num_labellers] = mem_text(name);
    return (int)self->num_labellers++;
}

struct labels_unit *labels_unit(struct labels *self,
                                struct hash128 id,
                                size_t stratum)
{
    struct labels_unit *unit;

    for (size_t i = 0; i < self->num_units; i++) {
        if (hash_equal(self->units[i].id, id))
            return &self->units[i];
    }
    self->units = mem_reserve(self->units,
                              &self->cap_units,
                              self->num_units + 1,
                              sizeof *self->units);
    unit = &self->units[self->num_units++];
    *unit = (struct labels_unit){
        .id = id,
        .stratum = stratum,
        .given = mem_alloc(LABELS_MAX_LABELLERS, sizeof(int)),
    };
    for (int i = 0; i < LABELS_MAX_LABELLERS; i++)
        unit->given[i] = -1;
    return unit;
}

void labels_put_strata(const struct labels *self, struct cJSON *root)
{
    struct cJSON *list = json_add_array(root, "strata");

    for (size_t i = 0; i < self->num_strata; i++) {
        const struct labels_stratum *one = &self->strata[i];
        struct cJSON *object = json_new_object();

        json_add_text(object, "model", one->model);
        json_add_text(object, "column", one->column);
        json_add_text(object, "kind", label_kind_name(one->kind));
        json_add_text(object, "verdict", one->outcome);
        json_add_number(object, "replies", (double)one->num);
        json_add_number(object, "drawn", (double)one->drawn);
        json_append(list, object);
    }
}

/* A count of something; false when it is none. */
static bool get_count(const struct cJSON *object,
                      const char *key,
                      uint64_t *out)
{
    const double number = json_member_number(object, key);

    if (!(number >= 0 && number <= 1e12) || floor(number) != number)
        return false;
    *out = (uint64_t)number;
    return true;
}

static bool get_stratum(struct labels_stratum *out, const struct cJSON *from)
{
    const char *kind = json_member_text(from, "kind");

    *out = (struct labels_stratum){
        .model = mem_text(json_member_text(from, "model")),
        .column = mem_text(json_member_text(from, "column")),
        .outcome = mem_text(json_member_text(from, "verdict")),
        .kind = kind ? label_kind_parse(kind) : LABEL_KIND_NONE,
    };
    return out->model && out->column && out->outcome
           && out->kind != LABEL_KIND_NONE
           && get_count(from, "replies", &out->num)
           && get_count(from, "drawn", &out->drawn) && out->drawn <= out->num;
}

int labels_get_strata(struct labels *self,
                      const struct cJSON *root,
                      const char *path,
                      struct error *err)
{
    const struct cJSON *list = json_member(root, "strata");
    const size_t num = json_count(list);

    if (!json_is_array(list) || num > MAX_STRATA)
        return error_set(err, ERR_FORMAT, "%s: strata: no list of them", path);
    self->strata = mem_alloc(num, sizeof *self->strata);
    for (const struct cJSON *one = json_first(list); one;
         one = json_next(one)) {
        if (!get_stratum(&self->strata[self->num_strata++], one)) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s: strata/%zu: wants model, column, kind, "
                             "verdict, replies, drawn",
                             path,
                             self->num_strata - 1);
        }
    }
    return 0;
}

static int get_unit(struct labels *self,
                    const struct cJSON *from,
                    size_t at,
                    const char *path,
                    struct error *err)
{
    const char *text = json_member_text(from, "unit");
    const struct cJSON *given = json_member(from, "labels");
    struct labels_unit *unit;
    struct hash128 id;
    uint64_t stratum;

    if (!text || !hash_parse(text, &id) || !json_is_object(given)
        || !get_count(from, "stratum", &stratum)
        || stratum >= self->num_strata) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: units/%zu: wants unit, stratum, labels",
                         path,
                         at);
    }
    unit = labels_unit(self, id, (size_t)stratum);
    for (const struct cJSON *one = json_first(given); one;
         one = json_next(one)) {
        const int who = labels_labeller(self, json_key(one));
        const int label =
            json_is_text(one)
                ? label_kind_find(self->strata[stratum].kind, json_text(one))
                : -1;

        if (who < 0 || label < 0) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s: units/%zu/labels/%s: no label of its kind",
                             path,
                             at,
                             json_key(one));
        }
        unit->given[who] = label;
    }
    return 0;
}

static int get_all(struct labels *self,
                   const struct cJSON *root,
                   const char *path,
                   struct error *err)
{
    const char *draw = json_member_text(root, "draw");
    const struct cJSON *units = json_member(root, "units");
    size_t at = 0;

    if (!text_equal(json_member_text(root, "format"), FORMAT)
        || json_member_number(root, "version") != 1 || !draw
        || strlen(draw) != sizeof self->draw - 1) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: no labels of this version; move it away and "
                         "import them again",
                         path);
    }
    memcpy(self->draw, draw, sizeof self->draw);
    if (labels_get_strata(self, root, path, err) < 0)
        return -1;
    for (const struct cJSON *one = json_first(units); one;
         one = json_next(one)) {
        if (get_unit(self, one, at++, path, err) < 0)
            return -1;
    }
    return 0;
}

int labels_read(struct labels *out, const char *path, struct error *err)
{
    struct cJSON *root;
    int rc;

    *out = (struct labels){ .draw = "" };
    if (!file_exists(path))
        return 0;
    root = json_read(path, MAX_BYTES, err);
    rc = root ? get_all(out, root, path, err) : -1;
    json_free(root);
    if (rc < 0)
        labels_release(out);
    return rc;
}

int labels_write(const struct labels *self, const char *path, struct error *err)
{
    struct cJSON *root = json_new_object();
    struct cJSON *units;
    int rc;

    json_add_text(root, "format", FORMAT);
    json_add_number(root, "version", 1);
    json_add_text(root, "draw", self->draw);
    labels_put_strata(self, root);
    units = json_add_array(root, "units");
    for (size_t i = 0; i < self->num_units; i++) {
        const struct labels_unit *unit = &self->units[i];
        const enum label_kind kind = self->strata[unit->stratum].kind;
        struct cJSON *object = json_new_object();
        struct cJSON *given;
        char id[HASH_TEXT];

        hash_format(unit->id, id);
        json_add_text(object, "unit", id);
        json_add_number(object, "stratum", (double)unit->stratum);
        given = json_add_object(object, "labels");
        for (size_t r = 0; r < self->num_labellers; r++) {
            if (unit->given[r] >= 0) {
                json_add_text(given,
                              self->labellers[r],
                              label_kind_labels(kind)[unit->given[r]]);
            }
        }
        json_append(units, object);
    }
    rc = json_save(root, path, err);
    json_free(root);
    return rc;
}

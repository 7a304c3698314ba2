/*
 * A safetensors file is the length of its head in 8 bytes, low ones first, the
 * head (a JSON object: for each tensor its "data_offsets", [begin, end] in what
 * follows), and the tensors.
 */
#include "generate/model_folder.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_HEAD = 128 * 1024 * 1024, LENGTH = 8 };

/* The head of the file, or NULL; `len` gets its length. */
static struct cJSON *read_head(const char *path,
                               uint64_t *len,
                               struct error *err)
{
    unsigned char bytes[LENGTH] = { 0 };
    FILE *file = fopen(path, "rb");
    struct cJSON *head = NULL;
    char *text = NULL;

    if (!file) {
        (void)error_set_errno(err, errno, "cannot read %s", path);
        return NULL;
    }
    *len = 0;
    if (fread(bytes, 1, LENGTH, file) == LENGTH) {
        for (int i = LENGTH; i-- > 0;)
            *len = *len << 8 | bytes[i];
    }
    if (*len > 0 && *len <= MAX_HEAD) {
        text = mem_alloc((size_t)*len, 1);
        if (fread(text, 1, (size_t)*len, file) == *len)
            head = json_parse(text, (size_t)*len, path, NULL);
    }
    if (!json_is_object(head)) {
        json_free(head);
        head = NULL;
        (void)error_set(err,
                        ERR_FORMAT,
                        "%s is no safetensors file, or is cut off; get it "
                        "again",
                        path);
    }
    free(text);
    (void)fclose(file);
    return head;
}

static int check_tensors(const char *path, struct error *err)
{
    uint64_t len;
    struct cJSON *head = read_head(path, &len, err);
    double end = 0;

    if (!head)
        return -1;
    for (const struct cJSON *at = json_first(head); at; at = json_next(at)) {
        const struct cJSON *offsets = json_member(at, "data_offsets");

        if (json_is_array(offsets))
            end = fmax(end, json_number(json_element(offsets, 1)));
    }
    json_free(head);
    if ((double)file_size(path) >= LENGTH + (double)len + end)
        return 0;
    return error_set(err,
                     ERR_FORMAT,
                     "%s is shorter than its head says: cut off; get it again",
                     path);
}

static int check_index(const char *folder, const char *path, struct error *err)
{
    struct cJSON *index = json_read(path, MAX_HEAD, err);
    const struct cJSON *map = json_member(index, "weight_map");
    int rc = index ? 0 : -1;

    if (index && !json_is_object(map))
        rc = error_set(err, ERR_FORMAT, "%s has no \"weight_map\"", path);
    for (const struct cJSON *at = rc == 0 ? json_first(map) : NULL;
         at && rc == 0;
         at = json_next(at)) {
        const char *name = json_text(at);
        char *part = path_join(folder, name ? path_name(name) : "");

        if (!name || !file_exists(part) || file_is_folder(part)) {
            rc = error_set(err,
                           ERR_IO,
                           "%s is missing, but %s names it; get it again",
                           part,
                           path);
        }
        free(part);
    }
    json_free(index);
    return rc;
}

int model_folder_check(const char *path, struct error *err)
{
    struct name_list names = { 0 };
    int rc = file_list(path, &names, err);

    for (size_t i = 0; i < names.num && rc == 0; i++) {
        char *file = path_join(path, names.names[i]);

        if (text_ends(file, ".safetensors")) {
            rc = check_tensors(file, err);
        } else if (text_ends(file, ".safetensors.index.json")) {
            rc = check_index(path, file, err);
        }
        free(file);
    }
    name_list_release(&names);
    return rc;
}

#include "dataset/source.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "dataset/archive.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where the official zip has its files, and what one gets by unpacking it. */
static const char *const roots[] = { "", "dataset/" };
static const char *const endings[] = { ".json", ".json.gz" };

struct source {
    char *location; /* absolute */
    bool is_sample;
    struct archive *archive; /* NULL for a folder */
};

struct source *source_open(const char *location, struct error *err)
{
    bool is_sample = text_equal(location, "sample");
    char *path = is_sample ? path_share("datasets/sample", err)
                           : path_absolute(location, err);

    if (!path)
        return NULL;
    struct source *self = mem_alloc(1, sizeof *self);
    self->location = path;
    self->is_sample = is_sample;
    if (file_is_folder(path))
        return self;
    if (!file_exists(path)) {
        (void)error_set(err,
                        ERR_IO,
                        "%s: no such data set; give the official zip (of "
                        "TrustLLM's repository: dataset/dataset.zip), a "
                        "folder, or 'sample'",
                        path);
        goto fail;
    }
    self->archive = archive_open(path, err);
    if (self->archive)
        return self;
fail:
    source_close(self);
    return NULL;
}

void source_close(struct source *self)
{
    if (!self)
        return;
    archive_close(self->archive);
    free(self->location);
    free(self);
}

const char *source_location(const struct source *self)
{
    return self->location;
}

bool source_is_sample(const struct source *self)
{
    return self->is_sample;
}

static int read_in_folder(const struct source *self,
                          const char *name,
                          struct text *out,
                          struct error *err)
{
    char *path = path_join(self->location, name);
    int rc = 0;

    /* what may not be looked at is not absent: reading says why */
    if (access(path, F_OK) == 0 || errno == EACCES)
        rc = file_read(path, ARCHIVE_MAX_BYTES, out, err) < 0 ? -1 : 1;
    free(path);
    return rc;
}

static int read_one(struct source *self,
                    const char *name,
                    struct text *out,
                    struct error *err)
{
    if (!self->archive)
        return read_in_folder(self, name, out, err);
    /* a gzipped file inside a zip file is nobody's layout */
    return text_ends(name, ".gz") ? 0
                                  : archive_read(self->archive, name, out, err);
}

int source_read(struct source *self,
                const char *task,
                struct text *out,
                struct error *err)
{
    for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
        for (size_t k = 0; k < ARRAY_LEN(endings); k++) {
            char *name = text_format("%s%s%s", roots[i], task, endings[k]);
            int rc = read_one(self, name, out, err);
            free(name);
            if (rc != 0)
                return rc;
        }
    }
    return 0;
}

/* Add "dimension/file" when `name` (below a root) is that of a data file. */
static void add_name(struct name_list *list, const char *name)
{
    size_t len = strlen(name);
    const char *slash = strchr(name, '/');

    if (text_ends(name, ".gz"))
        len -= 3;
    if (!slash || strchr(slash + 1, '/') || len < 5
        || memcmp(name + len - 5, ".json", 5) != 0)
        return;
    name_list_add(list, mem_text_len(name, len - 5));
}

static int list_dimension(const struct source *self,
                          const char *root,
                          const char *dimension,
                          struct name_list *out,
                          struct error *err)
{
    struct name_list files = { 0 };
    char *below = text_format("%s%s", root, dimension);
    char *folder = path_join(self->location, below);
    int rc = 0;

    if (file_is_folder(folder))
        rc = file_list(folder, &files, err);
    for (size_t i = 0; i < files.num; i++) {
        char *name = text_format("%s/%s", dimension, files.names[i]);
        add_name(out, name);
        free(name);
    }
    name_list_release(&files);
    free(folder);
    free(below);
    return rc;
}

static int list_root(const struct source *self,
                     const char *root,
                     struct name_list *out,
                     struct error *err)
{
    struct name_list folders = { 0 };
    char *folder = text_format("%s/%s", self->location, root);
    int rc = 0;

    if (file_is_folder(folder))
        rc = file_list(folder, &folders, err);
    for (size_t i = 0; i < folders.num && rc == 0; i++)
        rc = list_dimension(self, root, folders.names[i], out, err);
    name_list_release(&folders);
    free(folder);
    return rc;
}

static void list_archive(const struct source *self, struct name_list *out)
{
    for (size_t i = 0; i < archive_num(self->archive); i++) {
        const char *name = archive_name(self->archive, i);
        if (text_starts(name, roots[1]))
            name += strlen(roots[1]);
        add_name(out, name);
    }
}

/* Sorted, and each name once: a file may be there plain and gzipped. */
static void sort_names(struct name_list *list)
{
    size_t num = 0;

    if (list->num == 0)
        return;
    name_list_sort(list);
    for (size_t i = 1; i < list->num; i++) {
        if (strcmp(list->names[num], list->names[i]) == 0) {
            free(list->names[i]);
        } else {
            list->names[++num] = list->names[i];
        }
    }
    list->num = num + 1;
}

int source_list(const struct source *self,
                struct name_list *out,
                struct error *err)
{
    struct name_list list = { 0 };
    int rc = 0;

    if (self->archive) {
        list_archive(self, &list);
    } else {
        for (size_t i = 0; i < ARRAY_LEN(roots) && rc == 0; i++)
            rc = list_root(self, roots[i], &list, err);
    }
    if (rc < 0) {
        name_list_release(&list);
        return -1;
    }
    sort_names(&list);
    *out = list;
    return 0;
}

#include "dataset/import.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "dataset/archive.h"
#include "dataset/manifest.h"
#include "dataset/prompts_file.h"
#include "dataset/source.h"
#include "dataset/toolkit.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

/* Read and check one file of the release. */
static int load(struct source *source,
                const struct task *task,
                struct text *bytes,
                struct error *err)
{
    char sha256[SHA256_TEXT];
    int rc = source_read(source, task->name, bytes, err);

    if (rc < 0)
        return -1;
    if (rc == 0) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: has no %s.json, so it is not the whole release; "
                         "get it again",
                         source_location(source),
                         task->name);
    }
    sha256_bytes(text_data(bytes), bytes->len, sha256);
    if (strcmp(sha256, task->sha256) != 0) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: %s.json is not the official file: its SHA-256 "
                         "is %s, not %s; get the release again",
                         source_location(source),
                         task->name,
                         sha256,
                         task->sha256);
    }
    return 0;
}

/* Whether the file is there already, byte for byte: 1, absent: 0. */
static int look(const char *path, const char *wanted, struct error *err)
{
    struct text bytes = { 0 };
    char sha256[SHA256_TEXT];

    if (!file_exists(path))
        return 0;
    int rc = file_read(path, ARCHIVE_MAX_BYTES, &bytes, err);
    if (rc == 0) {
        sha256_bytes(text_data(&bytes), bytes.len, sha256);
        rc = 1;
        if (strcmp(sha256, wanted) != 0) {
            rc = error_set(err,
                           ERR_USAGE,
                           "%s is there already and differs; remove it or "
                           "choose another folder",
                           path);
        }
    }
    text_release(&bytes);
    return rc;
}

static int store(const char *path, const struct text *bytes, struct error *err)
{
    char *folder = path_folder(path);
    int rc = file_make_folder(folder, err);

    if (rc == 0)
        rc = file_write(path, text_data(bytes), bytes->len, err);
    free(folder);
    return rc;
}

struct import {
    const struct manifest *manifest;
    const char *folder;
    struct text *files;  /* [manifest->num_tasks] */
    bool *is_there;      /* [manifest->num_tasks] */
    struct text prompts; /* of prompts.json; empty: there is none */
    bool has_prompts;    /* it is there already */
};

static char *target(const struct import *self, size_t at)
{
    return text_format("%s/%s.json",
                       self->folder,
                       self->manifest->tasks[at].name);
}

static int load_all(struct import *self,
                    struct source *source,
                    struct error *err)
{
    for (size_t i = 0; i < self->manifest->num_tasks; i++) {
        const struct task *task = &self->manifest->tasks[i];
        if (load(source, task, &self->files[i], err) < 0)
            return -1;
        char *path = target(self, i);
        int rc = look(path, task->sha256, err);
        free(path);
        if (rc < 0)
            return -1;
        self->is_there[i] = rc > 0;
    }
    return 0;
}

static int store_all(const struct import *self,
                     struct text *report,
                     struct error *err)
{
    size_t num = self->manifest->num_tasks;
    uint64_t num_bytes = 0;
    char size[32];

    for (size_t i = 0; i < num; i++) {
        char *path = target(self, i);
        int rc = self->is_there[i] ? 0 : store(path, &self->files[i], err);
        free(path);
        if (rc < 0)
            return -1;
        num_bytes += self->files[i].len;
        text_addf(report,
                  "%s.json: %llu items, checksum right, %s\n",
                  self->manifest->tasks[i].name,
                  (unsigned long long)self->manifest->tasks[i].num_items,
                  self->is_there[i] ? "was there" : "written");
    }
    text_format_bytes(size, sizeof size, num_bytes);
    text_addf(report, "%zu files, %s, in %s\n", num, size, self->folder);
    return 0;
}

static int load_prompts(struct import *self,
                        const char *toolkit,
                        struct error *err)
{
    struct prompts prompts = { 0 };
    char *origin = NULL;
    char sha256[SHA256_TEXT];

    if (!toolkit)
        return 0;
    if (toolkit_read_prompts(toolkit, &prompts, &origin, err) < 0)
        return -1;
    prompts_file_print(&prompts, origin, &self->prompts);
    sha256_bytes(text_data(&self->prompts), self->prompts.len, sha256);
    char *path = path_join(self->folder, "prompts.json");
    int rc = look(path, sha256, err);

    self->has_prompts = rc > 0;
    free(path);
    free(origin);
    prompts_release(&prompts);
    return rc < 0 ? -1 : 0;
}

/* Those of an earlier import are in force still. */
static int report_prompts(const struct import *self,
                          struct text *report,
                          struct error *err)
{
    char *path = path_join(self->folder, "prompts.json");
    struct cJSON *root = NULL;
    int rc = 0;

    if (file_exists(path)) {
        root = json_read(path, ARCHIVE_MAX_BYTES, err);
        rc = root ? 0 : -1;
    }
    if (root) {
        const char *origin = json_member_text(root, "origin");

        text_addf(report,
                  "prompts.json: was there; its wordings (%s) go to the judge, "
                  "and ours once it is removed\n",
                  origin ? origin : "of no origin");
    }
    json_free(root);
    free(path);
    return rc;
}

static int store_prompts(const struct import *self,
                         struct text *report,
                         struct error *err)
{
    if (self->prompts.len == 0)
        return report_prompts(self, report, err);
    char *path = path_join(self->folder, "prompts.json");
    int rc = self->has_prompts ? 0 : store(path, &self->prompts, err);

    free(path);
    if (rc == 0) {
        text_addf(report,
                  "prompts.json: the toolkit's wordings for the judge, %s\n",
                  self->has_prompts ? "was there" : "written");
    }
    return rc;
}

int import_release(const char *zip,
                   const char *folder,
                   const char *toolkit,
                   struct text *report,
                   struct error *err)
{
    struct source *source = NULL;
    struct import self = { .folder = folder };
    int rc = -1;

    struct manifest *manifest = manifest_read("trustllm", err);
    if (!manifest)
        return -1;
    self.manifest = manifest;
    self.files = mem_alloc(manifest->num_tasks, sizeof *self.files);
    self.is_there = mem_alloc(manifest->num_tasks, sizeof *self.is_there);
    source = source_open(zip, err);
    if (source && load_all(&self, source, err) == 0
        && load_prompts(&self, toolkit, err) == 0
        && store_prompts(&self, report, err) == 0)
        rc = store_all(&self, report, err);
    text_release(&self.prompts);
    source_close(source);
    for (size_t i = 0; i < manifest->num_tasks; i++)
        text_release(&self.files[i]);
    free(self.files);
    free(self.is_there);
    manifest_destroy(manifest);
    return rc;
}

/*
 * dataset.h - items, in file order, with a content hash.
 *
 * Read once by rank 0 (or by `score`); workers get what they need in leases.
 */
#ifndef DATASET_H
#define DATASET_H

#include "base/hash.h"
#include "dataset/manifest.h"
#include "trustsweep/item.h"

/* What is to be known of a task of multiple-choice questions that a user
 * imported (src/choice); the trust tasks have none. */
struct dataset_utility {
    char *name;            /* of its column */
    char *location;        /* the data set's folder, or "sample" */
    char *format;          /* "mmlu", "arc" */
    bool weighs_texts;     /* the answers themselves are weighed, not letters */
    uint64_t num_examples; /* shown before each question, at most */
    double chance;         /* accuracy of guessing */
};

struct dataset_task {
    const struct task *task; /* of the manifest; borrowed */
    struct item *items;      /* [num_items], file order */
    size_t num_items;
    char sha256[SHA256_TEXT];        /* of the file's bytes (inflated) */
    bool is_official;                /* equal to the manifest's checksum */
    struct cJSON *root;              /* owns what items point into */
    struct dataset_utility *utility; /* NULL: a task of the benchmark */
};

struct dataset {
    const struct manifest *manifest; /* borrowed */
    char *location;                  /* as given, absolute */
    bool is_sample;
    struct dataset_task *tasks; /* [num_tasks], manifest order; tasks whose
                                   file is absent are left out */
    size_t num_tasks;
    char digest[SHA256_TEXT]; /* SHA-256 over names and file checksums */
    struct prompts prompts; /* the manifest's, or what the folder's prompts.json
                               has in their place */
    char *prompts_origin;   /* whose; NULL: all are the manifest's */
};

struct dataset_params {
    const char *location;    /* "sample", official zip, or a folder (either with
                                DIMENSION/FILE.json[.gz] or
                                dataset/DIMENSION/...) */
    const char *const *only; /* [num_only] globs over task names; none = all */
    size_t num_only;
    uint64_t limit;                 /* first N items of each task; 0 = all */
    struct dataset_task *utilities; /* [num_utilities]; of tasks of the manifest
                                       that have no file at `location`.  Those
                                       that are wanted are taken over, which
                                       leaves them zeroed */
    size_t num_utilities;
};

/* Frees what a task holds. */
void dataset_task_release(struct dataset_task *task);

/* Whether a task is asked for. */
bool dataset_wants(const struct dataset_params *params, const char *task);

/*
 * errors  ERR_IO; ERR_FORMAT "truthfulness/external.json: item 17: field
 *         'answer' is missing" (file, index, field named); ERR_USAGE when a
 *         glob matches no task
 */
struct dataset *dataset_open(const struct manifest *manifest,
                             const struct dataset_params *params,
                             struct error *err);
void dataset_destroy(struct dataset *dataset);

/* The task of that name, or NULL. */
const struct dataset_task *dataset_find(const struct dataset *dataset,
                                        const char *name);

#endif

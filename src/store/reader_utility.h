/*
 * reader_utility.h - the group /utility of a results file: how useful its models
 * were found to be, by questions that the user imported.
 */
#ifndef READER_UTILITY_H
#define READER_UTILITY_H

#include "store/reader.h"
#include "store/schema.h"

struct reader_measure {
    char *name; /* of its column */
    char *task;
    char *kind;   /* "all", "subject", "macro", "sum" */
    char *format; /* "mmlu", "arc" */
    char *ask;    /* "letters", "answers" */
    uint32_t column;
    uint32_t num_examples;
    double chance;
};

struct reader_utility {
    struct reader_measure *measures; /* [num_measures] */
    size_t num_measures;             /* 0: the file has none */
    size_t num_models;
    double *accuracy; /* (model, measure); NaN: not measured */
    double *low;
    double *high;
    uint64_t *num;         /* (model, measure) questions it is a mean over */
    uint64_t *num_skipped; /* left out, as never answered */
    uint8_t *methods;      /* bits METHOD_X of schema.h */
};

/* errors  ERR_IO; ERR_FORMAT when a column is none of the file's */
int reader_utility_load(const struct reader *reader,
                        struct reader_utility *out,
                        struct error *err);
void reader_utility_release(struct reader_utility *utility);

#endif

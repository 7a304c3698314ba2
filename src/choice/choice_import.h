/*
 * choice_import.h - multiple-choice files of others, checked and written as a
 * set of a data set folder (choice_set.h).
 */
#ifndef CHOICE_IMPORT_H
#define CHOICE_IMPORT_H

#include <stdbool.h>

struct error;
struct text;

struct choice_import {
    /*
     * MMLU: a folder with test/SUBJECT_test.csv, or with SUBJECT.csv, or one
     * CSV file; the questions in dev/ beside test/ become examples.
     * ARC: a file of JSON lines, or a folder with one *test.jsonl; *train.jsonl
     * (else *dev.jsonl) beside it becomes examples.
     */
    const char *source;
    const char *folder;   /* of the data set to write into */
    const char *name;     /* of the set; NULL: "mmlu", or the file's */
    const char *examples; /* file or folder of examples; NULL: see above */
};

/* Whether a path looks like such files, and not like the benchmark's release. */
bool choice_import_is_it(const char *source);

/*
 * Nothing is written unless every file is right; a set that is there already
 * and differs is not overwritten.  Of examples the first CHOICE_MAX_EXAMPLES of
 * each subject are kept, and none that is also a question.
 *
 * report  for people: a line a file, the totals
 * errors  ERR_IO; ERR_FORMAT names file, line and field; ERR_USAGE when the
 *         set is there already and differs, or its name is none
 */
int choice_import(const struct choice_import *self,
                  struct text *report,
                  struct error *err);

#endif

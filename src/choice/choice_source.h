/*
 * choice_source.h - which files of others hold questions and which examples, told
 * by their names, and all of them read.  For choice_import.c only.
 */
#ifndef CHOICE_SOURCE_H
#define CHOICE_SOURCE_H

struct choice_import;
struct cJSON;
struct error;
struct text;

enum choice_form {
    CHOICE_FORM_NONE = 0,
    CHOICE_FORM_MMLU, /* CSV files */
    CHOICE_FORM_ARC,  /* files of JSON lines */
};

/* By the endings of the file, or of those in the folder. */
enum choice_form choice_source_form(const char *path);

/* "High_School-test.csv" -> "high_school"; free(). */
char *choice_source_subject(const char *path);

/* JSON arrays, the caller's; what is read goes to their ends. */
struct choice_source_found {
    struct cJSON *files; /* name, sha256 and how many it gave */
    struct cJSON *items;
    struct cJSON *examples;
};

/*
 * subject  of questions in ARC's form; MMLU has one a file
 * report   for people: a line a file
 * errors   ERR_IO; ERR_FORMAT names file, line and field; ERR_USAGE
 */
int choice_source_read(const struct choice_import *given,
                       enum choice_form form,
                       const char *subject,
                       struct choice_source_found *out,
                       struct text *report,
                       struct error *err);

#endif

/*
 * export_name.h - names of models and tasks as names of files.
 *
 * Whoever made a results file chose them: no file is written outside the folder
 * of an export, and no two models share one.
 */
#ifndef EXPORT_NAME_H
#define EXPORT_NAME_H

struct reader;

/* A name that can be a file's: '/' and what is not printable become '_', and so
 * does a '.' at its beginning; what is longer than a file's name may be is cut.
 * free(). */
char *export_name_of(const char *name);

/* The same of a path, part by part: it leads below a folder.  free(). */
char *export_name_of_path(const char *path);

/* Those of all models, each another one: where a name had to be changed to one
 * that is taken, a number stands behind it.  [reader_num_models()], each and the
 * array to be freed. */
char **export_name_of_models(const struct reader *reader);

#endif

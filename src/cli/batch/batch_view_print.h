/*
 * batch_view_print.h - what batch_view_read() has, in words.
 */
#ifndef BATCH_VIEW_PRINT_H
#define BATCH_VIEW_PRINT_H

struct cJSON;
struct text;

/* All of it: the job, the hours, the run in DIR. */
void batch_view_print(const struct cJSON *view,
                      const char *dir,
                      struct text *out);

/* Only how its batch job stands; nothing where it has none. */
void batch_view_print_job(const struct cJSON *view, struct text *out);

#endif

/*
 * published.h - the board that others published: its values as printed, and
 * why recorded answers do not give some of them (datasets/published.json).
 */
#ifndef PUBLISHED_H
#define PUBLISHED_H

#include <stddef.h>

struct cJSON;
struct error;
struct published;

/* What kept recorded answers from giving a printed value. */
struct published_reason {
    const char *kind; /* "other_run", "lost_labels", ...; datasets/README.md */
    const char *text;
};

/* Of the installation, or of a file.  ERR_IO, ERR_FORMAT. */
struct published *published_open(struct error *err);
struct published *published_read(const char *path, struct error *err);
void published_close(struct published *self); /* accepts NULL */

/* The board's name for a model that goes by `name`, whatever its case; NULL
 * when it is not on the board. */
const char *published_model(const struct published *self, const char *name);

size_t published_num_columns(const struct published *self);
const char *published_column(const struct published *self, size_t column);

/* As printed, "0.41"; NULL where the board is empty.  `model` as given by
 * published_model(). */
const char *published_value(const struct published *self,
                            const char *model,
                            size_t column);

/* What is known of a model of the board; "" and NaN: unknown. */
struct published_facts {
    const char *access, *creator, *family, *version;
    double parameters_b;
    double average_rank; /* as printed; NaN: taken in later, never ranked */
};

/* The board's models in its order; those of the paper stand first. */
size_t published_num_models(const struct published *self);
const char *published_model_at(const struct published *self, size_t at);
struct published_facts published_facts(const struct published *self,
                                       const char *model);

/* Of a column; "" and 0 where the file does not say. */
const char *published_dimension(const struct published *self, size_t column);
int published_direction(const struct published *self, size_t column);

/* The rank on the rank card; NaN where it has none. */
double published_rank(const struct published *self,
                      const char *model,
                      size_t column);

/* A further part of the file, such as "utility"; NULL when it is not there. */
const struct cJSON *published_part(const struct published *self,
                                   const char *key);

/* kind NULL when none is known.  difference: ours less the printed one; a
 * reason explains only the differences it was measured for.  NaN where nothing
 * was measured: any reason says why. */
struct published_reason published_reason(const struct published *self,
                                         const char *model,
                                         size_t column,
                                         double difference);

#endif

/*
 * json.h - cJSON behind strict typed getters.
 *
 * The type is cJSON's own (`struct cJSON`); code outside src/base does not
 * include cJSON.h.  Errors name the file and the place in it.
 */
#ifndef JSON_H
#define JSON_H

#include "base/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;
struct error;
struct text;

enum { JSON_MAX_DEPTH = 64 };

/*
 * Parse `len` bytes, the whole of them.  Bare NaN, Infinity and -Infinity (as
 * Python writes them) become null; a byte-order mark is skipped; nesting over
 * JSON_MAX_DEPTH and \u0000 are refused.
 *
 * name     what to call the text in errors: "file:line:column: ..."
 * returns  a value to be given to json_free(), or NULL
 * errors   ERR_FORMAT
 */
struct cJSON *json_parse(const char *bytes,
                         size_t len,
                         const char *name,
                         struct error *err);

/* A line of a file of JSON lines: errors name its place in the file. */
struct cJSON *json_parse_line(const char *bytes,
                              size_t len,
                              const char *path,
                              size_t line, /* from 1 */
                              struct error *err);

/* Read and parse a file (.gz too); at most `max_bytes` after inflation. */
struct cJSON *json_read(const char *path, size_t max_bytes, struct error *err);

/* Escaped NULs in JSON text become escaped U+FFFDs, in place and of the same
 * length; returns how many. */
size_t json_mend_nuls(char *bytes, size_t len);

void json_free(struct cJSON *value); /* accepts NULL */

/*
 * Where a value stands in its text, for errors about its meaning.  `pointer`
 * is an RFC 6901 path ("/models/0/backend"); with `want_key` the place of the
 * member's key instead of its value.  Line and column count from 1; false when
 * there is no such value.
 */
bool json_locate(const char *bytes,
                 size_t len,
                 const char *pointer,
                 bool want_key,
                 int *line,
                 int *column);

/*
 * Whether every key of a text that json_parse() accepts stands once in its
 * object; for files that people write, where the second one is a slip.
 *
 * errors  ERR_USAGE with the places of both
 */
int json_check_keys(const char *bytes,
                    size_t len,
                    const char *name,
                    struct error *err);

/* Reading.  Missing members and wrong types give NULL, NaN, the default. */
bool json_is_object(const struct cJSON *value);
bool json_is_array(const struct cJSON *value);
bool json_is_text(const struct cJSON *value);
bool json_is_number(const struct cJSON *value);
bool json_is_bool(const struct cJSON *value);
bool json_is_null(const struct cJSON *value);
const char *json_type_name(const struct cJSON *value); /* "object", "string" */

size_t json_count(const struct cJSON *value); /* members or elements */
const struct cJSON *json_first(const struct cJSON *value); /* child or NULL */
const struct cJSON *json_next(const struct cJSON *value);  /* sibling or NULL */
const char *json_key(const struct cJSON *member);          /* or NULL */
const struct cJSON *json_member(const struct cJSON *object, const char *key);
const struct cJSON *json_element(const struct cJSON *array, size_t index);
const char *json_text(const struct cJSON *value); /* NULL if no string */
double json_number(const struct cJSON *value);    /* NaN if no number */
bool json_bool(const struct cJSON *value, bool otherwise);
const char *json_member_text(const struct cJSON *object, const char *key);
double json_member_number(const struct cJSON *object, const char *key);
bool json_member_bool(const struct cJSON *object,
                      const char *key,
                      bool otherwise);

/* Building.  Add functions give the added value (borrowed); keys are copied.
 * A NaN or infinite number is written as null. */
struct cJSON *json_new_object(void);
struct cJSON *json_new_array(void);
struct cJSON *json_copy(const struct cJSON *value);
struct cJSON *json_add_object(struct cJSON *object, const char *key);
struct cJSON *json_add_array(struct cJSON *object, const char *key);
void json_add_text(struct cJSON *object, const char *key, const char *text);
void json_add_number(struct cJSON *object, const char *key, double number);
void json_add_bool(struct cJSON *object, const char *key, bool yes);
void json_add_null(struct cJSON *object, const char *key);
/* text NULL: null */
void json_add_text_or_null(struct cJSON *object,
                           const char *key,
                           const char *text);
/* Takes ownership of `value`. */
void json_add(struct cJSON *object, const char *key, struct cJSON *value);
void json_append(struct cJSON *array, struct cJSON *value);
void json_append_text(struct cJSON *array, const char *text);
void json_append_number(struct cJSON *array, double number);

/* Replace, add or remove a member of an object. */
void json_set(struct cJSON *object, const char *key, struct cJSON *value);
void json_remove(struct cJSON *object, const char *key);

/* Add "/KEY" to an RFC 6901 pointer, with KEY's '~' and '/' escaped. */
void json_add_step(struct text *pointer, const char *key);

/*
 * Replace or add the value at an RFC 6901 pointer below `root`.  On the way an
 * object is made where nothing or null stands; an array takes its elements and
 * one more.  Takes ownership of `value`; false when the way leads through a
 * text, a number or past the end of an array.
 */
bool json_set_at(struct cJSON *root, const char *pointer, struct cJSON *value);

/* Indented with a newline at the end; or on one line without one. */
void json_write(const struct cJSON *value, struct text *out);
void json_write_line(const struct cJSON *value, struct text *out);

/* Indented, into a file; as file_write(). */
int json_save(const struct cJSON *value, const char *path, struct error *err);

/* Write a string with quotes and escapes. */
void json_write_text(const char *bytes, size_t len, struct text *out);

/*
 * Canonical form: keys sorted by bytes, no white space, shortest numbers that
 * read back equal (1.0 is 1), strings as UTF-8 with only the escapes JSON
 * demands.  Equal content gives equal bytes.
 */
void json_canonical(const struct cJSON *value, struct text *out);
struct hash128 json_hash(const struct cJSON *value); /* of that form */

#endif

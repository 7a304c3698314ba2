/*
 * show_json.h - what --json prints; of a function under guard_read() that is
 * json_write() into its text.
 */
#ifndef SHOW_JSON_H
#define SHOW_JSON_H

struct cJSON;

/* On stdout, indented, with a line end; borrowed. */
void show_json(const struct cJSON *root);

#endif

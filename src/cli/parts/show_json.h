/*
 * show_json.h - what --json prints.
 */
#ifndef SHOW_JSON_H
#define SHOW_JSON_H

struct cJSON;

/* On stdout, indented, with a line end; borrowed. */
void show_json(const struct cJSON *root);

#endif

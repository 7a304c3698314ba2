/*
 * json_plain.h - of a file that somebody else may have written: nothing in it
 * is obeyed by a terminal.
 */
#ifndef JSON_PLAIN_H
#define JSON_PLAIN_H

struct cJSON;

/* In all texts and keys of `root` what is not to be shown becomes '?'
 * (text_show.h). */
void json_plain_make(struct cJSON *root);

#endif

/*
 * library.h - the libraries that base is linked with.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

struct cJSON;

/* Adds a text for each to `out`, an object: its name and the version that runs
 * (libdeflate: that it was built with, it does not say more). */
void library_versions(struct cJSON *out);

#endif

/*
 * rank_json.h - rankings for programs: members "cells" and "rankings"
 * (analysis/README.md).
 */
#ifndef RANK_JSON_H
#define RANK_JSON_H

struct cJSON;
struct ranking;

void rank_json(const struct ranking *ranking, struct cJSON *root);

#endif

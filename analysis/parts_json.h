/*
 * parts_json.h - the parts of the analysis for programs, each as one member of
 * the document (analysis/README.md).
 */
#ifndef PARTS_JSON_H
#define PARTS_JSON_H

#include "analysis/statements.h"

struct cJSON;
struct compare;
struct pair_tests;
struct placed;
struct series;
struct sheet;

void parts_json_pairs(const struct pair_tests *pairs,
                      const struct grid *grid,
                      struct cJSON *root);
void parts_json_utility(const struct utility *utility,
                        const struct grid *grid,
                        struct cJSON *root);
void parts_json_correlation(const struct correlation_trust *correlation,
                            const struct ranking *ranking,
                            const struct utility *utility,
                            struct cJSON *root);
void parts_json_access(const struct access_gap *gap, struct cJSON *root);
void parts_json_over_alignment(const struct over_alignment *over_alignment,
                               const struct grid *grid,
                               struct cJSON *root);
void parts_json_spread(const struct spread *spread,
                       const struct grid *grid,
                       struct cJSON *root);
void parts_json_statements(const struct statements *statements,
                           struct cJSON *root);
void parts_json_sheet(const struct sheet *sheet,
                      const struct grid *grid,
                      struct cJSON *root);
/* Nothing where there is nothing to compare. */
void parts_json_compare(const struct compare *compare,
                        const struct grid *grid,
                        struct cJSON *root);
void parts_json_series(const struct series *series,
                       const struct grid *grid,
                       struct cJSON *root);
void parts_json_placed(const struct placed *placed,
                       const struct grid *grid,
                       struct cJSON *root);
void parts_json_card(const struct card *card,
                     const struct grid *grid,
                     const struct published *board,
                     struct cJSON *root);

#endif

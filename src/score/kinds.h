/*
 * kinds.h - the metrics of this folder; listed in metric.c.
 */
#ifndef KINDS_H
#define KINDS_H

#include "trustsweep/metric.h"

extern const struct metric_ops metric_chi_square;
extern const struct metric_ops metric_class_accuracy;
extern const struct metric_ops metric_f1_of_accuracy;
extern const struct metric_ops metric_group_rate;
extern const struct metric_ops metric_group_rate_rounded;
extern const struct metric_ops metric_leakage_cd;
extern const struct metric_ops metric_leakage_rta;
extern const struct metric_ops metric_leakage_td;
extern const struct metric_ops metric_macro_f1;
extern const struct metric_ops metric_max;
extern const struct metric_ops metric_pair_accuracy;
extern const struct metric_ops metric_pair_adversarial_accuracy;
extern const struct metric_ops metric_pair_attack_success;
extern const struct metric_ops metric_pearson;
extern const struct metric_ops metric_percent_mean;
extern const struct metric_ops metric_rate;
extern const struct metric_ops metric_ratio_no;
extern const struct metric_ops metric_robustness_score;

#endif

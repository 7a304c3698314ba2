/*
 * kinds.h - the metrics of this folder, one a line; metric.c lists them in this
 * order.
 */
#ifndef KINDS_H
#define KINDS_H

#include "trustsweep/metric.h"

#define KINDS(DO)                 \
    DO(chi_square)                \
    DO(class_accuracy)            \
    DO(f1_of_accuracy)            \
    DO(group_rate)                \
    DO(group_rate_rounded)        \
    DO(leakage_cd)                \
    DO(leakage_rta)               \
    DO(leakage_td)                \
    DO(macro_f1)                  \
    DO(max)                       \
    DO(pair_accuracy)             \
    DO(pair_adversarial_accuracy) \
    DO(pair_attack_success)       \
    DO(pearson)                   \
    DO(percent_mean)              \
    DO(rate)                      \
    DO(ratio_no)                  \
    DO(robustness_score)

#define KINDS_EXTERN(name) extern const struct metric_ops metric_##name;
KINDS(KINDS_EXTERN)

#endif

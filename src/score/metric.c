#include "trustsweep/metric.h"

#include "score/kinds.h"

#include <string.h>

static const struct metric_ops *const kinds[] = {
    &metric_chi_square,
    &metric_class_accuracy,
    &metric_f1_of_accuracy,
    &metric_group_rate,
    &metric_group_rate_rounded,
    &metric_leakage_cd,
    &metric_leakage_rta,
    &metric_leakage_td,
    &metric_macro_f1,
    &metric_max,
    &metric_pair_accuracy,
    &metric_pair_adversarial_accuracy,
    &metric_pair_attack_success,
    &metric_pearson,
    &metric_percent_mean,
    &metric_rate,
    &metric_ratio_no,
    &metric_robustness_score,
    NULL,
};

const struct metric_ops *const *metric_kinds(void)
{
    return kinds;
}

const struct metric_ops *metric_find(const char *name)
{
    if (!name)
        return NULL;
    for (size_t i = 0; kinds[i]; i++) {
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    }
    return NULL;
}

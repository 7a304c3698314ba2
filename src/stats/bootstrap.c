#include "stats/bootstrap.h"

#include "base/mem.h"

#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include <math.h>
#include <stdlib.h>

/* An observation with what it is sorted by. */
struct member {
    uint32_t stratum;
    uint64_t cluster;
    size_t at;
};

/* A run of members, and a run of clusters. */
struct run {
    size_t from;
    size_t to;
};

struct frame {
    struct member *members; /* [num], by stratum, cluster, position */
    struct run *clusters;   /* [num_clusters], runs of members */
    struct run *strata;     /* [num_strata], runs of clusters */
    size_t num_clusters;
    size_t num_strata;
    size_t *picks; /* room for any resample */
    size_t cap;
};

static int compare(const void *a, const void *b)
{
    const struct member *x = a;
    const struct member *y = b;

    if (x->stratum != y->stratum)
        return x->stratum < y->stratum ? -1 : 1;
    if (x->cluster != y->cluster)
        return x->cluster < y->cluster ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static void frame_init(struct frame *f, const struct bootstrap *input)
{
    *f = (struct frame){
        .members = mem_alloc(input->num, sizeof *f->members),
        .clusters = mem_alloc(input->num, sizeof *f->clusters),
        .strata = mem_alloc(input->num, sizeof *f->strata),
    };
    for (size_t i = 0; i < input->num; i++) {
        f->members[i] = (struct member){
            .stratum = input->strata ? input->strata[i] : 0,
            .cluster = input->clusters ? input->clusters[i] : i,
            .at = i,
        };
    }
    qsort(f->members, input->num, sizeof *f->members, compare);
    for (size_t i = 0; i < input->num; i++) {
        const struct member *m = &f->members[i];
        const int is_new = i == 0 || m->stratum != m[-1].stratum;

        if (is_new)
            f->strata[f->num_strata++].from = f->num_clusters;
        if (is_new || m->cluster != m[-1].cluster)
            f->clusters[f->num_clusters++].from = i;
        f->clusters[f->num_clusters - 1].to = i + 1;
        f->strata[f->num_strata - 1].to = f->num_clusters;
    }
}

static void frame_release(struct frame *f)
{
    free(f->members);
    free(f->clusters);
    free(f->strata);
    free(f->picks);
}

/* One resample into f->picks; returns how many. */
static size_t frame_draw(struct frame *f, gsl_rng *rng)
{
    size_t num = 0;

    for (size_t s = 0; s < f->num_strata; s++) {
        const struct run *stratum = &f->strata[s];
        const size_t width = stratum->to - stratum->from;

        for (size_t i = 0; i < width; i++) {
            const struct run *cluster =
                &f->clusters[stratum->from + gsl_rng_uniform_int(rng, width)];

            f->picks = mem_reserve(f->picks,
                                   &f->cap,
                                   num + cluster->to - cluster->from,
                                   sizeof *f->picks);
            for (size_t m = cluster->from; m < cluster->to; m++)
                f->picks[num++] = f->members[m].at;
        }
    }
    return num;
}

static struct interval percentiles(double *values, size_t num)
{
    if (num < BOOTSTRAP_RESAMPLES - BOOTSTRAP_RESAMPLES / 10)
        return interval_none();
    gsl_sort(values, 1, num);
    return (struct interval){
        gsl_stats_quantile_from_sorted_data(values, 1, num, 0.025),
        gsl_stats_quantile_from_sorted_data(values, 1, num, 0.975),
    };
}

struct interval bootstrap_interval(const struct bootstrap *input,
                                   bootstrap_fn statistic,
                                   const void *context)
{
    struct frame frame;
    struct interval interval = interval_none();
    double *values;
    gsl_rng *rng;
    size_t kept = 0;

    frame_init(&frame, input);
    if (frame.num_clusters >= 2) {
        rng = gsl_rng_alloc(gsl_rng_mt19937);
        gsl_rng_set(rng, (unsigned long)input->seed);
        values = mem_alloc(BOOTSTRAP_RESAMPLES, sizeof *values);
        for (int i = 0; i < BOOTSTRAP_RESAMPLES; i++) {
            const size_t num = frame_draw(&frame, rng);
            const double value = statistic(frame.picks, num, context);

            if (!isnan(value))
                values[kept++] = value;
        }
        interval = percentiles(values, kept);
        free(values);
        gsl_rng_free(rng);
    }
    frame_release(&frame);
    return interval;
}

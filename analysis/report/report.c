#include "analysis/report/report.h"

#include "analysis/analysis_json.h"
#include "analysis/grid.h"
#include "analysis/report/report_parts.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"

#include <stddef.h>
#include <stdlib.h>

/* What the analysis takes of a report of one file of seven models. */
static const double analysis_share = 0.7;

static void tell(const struct report_params *params, double share)
{
    if (params->progress)
        params->progress(params->progress_self, share);
}

static void tell_analysis(void *context, double share)
{
    tell(context, analysis_share * share);
}

/* "analysis" of all files: ranks, tests and the rest (analysis/README.md). */
static int add_analysis(struct cJSON *root,
                        const struct reader *const *readers,
                        size_t num,
                        const struct report_params *params,
                        struct error *err)
{
    struct report_params told = *params;
    struct cJSON *analysis;

    if (params->analysis.resamples == 0)
        return 0;
    told.analysis.progress = tell_analysis;
    told.analysis.progress_self = &told;
    if (analysis_json(readers, num, &told.analysis, &analysis, err) < 0)
        return -1;
    json_add(root, "analysis", analysis);
    return 0;
}

static int add_file(struct cJSON *object,
                    const struct reader *reader,
                    const struct report_params *params,
                    size_t file,
                    struct error *err)
{
    const char *path = params->paths[file];
    const struct cJSON *skipped =
        params->skipped ? params->skipped[file] : NULL;

    json_add_text(object, "content_digest", reader_digest(reader));
    if (report_scores_add(object, reader, err) < 0
        || report_checked_add(object, reader, path, err) < 0
        || report_cells_add(object, reader, params, err) < 0)
        return -1;
    return report_run_add(object, reader, skipped, err);
}

/* A name that stands in several files is told apart as in the analysis. */
static void add_names(struct cJSON *object,
                      const struct grid *grid,
                      size_t file)
{
    struct cJSON *names = json_add_array(object, "names");

    for (size_t m = 0; m < grid->num_models; m++) {
        if (grid->models[m].file == file)
            json_append_text(names, grid->models[m].name);
    }
}

static int add_files(struct cJSON *root,
                     const struct reader *const *readers,
                     size_t num,
                     const struct report_params *params,
                     struct error *err)
{
    struct cJSON *files = json_add_array(root, "files");
    struct grid grid;
    int rc = 0;

    grid_of_results(&grid, readers, num, PROFILE_PAPER, NULL);
    for (size_t f = 0; rc == 0 && f < num; f++) {
        struct cJSON *object = json_new_object();

        json_add_text(object, "file", params->files[f]);
        add_names(object, &grid, f);
        json_append(files, object);
        rc = add_file(object, readers[f], params, f, err);
        tell(params,
             analysis_share
                 + (1 - analysis_share) * (double)(f + 1) / (double)num);
    }
    grid_release(&grid);
    return rc;
}

/* "a.h5", "a.h5 and b.h5", "a.h5 and 4 more" */
static void add_heading(struct cJSON *root,
                        const struct report_params *params,
                        size_t num)
{
    struct text text = { 0 };

    text_add(&text, params->files[0]);
    if (num == 2) {
        text_addf(&text, " and %s", params->files[1]);
    } else if (num > 2) {
        text_addf(&text, " and %zu more", num - 1);
    }
    json_add_text(root, "file", text_data(&text));
    text_release(&text);
}

/* The job's name tells reports of several runs apart; every run has a
 * results.h5. */
static void add_title(struct cJSON *root,
                      const struct reader *const *readers,
                      size_t num)
{
    struct cJSON *job =
        num > 0 ? reader_provenance_json(readers[0], "job") : NULL;
    const char *name = json_member_text(job, "name");
    const char *file = json_member_text(root, "file");
    char *title =
        name && name[0] ? text_format("%s, %s", name, file) : mem_text(file);

    json_add_text(root, "title", title);
    free(title);
    json_free(job);
}

struct cJSON *report_document(const struct reader *const *readers,
                              size_t num_readers,
                              const struct report_params *params,
                              struct error *err)
{
    static const char *const texts[] = {
        [REPORT_TEXTS_NONE] = "none",
        [REPORT_TEXTS_MASKED] = "masked",
        [REPORT_TEXTS_FULL] = "full",
    };
    struct cJSON *root = json_new_object();

    add_heading(root, params, num_readers);
    add_title(root, readers, num_readers);
    json_add_text(root, "texts", texts[params->texts]);
    report_states_add(root);
    if (add_analysis(root, readers, num_readers, params, err) < 0)
        goto fail;
    tell(params, analysis_share);
    if (add_files(root, readers, num_readers, params, err) < 0)
        goto fail;
    report_words_add(root, readers, num_readers);
    return root;
fail:
    json_free(root);
    return NULL;
}

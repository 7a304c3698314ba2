/* Which checkpoints become models of the job: each is looked at once, and one that
 * has answers of an earlier round stays. */
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/sweep/checkpoint_models.h"
#include "cli/sweep/checkpoints_now.h"
#include "job/job.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];
static int num_probes;

/* The linker puts them around the real one, under names of its own. */
/* NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming) */
int __real_backend_probe(const char *spec,
                         struct backend_facts *out,
                         struct error *err);
int __wrap_backend_probe(const char *spec,
                         struct backend_facts *out,
                         struct error *err);

int __wrap_backend_probe(const char *spec,
                         struct backend_facts *out,
                         struct error *err)
{
    num_probes++;
    return __real_backend_probe(spec, out, err);
}
/* NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming) */

static void put(const char *name)
{
    char *path = path_join(folder, name);

    assert_int_equal(file_write(path, "key\n", 4, NULL), 0);
    assert_int_equal(chmod(path, 0600), 0);
    free(path);
}

static void take_away(const char *name)
{
    char *path = path_join(folder, name);

    assert_int_equal(unlink(path), 0);
    free(path);
}

static int set_up(void **state)
{
    (void)state;
    num_probes = 0;
    (void)snprintf(folder, sizeof folder, "/tmp/trustsweep-models.XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

/* A job that finds them; what a key is, is no part of a model, so those of a server
 * are all the same one. */
static struct job *make(const char *backend)
{
    char *path = path_join(folder, "job.json");
    char *text = text_format("{ \"name\": \"a\", \"dataset\": \"sample\","
                             " \"checkpoints\": { \"files\": \"%s/step-*\","
                             " \"settle_s\": 0, \"backend\": \"%s\" } }",
                             folder,
                             backend);
    struct error err = { 0 };
    struct job *job;

    assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
    job = job_read(path, NULL, 0, &err);
    if (!job)
        fail_msg("%s", err.text);
    take_away("job.json");
    free(text);
    free(path);
    return job;
}

static const char same[] = "http:m,url=http://127.0.0.1:9,key_file={}";

/* "a b": its models. */
static void expect(const struct job *job, const char *names)
{
    struct text said = { 0 };

    for (size_t i = 0; i < job->num_models; i++)
        text_addf(&said, "%s%s", i > 0 ? " " : "", job->models[i].name);
    assert_string_equal(text_data(&said), names);
    text_release(&said);
}

static struct job *take_noting(const char *backend,
                               const struct job *before,
                               struct cJSON *refused)
{
    struct job *job = make(backend);
    size_t num_new;

    assert_int_equal(
        checkpoint_models_take(job, before, &num_new, refused, NULL),
        0);
    return job;
}

static struct job *take(const char *backend, const struct job *before)
{
    return take_noting(backend, before, NULL);
}

static void test_each_is_probed_once(void **state)
{
    struct job *job;

    (void)state;
    put("step-1");
    put("step-2");
    put("step-3");
    job = take("sim:answer={}", NULL);
    expect(job, "step-1 step-2 step-3");
    assert_int_equal(num_probes, 3);
    job_destroy(job);
    num_probes = 0;
    job = take(same, NULL);
    expect(job, "step-1");
    assert_int_equal(num_probes, 3);
    job_destroy(job);
    take_away("step-1");
    take_away("step-2");
    take_away("step-3");
    assert_int_equal(rmdir(folder), 0);
}

/* "step-last" was asked before the step that it is of was there. */
static void test_one_with_answers_stays(void **state)
{
    struct job *first;
    struct job *second;

    (void)state;
    put("step-last");
    first = take(same, NULL);
    expect(first, "step-last");
    put("step-500");
    second = take(same, first);
    expect(second, "step-last");
    job_destroy(first);
    first = take(same, NULL); /* the copy, where neither was asked */
    expect(first, "step-500");
    job_destroy(first);
    job_destroy(second);
    take_away("step-last");
    take_away("step-500");
    assert_int_equal(rmdir(folder), 0);
}

/* Two that an earlier round had both, though one is a copy. */
static void test_both_with_answers_stay(void **state)
{
    struct job *first;
    struct job *second;

    (void)state;
    put("step-1");
    put("step-last");
    first = take("sim:answer={}", NULL);
    expect(first, "step-1 step-last");
    second = take(same, first);
    expect(second, "step-1 step-last");
    job_destroy(first);
    job_destroy(second);
    take_away("step-1");
    take_away("step-last");
    assert_int_equal(rmdir(folder), 0);
}

/* By number, whatever round they came in; the job's own stay in front. */
static void test_they_have_an_order_of_their_own(void **state)
{
    struct job *first;
    struct job *second;

    (void)state;
    put("step-100");
    first = take("sim:answer={}", NULL);
    put("step-1000");
    put("step-9");
    second = take("sim:answer={}", first);
    checkpoint_models_sort(second);
    expect(second, "step-9 step-100 step-1000");
    free(second->checkpoints.order);
    second->checkpoints.order = mem_text("newest");
    checkpoint_models_sort(second);
    expect(second, "step-1000 step-100 step-9");
    second->models[0].is_checkpoint = false;
    second->checkpoints.order[0] = 'o'; /* not "newest" */
    checkpoint_models_sort(second);
    expect(second, "step-1000 step-9 step-100");
    job_destroy(first);
    job_destroy(second);
    take_away("step-9");
    take_away("step-100");
    take_away("step-1000");
    assert_int_equal(rmdir(folder), 0);
}

/* For who reads in the morning what became of each. */
static void test_the_refused_are_noted(void **state)
{
    struct cJSON *refused = json_new_array();
    const struct cJSON *one;
    struct job *job;
    char *path = path_join(folder, "step-last");

    (void)state;
    put("step-500");
    put("step-last");
    job = take_noting(same, NULL, refused);
    expect(job, "step-500");
    assert_int_equal(json_count(refused), 1);
    one = json_first(refused);
    assert_string_equal(json_member_text(one, "name"), "step-last");
    assert_string_equal(json_member_text(one, "path"), path);
    assert_string_equal(json_member_text(one, "reason"),
                        "the same model as step-500, so its replies would be "
                        "equal");
    json_free(refused);
    job_destroy(job);
    take_away("step-last");
    take_away("step-500");
    assert_int_equal(rmdir(folder), 0);
    free(path);
}

/* What a command says that finds none: `words` besides the pattern.  Takes `job`
 * over. */
static void expect_none(struct job *job, const char *words)
{
    const struct checkpoints_now_run of = { .since_s = 1, .job_path = "" };
    struct error err = { 0 };

    assert_int_equal(checkpoints_now_expand(job, &of, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    if (!strstr(err.text, words) || !strstr(err.text, job->checkpoints.files))
        fail_msg("'%s' does not say '%s'", err.text, words);
    job_destroy(job);
}

static void test_what_is_missing_is_said(void **state)
{
    char *missing = path_join(folder, "none");
    char *inner = path_join(folder, "step-folder");
    struct job *job = make(same);
    char *words;

    (void)state;
    free(job->checkpoints.files);
    job->checkpoints.files = text_format("%s/step-*", missing);
    words = text_format("there is no folder %s;", missing);
    expect_none(job, words);
    free(words);
    words = text_format("nothing in %s has such a name;", folder);
    expect_none(make(same), words);
    free(words);
    put("step-1-00001-of-00002.gguf");
    expect_none(make(same),
                "1 match; of step-1-00001-of-00002.gguf a part is missing");
    take_away("step-1-00001-of-00002.gguf");
    assert_int_equal(file_make_folder(inner, NULL), 0);
    expect_none(make(same), "1 match; of step-folder a file that its index");
    assert_int_equal(rmdir(inner), 0);
    put("step-1");
    put("step-2");
    job = make(same);
    job->checkpoints.settle_s = 1e9;
    expect_none(job, "2 match; of step-1 the last change is less than");
    job = make(same);
    job->checkpoints.marker = mem_text("done");
    expect_none(job, "2 match; of step-1 the marker is missing");
    expect_none(make("replay:{}"), "2 match and are complete, and each was");
    take_away("step-1");
    take_away("step-2");
    assert_int_equal(rmdir(folder), 0);
    free(inner);
    free(missing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_each_is_probed_once, set_up),
        cmocka_unit_test_setup(test_one_with_answers_stays, set_up),
        cmocka_unit_test_setup(test_both_with_answers_stay, set_up),
        cmocka_unit_test_setup(test_they_have_an_order_of_their_own, set_up),
        cmocka_unit_test_setup(test_the_refused_are_noted, set_up),
        cmocka_unit_test_setup(test_what_is_missing_is_said, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

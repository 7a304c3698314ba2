/* Templates that do not come to an end, crash, or ask for the time: each costs
 * an error, in some seconds, and nobody's process. */
#include "tests/unit/generate/asking.h"

#ifndef TRUSTSWEEP_HAS_LLAMA
int main(void)
{
    return 77; /* skipped */
}
#else
#    include "generate/llama/llama_template.h"
#    include "tests/unit/generate/made_model.h"

#    include <llama.h>

#    include <signal.h>

#    define ENDLESS                       \
        "{%- for i in range(1000000) -%}" \
        "{%- for j in range(1000000) -%}" \
        "{%- endfor -%}{%- endfor -%}"
#    define RECURSION \
        "{%- macro again(n) -%}{{ again(n) }}{%- endmacro -%}{{ again(1) }}"

static char *folder;
static struct llama_model *model;

static struct llama_template *make(const char *text, struct error *err)
{
    return llama_template_create(model, text, "its.jinja", err);
}

static char *say(struct llama_template *template,
                 const char *text,
                 struct error *err)
{
    static const char *const role = "user";

    return llama_template_render(template, &role, &text, 1, false, err);
}

/* At once, or within the time it may take and a little. */
static void expect_refusal(const char *text, const char *word)
{
    const int64_t began = clock_ms();
    struct error err = { 0 };

    assert_null(make(text, &err));
    print_message("%.1f s: %s\n", (double)(clock_ms() - began) / 1e3, err.text);
    assert_int_equal(err.code, ERR_FORMAT);
    assert_non_null(strstr(err.text, "its.jinja"));
    assert_non_null(strstr(err.text, "chat_template=FILE"));
    assert_non_null(strstr(err.text, word));
}

static void one_without_an_end_is_given_up(void **state)
{
    (void)state;
    expect_refusal(ENDLESS, "a loop without an end");
}

static void one_that_crashes_is_told(void **state)
{
    (void)state;
    expect_refusal(RECURSION, "a recursion without an end");
}

static void a_wrong_one_is_told_with_its_file(void **state)
{
    (void)state;
    expect_refusal("{% if %}", "Unexpected token");
    expect_refusal("{{ 'a' ", "Expected }}");
}

/* Whoever made the model file reads nothing of this machine. */
static void there_are_no_files_and_no_addresses(void **state)
{
    static const char *const texts[] = {
        "{% include '/etc/passwd' %}",
        "{% extends '/etc/passwd' %}",
        "{% import '/etc/passwd' as x %}{{ x }}",
        "{% from '/etc/passwd' import root %}{{ root }}",
        "{{ open('/etc/passwd').read() }}",
        "{{ load('/etc/passwd') }}",
        "{{ url_for('http://127.0.0.1/') }}",
        "{{ get_env('HOME') }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct error err = { 0 };
        struct llama_template *template = make(texts[i], &err);
        char *text = template ? say(template, "Hello.", &err) : NULL;

        print_message("%s: %s\n", texts[i], text ? text : err.text);
        assert_null(text);
        assert_true(err.text[0] != '\0');
        llama_template_destroy(template);
    }
}

static void memory_has_a_limit(void **state)
{
    struct error err = { 0 };
    struct llama_template *template =
        make("{% if messages[0].content == 'much' %}"
             "{% set of = namespace(text='aaaaaaaaaaaaaaaa') %}"
             "{% for i in range(4) %}"
             "{% set of.text = of.text|replace('a', of.text) %}"
             "{% endfor %}{{ of.text|length }}{% endif %}",
             &err);

    (void)state;
    assert_non_null(template);
    assert_null(say(template, "much", &err));
    print_message("%s\n", err.text);
    assert_int_equal(err.code, ERR_PERMANENT);
#    ifndef __SANITIZE_ADDRESS__ /* it is too slow to come to that limit */
    assert_non_null(strstr(err.text, "more memory than a template may"));
#    endif
    llama_template_destroy(template);
}

/* One text is refused or never rendered; others are. */
static void what_it_cannot_render_costs_one_text(void **state)
{
    struct error err = { 0 };
    struct llama_template *template =
        make("{% set a = 1 %}\n{% if messages[0].content == 'no' %}\n"
             "{{ raise_exception('not that') }}\n"
             "{% elif messages[0].content == 'loop' %}" ENDLESS "{% endif %}"
             "{{ messages[0].content }}",
             &err);
    char *text;

    (void)state;
    assert_non_null(template);
    assert_null(say(template, "no", &err));
    print_message("%s\n", err.text);
    assert_int_equal(err.code, ERR_PERMANENT);
    assert_non_null(strstr(err.text, "line 3: "));
    assert_non_null(strstr(err.text, "not that"));
    assert_null(say(template, "loop", &err));
    assert_non_null(strstr(err.text, "a loop without an end"));
    text = say(template, "yes", &err);
    assert_non_null(text);
    assert_string_equal(text, "yes");
    free(text);
    llama_template_destroy(template);
}

/* After some such texts no further one is tried: a file of them is not to take
 * its seconds for each. */
static void one_that_crashes_again_and_again_is_left_alone(void **state)
{
    struct error err = { 0 };
    struct llama_template *template =
        make("{% if messages[0].content[:4] == 'fall' %}" RECURSION
             "{% endif %}{{ messages[0].content }}",
             &err);
    char *text;

    (void)state;
    assert_non_null(template);
    for (int i = 0; i < LLAMA_TEMPLATE_LOSSES; i++) {
        char *fall = text_format("fall %d", i);

        text = say(template, "yes", &err);
        assert_non_null(text);
        free(text);
        /* one that is tried again and again counts once */
        for (int j = 0; j < 3; j++)
            assert_null(say(template, fall, &err));
        free(fall);
    }
    err = (struct error){ 0 };
    assert_null(say(template, "yes", &err));
    assert_non_null(strstr(err.text, "a recursion without an end"));
    llama_template_destroy(template);
}

static void expect_text(const char *source, const char *expected)
{
    struct error err = { 0 };
    struct llama_template *template = make(source, &err);
    char *text = template ? say(template, "hi", &err) : NULL;

    if (!text)
        fail_msg("%s", err.text);
    assert_string_equal(text, expected);
    free(text);
    llama_template_destroy(template);
}

/* A format that is known only when it runs, too. */
static void the_date_is_pinned(void **state)
{
    (void)state;
    expect_text("{{ strftime_now('%d %B %Y') }}", "01 January 2024");
    expect_text("{% set f = '%Y' ~ '-%m-%d' %}{{ strftime_now(f) }}.",
                "2024-01-01.");
    expect_text("{% set f = '%-d %b %y, 100%% %A' %}"
                "<{{ strftime_now(f) ~ '!' }}>",
                "<1 Jan 24, 100% Monday!>");
    expect_text(
        "{%- if strftime_now is defined -%}\n"
        "{%- set d = strftime_now(messages[0].content ~ ' %H:%M%') -%}\n"
        "{%- for i in range(2) %}{{ d }};{{ strftime_now('%' ~ 'j') }}\n"
        "{% endfor %}{% endif %}",
        "hi 00:00%;001\nhi 00:00%;001\n");
    expect_text(" \n{% set f = '%x' %}{{ strftime_now(f) }}", " \n01/01/24");
    expect_text("\n\n{% set f = '%Y' %}{{ strftime_now(f) }}", "\n\n2024");
}

/* What the library calls today is nobody's, but in texts and behind a dot. */
static void today_is_no_variable(void **state)
{
    (void)state;
    expect_text("{% if datetime is defined or date_string is defined %}today"
                "{% else %}never{% endif %}",
                "never");
    expect_text("datetime {# datetime #}{{ 'datetime' ~ \"date_string\" }}",
                "datetime datetimedate_string");
    expect_text("{% set datetime = messages[0].content %}{{ datetime }}", "hi");
    expect_text("{{ messages[0].datetime is defined }}", "False");
}

/* The text of the token that begins a text is a part of what is rendered. */
static void the_beginning_is_not_cut_off(void **state)
{
    (void)state;
    expect_text("{{ bos_token }}{{ messages[0].content }}", "<s>hi");
    expect_text("{%- if true -%}\n{{ bos_token }}{% endif %}!", "<s>!");
    expect_text("{{ messages[0].content }}{{ bos_token }}", "hi<s>");
}

static void thinking_has_two_names(void **state)
{
    static const char *const role = "user";
    static const char *const hi = "hi";
    struct error err = { 0 };
    struct llama_template *template =
        make("{% if enable_thinking %}1{% else %}0{% endif %}"
             "{% if thinking %}1{% else %}0{% endif %}",
             &err);
    char *text;

    (void)state;
    assert_non_null(template);
    text = llama_template_render(template, &role, &hi, 1, true, &err);
    assert_string_equal(text, "11");
    free(text);
    text = llama_template_render(template, &role, &hi, 1, false, &err);
    assert_string_equal(text, "00");
    free(text);
    llama_template_destroy(template);
}

static void too_long_a_text_is_refused(void **state)
{
    enum { MIB = 1 << 20 };
    struct error err = { 0 };
    struct llama_template *template =
        make("{% for i in range(17) %}{{ messages[0].content }}{% endfor %}",
             &err);
    char *much = mem_alloc(MIB + 1, 1);
    char *text;

    (void)state;
    assert_non_null(template);
    memset(much, 'x', MIB);
    assert_null(say(template, much, &err));
    print_message("%s\n", err.text);
    assert_non_null(strstr(err.text, "it renders 17 MiB of text"));
    text = say(template, "a", &err);
    assert_string_equal(text, "aaaaaaaaaaaaaaaaa");
    free(text);
    free(much);
    llama_template_destroy(template);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_without_an_end_is_given_up),
        cmocka_unit_test(one_that_crashes_is_told),
        cmocka_unit_test(a_wrong_one_is_told_with_its_file),
        cmocka_unit_test(there_are_no_files_and_no_addresses),
        cmocka_unit_test(memory_has_a_limit),
        cmocka_unit_test(what_it_cannot_render_costs_one_text),
        cmocka_unit_test(one_that_crashes_again_and_again_is_left_alone),
        cmocka_unit_test(the_date_is_pinned),
        cmocka_unit_test(today_is_no_variable),
        cmocka_unit_test(the_beginning_is_not_cut_off),
        cmocka_unit_test(thinking_has_two_names),
        cmocka_unit_test(too_long_a_text_is_refused),
    };
    struct llama_model_params params = llama_model_default_params();
    char *path;
    int failed;

    folder = asking_folder();
    path = made_model(folder, &made_plain);
    params.vocab_only = true;
    model = llama_model_load_from_file(path, params);
    failed = model ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
    llama_model_free(model);
    free(path);
    asking_remove(folder);
    return failed;
}
#endif

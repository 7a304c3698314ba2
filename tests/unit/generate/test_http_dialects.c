/*
 * Forms in which providers answer: where their reasoning stands, and how they
 * refuse a setting.  The bodies are of our own writing, by their manuals.
 */
#include "generate/http/http_dialect.h"
#include "generate/http/http_outcome.h"
#include "tests/unit/generate/asking.h"

/* The only text of each of these bodies is "So." and the only thought "Hm." */
static const struct form {
    const char *dialect, *what, *body;
} forms[] = {
    { "openai",
      "vLLM, SGLang, DeepSeek",
      "{'choices':[{'message':{'content':'So.','reasoning_content':'Hm.'},"
      "'finish_reason':'stop'}]}" },
    { "openai",
      "vLLM since 0.12, OpenRouter, Groq",
      "{'choices':[{'message':{'content':'So.','reasoning':'Hm.'},"
      "'finish_reason':'stop'}]}" },
    { "openai",
      "Mistral: parts of content",
      "{'choices':[{'message':{'content':[{'type':'thinking','thinking':["
      "{'type':'text','text':'Hm.'}]},{'type':'text','text':'So.'}]},"
      "'finish_reason':'stop'}]}" },
    { "openai",
      "tags of the model",
      "{'choices':[{'message':{'content':'<think>Hm.</think>So.'},"
      "'finish_reason':'stop'}]}" },
    { "azure",
      "as OpenAI",
      "{'choices':[{'message':{'content':'So.','reasoning_content':'Hm.'},"
      "'finish_reason':'stop'}]}" },
    { "anthropic",
      "blocks, some of them sealed",
      "{'content':[{'type':'thinking','thinking':'Hm.','signature':'x'},"
      "{'type':'redacted_thinking','data':'secret'},"
      "{'type':'text','text':'So.'}],'stop_reason':'end_turn'}" },
    { "openai",
      "a parser that leaves the line's end between the two",
      "{'choices':[{'message':{'content':'\\n\\nSo.','reasoning':'Hm.'},"
      "'finish_reason':'stop'}]}" },
    { "gemini",
      "parts that are thoughts",
      "{'candidates':[{'content':{'parts':[{'text':'Hm.','thought':true},"
      "{'text':'So.','thoughtSignature':'x'}]},'finishReason':'STOP'}]}" },
};

/* ' for ", to be read more easily. */
static struct text body_of(const char *quoted)
{
    struct text out = { 0 };

    text_add(&out, quoted);
    for (size_t i = 0; i < out.len; i++) {
        if (out.data[i] == '\'')
            out.data[i] = '"';
    }
    return out;
}

static void judge(const char *dialect,
                  long status,
                  const char *body,
                  struct reply *reply,
                  struct http_outcome *outcome)
{
    enum { ALL = (1u << NUM_HTTP_SETTINGS) - 1 };
    struct http_response response = { .status = status, .body = body_of(body) };

    *reply = (struct reply){ 0 };
    http_outcome_judge(&response,
                       http_dialects_find(dialect, NULL),
                       REQUEST_CHAT,
                       ALL,
                       reply,
                       outcome);
    text_release(&response.body);
}

static void reasoning_is_kept_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        struct http_outcome outcome;
        struct reply reply;

        judge(forms[i].dialect, 200, forms[i].body, &reply, &outcome);
        if (outcome.kind != HTTP_ANSWERED || !text_equal(reply.text, "So.")
            || !text_equal(reply.reasoning, "Hm."))
            print_error("%s: %s\n", forms[i].dialect, forms[i].what);
        assert_int_equal(outcome.kind, HTTP_ANSWERED);
        assert_int_equal(reply.state, STATE_ANSWERED);
        assert_string_equal(reply.text, "So.");
        assert_string_equal(reply.reasoning, "Hm.");
        reply_release(&reply);
    }
}

/* A provider refuses a setting, in its own words: again without it. */
static void a_refused_setting_is_left_out(void **state)
{
    static const struct {
        const char *dialect, *body;
        enum http_setting setting;
    } refusals[] = {
        { "openai",
          "{'error':{'message':'Unsupported value: it may only be 1.',"
          "'param':'temperature','code':'unsupported_value'}}",
          HTTP_TEMPERATURE },
        { "openai",
          "{'error':{'message':'Unrecognized request argument supplied: "
          "repetition_penalty','param':null}}",
          HTTP_REPETITION_PENALTY },
        { "openai",
          "{'error':{'message':'Not with this model; use "
          "max_completion_tokens.','param':'max_tokens'}}",
          HTTP_MAX_TOKENS },
        { "openai",
          "{'detail':[{'type':'extra_forbidden','loc':['body','seed'],"
          "'msg':'Extra inputs are not permitted'}]}",
          HTTP_SEED },
        { "azure",
          "{'error':{'message':'Unsupported parameter.','param':'seed'}}",
          HTTP_SEED },
        { "anthropic",
          "{'type':'error','error':{'type':'invalid_request_error','message':"
          "'`top_p` cannot be given for this model.'}}",
          HTTP_TOP_P },
        { "gemini",
          "{'error':{'code':400,'message':'Invalid value at "
          "generation_config.topK: not supported','status':"
          "'INVALID_ARGUMENT'}}",
          HTTP_TOP_K },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        struct http_outcome outcome;
        struct reply reply;

        judge(refusals[i].dialect, 400, refusals[i].body, &reply, &outcome);
        if (outcome.kind != HTTP_WITHOUT
            || outcome.setting != refusals[i].setting)
            print_error("%s: kind %d, setting %d\n",
                        refusals[i].body,
                        outcome.kind,
                        outcome.setting);
        assert_int_equal(outcome.kind, HTTP_WITHOUT);
        assert_int_equal(outcome.setting, refusals[i].setting);
        reply_release(&reply);
    }
}

/* The limit of tokens was reached in thoughts that are not shown: that is no
 * empty answer. */
static void a_budget_of_hidden_thoughts(void **state)
{
    static const struct {
        const char *dialect, *body;
        enum state state;
    } bodies[] = {
        { "openai",
          "{'choices':[{'message':{'content':''},'finish_reason':'length'}],"
          "'usage':{'prompt_tokens':9,'completion_tokens':64,"
          "'completion_tokens_details':{'reasoning_tokens':64}}}",
          STATE_NO_FINAL },
        { "azure",
          "{'choices':[{'message':{'content':null},'finish_reason':'length'}],"
          "'usage':{'completion_tokens':64,"
          "'completion_tokens_details':{'reasoning_tokens':64}}}",
          STATE_NO_FINAL },
        { "openai",
          "{'choices':[{'message':{'content':'\\n','reasoning':'Hm.'},"
          "'finish_reason':'length'}]}",
          STATE_NO_FINAL },
        { "gemini",
          "{'candidates':[{'content':{'role':'model'},'finishReason':"
          "'MAX_TOKENS'}],'usageMetadata':{'promptTokenCount':9,"
          "'thoughtsTokenCount':64}}",
          STATE_NO_FINAL },
        { "anthropic",
          "{'content':[{'type':'redacted_thinking','data':'x'}],"
          "'stop_reason':'max_tokens'}",
          STATE_NO_FINAL },
        { "openai",
          "{'choices':[{'message':{'content':''},'finish_reason':'stop'}],"
          "'usage':{'completion_tokens':65,"
          "'completion_tokens_details':{'reasoning_tokens':64}}}",
          STATE_EMPTY },
        { "openai",
          "{'choices':[{'message':{'content':''},'finish_reason':'length'}],"
          "'usage':{'completion_tokens':64,"
          "'completion_tokens_details':{'reasoning_tokens':0}}}",
          STATE_EMPTY },
        { "openai",
          "{'choices':[{'message':{'content':'So'},'finish_reason':'length'}],"
          "'usage':{'completion_tokens':64,"
          "'completion_tokens_details':{'reasoning_tokens':60}}}",
          STATE_TRUNCATED },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        struct http_outcome outcome;
        struct reply reply;

        judge(bodies[i].dialect, 200, bodies[i].body, &reply, &outcome);
        if (reply.state != bodies[i].state)
            print_error("%s\n", bodies[i].body);
        assert_int_equal(outcome.kind, HTTP_ANSWERED);
        assert_int_equal(reply.state, bodies[i].state);
        assert_true(reply.finish != FINISH_ERROR);
        reply_release(&reply);
    }
}

/* What a model says of itself when it declines is its answer. */
static void words_that_decline(void **state)
{
    static const char *const bodies[] = {
        "{'choices':[{'message':{'content':null,'refusal':'I will not.'},"
        "'finish_reason':'stop'}]}",
        "{'choices':[{'message':{'content':[{'type':'refusal','refusal':"
        "'I will not.'}]},'finish_reason':'stop'}]}",
        "{'choices':[{'message':{'content':'I will not.','refusal':null,"
        "'tool_calls':[]},'finish_reason':'stop'}]}",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        struct http_outcome outcome;
        struct reply reply;

        judge("openai", 200, bodies[i], &reply, &outcome);
        assert_int_equal(reply.state, STATE_ANSWERED);
        assert_string_equal(reply.text, "I will not.");
        reply_release(&reply);
    }
}

/* A gateway that says so in a body of status 200 is heard like any other. */
static void a_limit_is_heard(void **state)
{
    static const struct {
        long status;
        const char *body;
        bool is_limit;
    } cases[] = {
        { 429, "{'error':{'message':'slow down'}}", true },
        { 429, "", true },
        { 529, "{'error':{'type':'overloaded_error','message':'m'}}", true },
        { 200, "{'error':{'code':429,'message':'slow down'}}", true },
        { 500, "{'error':{'message':'it broke'}}", false },
        { 200, "{'error':{'code':502,'message':'it broke'}}", false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_outcome outcome;
        struct reply reply;

        judge("openai", cases[i].status, cases[i].body, &reply, &outcome);
        assert_int_equal(outcome.kind, HTTP_AGAIN);
        assert_int_equal(outcome.is_limit, cases[i].is_limit);
        assert_int_equal(outcome.retry_ms, -1);
        reply_release(&reply);
    }
}

/* Words and names that are cut are cut between characters. */
static void what_is_cut_stays_utf8(void **state)
{
    struct text error = { 0 };
    struct text named = { 0 };
    struct http_outcome outcome;
    struct reply reply;

    (void)state;
    for (int i = 0; i < 200; i++)
        text_add(&error, i > 0 ? "\xe4\xb8\x8d" : "{'error':{'message':'a");
    text_add(&error, "','code':'data_inspection_failed'}}");
    judge("openai", 400, text_data(&error), &reply, &outcome);
    assert_int_equal(reply.state, STATE_BLOCKED);
    assert_int_equal(text_valid_utf8(reply.detail, strlen(reply.detail)),
                     strlen(reply.detail));
    reply_release(&reply);
    text_add(&named, "{'choices':[{'message':{'content':'x'}}],'model':'ab");
    for (int i = 0; i < 100; i++)
        text_add(&named, "\xe4\xb8\x8d");
    text_add(&named, "'}");
    judge("openai", 200, text_data(&named), &reply, &outcome);
    assert_int_equal(text_valid_utf8(outcome.served, strlen(outcome.served)),
                     strlen(outcome.served));
    assert_true(strlen(outcome.served) > 100);
    reply_release(&reply);
    text_release(&error);
    text_release(&named);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reasoning_is_kept_apart),
        cmocka_unit_test(a_budget_of_hidden_thoughts),
        cmocka_unit_test(words_that_decline),
        cmocka_unit_test(a_limit_is_heard),
        cmocka_unit_test(what_is_cut_stays_utf8),
        cmocka_unit_test(a_refused_setting_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

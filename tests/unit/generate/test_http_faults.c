/*
 * Everything bad that a server can do: each ends in the right state, within its
 * time, and what others asked for is answered beside it.
 */
#include "generate/http/http_client.h"
#include "tests/unit/generate/http_server.h"

#define KEY        "k-1234567890-not-to-be-seen"
#define KEY_BEGINS "k-1234567890"

static struct http_server server;

enum { SHORT = 3, LONG = 20 }; /* patience, s */

enum { BUSY = 4 }; /* times as long as on a machine that does nothing else */

/* Tries of `timeout_s`; `more` is put behind. */
static struct backend *create_with(int patience_s,
                                   int timeout_s,
                                   const char *more)
{
    char *spec =
        text_format("http:m,url=http://127.0.0.1:%d/v1,key_env=TEST_KEY,"
                    "timeout_s=%d,patience_s=%d,retries=2%s",
                    server.port,
                    timeout_s,
                    patience_s,
                    more);
    struct backend *backend = asking_create(spec);

    free(spec);
    return backend;
}

static struct backend *create(int patience_s, const char *more)
{
    return create_with(patience_s, 1, more);
}

static const struct fault {
    const char *name;
    enum state state;
    const char *detail; /* that stands in it; NULL: none is there */
    int within_ms;
    int64_t no_sooner_ms;
    uint64_t
        num_asked;  /* how often the server is, at most; 0 = not looked at */
    int patience_s; /* LONG: tries end it, and not the time, however busy
                           this machine is */
} faults[] = {
    { "none", STATE_ANSWERED, NULL, 1000, 0, 1, LONG },
    { "reset", STATE_FAILED, "(3 tries)", 3000, 0, 3, LONG },
    { "cut", STATE_FAILED, "(3 tries)", 3000, 0, 3, LONG },
    { "cut-1", STATE_ANSWERED, NULL, 1500, 0, 2, LONG },
    { "short", STATE_FAILED, "(3 tries)", 3000, 0, 3, LONG },
    { "garbage", STATE_FAILED, "(3 tries)", 3000, 0, 3, LONG },
    { "drip", STATE_FAILED, "(3 tries)", 5000, 2500, 0, LONG },
    { "never", STATE_FAILED, "out of time", 8000, 1500, 0, SHORT },
    { "limit", STATE_FAILED, "HTTP 429: slow down", 8000, 500, 0, SHORT },
    /* "at once", again and again: not as fast as can be */
    { "limit-zero", STATE_FAILED, "HTTP 429", 8000, 500, 12, SHORT },
    { "limit-1", STATE_ANSWERED, NULL, 1500, 200, 2, LONG },
    { "limit-after", STATE_ANSWERED, NULL, 2500, 1000, 2, LONG },
    { "limit-body", STATE_ANSWERED, NULL, 2500, 1000, 2, LONG },
    { "limit-hidden", STATE_ANSWERED, NULL, 1500, 200, 2, LONG },
    { "limit-long", STATE_FAILED, "HTTP 429", 1500, 0, 1, LONG },
    { "error",
      STATE_FAILED,
      "HTTP 500: it broke (3 tries)",
      3000,
      700,
      3,
      LONG },
    { "error-1", STATE_ANSWERED, NULL, 1500, 200, 2, LONG },
    { "denied", STATE_FAILED, "HTTP 401", 1500, 0, 1, LONG },
    { "forbidden", STATE_FAILED, "HTTP 403", 1500, 0, 1, LONG },
    { "missing", STATE_FAILED, "HTTP 404: no such model", 1500, 0, 1, LONG },
    { "redirect", STATE_FAILED, "http://elsewhere.invalid,", 1500, 0, 1, LONG },
    { "html", STATE_FAILED, "HTML came instead of JSON", 3000, 0, 3, LONG },
    { "other", STATE_FAILED, "without choices", 3000, 0, 3, LONG },
    { "claim", STATE_FAILED, "larger than max_mb", 1500, 0, 1, LONG },
    { "deep", STATE_FAILED, "(3 tries)", 3000, 0, 3, LONG },
    { "utf8", STATE_ANSWERED, NULL, 1500, 0, 1, LONG },
    { "nul", STATE_ANSWERED, NULL, 1500, 0, 1, LONG },
    { "moderated", STATE_BLOCKED, "HTTP 403: no", 1500, 0, 1, LONG },
    { "usage-none", STATE_ANSWERED, NULL, 1500, 0, 1, LONG },
    { "blocked", STATE_BLOCKED, "HTTP 400: not this one", 1500, 0, 1, LONG },
    { "filter", STATE_BLOCKED, "filter", 1500, 0, 1, LONG },
    { "overlong", STATE_OVERLONG, "maximum context length", 1500, 0, 1, LONG },
    { "bad", STATE_FAILED, "HTTP 400: this makes no sense", 1500, 0, 1, LONG },
    { "length", STATE_TRUNCATED, NULL, 1500, 0, 1, LONG },
    { "empty", STATE_EMPTY, NULL, 1500, 0, 1, LONG },
    { "budget", STATE_NO_FINAL, "reasoning", 1500, 0, 1, LONG },
    { "leak", STATE_ANSWERED, NULL, 1500, 0, 1, LONG },
    { "redirect-leak", STATE_FAILED, "http://xxxxx", 1500, 0, 1, LONG },
    { "leak-escaped", STATE_ANSWERED, NULL, 1500, 0, 1, LONG },
    { "huge", STATE_FAILED, "larger than max_mb", 3000, 0, 1, LONG },
};

/* One good answer: what is wrong before it is wrong with all. */
static void warm_up(struct backend *backend)
{
    struct reply reply = asking_text(backend, 1000000, "hello");

    assert_int_equal(reply.state, STATE_ANSWERED);
    assert_string_equal(reply.text, "hello");
    reply_release(&reply);
}

/* How often the server met with a fault. */
static uint64_t num_asked(const char *fault)
{
    static const char *const headers[] = { NULL };
    struct http_client_params params = { .headers = headers,
                                         .parallel = 1,
                                         .connect_ms = 1000,
                                         .max_bytes = 65536 };
    struct http_client *client = http_client_create(&params, NULL);
    char *url = text_format("http://127.0.0.1:%d/stats", server.port);
    struct text body = { 0 };
    struct http_response response = { 0 };
    struct cJSON *root;
    double num;

    (void)http_client_post(client, url, &body, 1000);
    while (!http_client_take(client, &response))
        assert_int_equal(http_client_step(client, 10, NULL), 0);
    root = json_parse(text_data(&response.body), response.body.len, "", NULL);
    assert_non_null(root);
    num = json_member_number(json_member(root, "faults"), fault);
    json_free(root);
    text_release(&response.body);
    free(url);
    http_client_destroy(client);
    return num > 0 ? (uint64_t)num : 0;
}

static void check_kept(const struct reply *reply)
{
    assert_true(!reply->text || !strstr(reply->text, KEY));
    assert_true(!reply->detail || !strstr(reply->detail, KEY));
    /* cut off, the begin of a key tells much of it */
    assert_true(!reply->detail || !strstr(reply->detail, KEY_BEGINS));
    if (reply->text) {
        assert_int_equal(text_valid_utf8(reply->text, reply->text_len),
                         reply->text_len);
    }
}

/* One fault on its way. */
struct trial {
    const struct fault *fault;
    struct backend *backend;
    uint64_t before;
    int64_t began_ms;
    bool is_over;
};

static void check_end(const struct trial *self, const struct reply *reply)
{
    const struct fault *fault = self->fault;
    const int64_t took = clock_ms() - self->began_ms;
    const char *detail = reply->detail ? reply->detail : "";

    print_message("%-12s %-10s %5lld ms  %.70s\n",
                  fault->name,
                  state_name(reply->state),
                  (long long)took,
                  detail);
    assert_int_equal(reply->state, fault->state);
    assert_in_range(took,
                    fault->no_sooner_ms,
                    fault->patience_s == SHORT ? fault->within_ms
                                               : BUSY * fault->within_ms);
    if (fault->detail) {
        assert_non_null(strstr(detail, fault->detail));
    } else {
        assert_null(reply->detail);
    }
    check_kept(reply);
}

static void begin_trial(struct trial *self, const struct fault *fault)
{
    char *prompt = text_format("fault=%s please", fault->name);
    struct request request = asking_request(1, prompt);

    /* where tries are counted, a busy server is not asked once more */
    *self = (struct trial){
        .fault = fault,
        .backend =
            create_with(fault->patience_s, fault->num_asked > 0 ? 10 : 1, "")
    };
    warm_up(self->backend);
    self->before = num_asked(fault->name);
    self->began_ms = clock_ms();
    assert_int_equal(self->backend->ops->submit(self->backend, &request, NULL),
                     0);
    request_release(&request);
    free(prompt);
}

/* Each with a backend of its own, all beside each other. */
static void check_faults(const struct fault *some, size_t num)
{
    struct trial trials[ARRAY_LEN(faults)];
    size_t num_left = num;
    struct error err = { 0 };

    for (size_t i = 0; i < num; i++)
        begin_trial(&trials[i], &some[i]);
    while (num_left > 0) {
        for (size_t i = 0; i < num; i++) {
            struct backend *backend = trials[i].backend;
            struct reply reply = { 0 };
            int rc = trials[i].is_over
                         ? 0
                         : backend->ops->step(backend, 1, &reply, &err);

            assert_true(rc >= 0);
            if (rc == 0)
                continue;
            check_end(&trials[i], &reply);
            reply_release(&reply);
            trials[i].is_over = true;
            num_left--;
        }
    }
    for (size_t i = 0; i < num; i++) {
        if (some[i].num_asked > 0) {
            /* a try may end before a busy server has seen it; how many there
             * were the reply says */
            assert_in_range(num_asked(some[i].name) - trials[i].before,
                            1,
                            some[i].num_asked);
        }
        backend_destroy(trials[i].backend);
    }
}

static void each_fault_ends_well(void **state)
{
    /* the last is much to take in, and nobody is heard meanwhile */
    const size_t last = ARRAY_LEN(faults) - 1;

    (void)state;
    check_faults(faults, last);
    check_faults(&faults[last], 1);
}

static void step_for(struct backend *backend, int64_t ms, struct reply *reply)
{
    const int64_t until = clock_ms() + ms;
    struct error err = { 0 };

    while (clock_ms() < until && reply->state == STATE_NONE)
        assert_true(backend->ops->step(backend, 10, reply, &err) >= 0);
}

/* Kept from its next try until hardly any time is left, it ends for what its last
 * one ended for: the try would be answered, or end for the time. */
static void no_try_is_sent_too_late(void **state)
{
    struct request request = asking_request(1, "fault=limit-after too late");
    struct backend *backend = create(SHORT, "");
    struct reply reply = { 0 };
    uint64_t before;
    int64_t began_ms;

    (void)state;
    warm_up(backend);
    before = num_asked("limit-after");
    began_ms = clock_ms();
    assert_int_equal(backend->ops->submit(backend, &request, NULL), 0);
    step_for(backend, 600, &reply);
    assert_int_equal(reply.state, STATE_NONE);
    while (clock_ms() < began_ms + SHORT * 1000 - 300)
        clock_sleep_ms(10);
    step_for(backend, 5000, &reply);
    assert_int_equal(reply.state, STATE_FAILED);
    assert_non_null(strstr(reply.detail, "HTTP 429"));
    assert_non_null(strstr(reply.detail, "(1 try)"));
    assert_int_equal(num_asked("limit-after") - before, 1);
    reply_release(&reply);
    request_release(&request);
    backend_destroy(backend);
}

/* All of it at once: nobody loses a reply or gets another's, though all replies
 * have one id.  A good one has time for its tries, however busy this machine
 * is. */
static void faults_spare_others(void **state)
{
    enum { NUM = 200, TRY_S = 2 };
    struct backend *backend = create_with(LONG, TRY_S, ",parallel=64");
    bool seen[NUM] = { false };
    struct error err = { 0 };

    (void)state;
    warm_up(backend);
    for (uint64_t sent = 0, come = 0; come < NUM;) {
        struct reply reply = { 0 };

        while (sent < NUM) {
            const char *fault = faults[sent % ARRAY_LEN(faults)].name;
            /* what is told to wait for a day lets nobody go meanwhile */
            bool is_good = sent % 3 != 0 || strcmp(fault, "limit-long") == 0;
            char *prompt = text_format("fault=%s number %d",
                                       is_good ? "none" : fault,
                                       (int)sent);
            struct request request = asking_request(sent, prompt);
            int rc = backend->ops->submit(backend, &request, NULL);

            request_release(&request);
            free(prompt);
            if (rc < 0)
                break;
            sent++;
        }
        assert_int_equal(asking_wait(backend, 60000, &reply, &err), 1);
        assert_false(seen[reply.unit.low]);
        seen[reply.unit.low] = true;
        come++;
        if (reply.unit.low % 3) {
            char *tail = text_format("number %d", (int)reply.unit.low);

            if (reply.state != STATE_ANSWERED)
                print_error("%s: %s\n", tail, reply.detail);
            assert_int_equal(reply.state, STATE_ANSWERED);
            assert_true(text_ends(reply.text, tail));
            free(tail);
        }
        check_kept(&reply);
        reply_release(&reply);
    }
    backend_destroy(backend);
}

/* Before the first answer a fault is the model's: no second request is sent. */
static void check_load(const char *fault, const char *why, enum error_code code)
{
    struct backend *backend = create(SHORT, "");
    char *prompt = text_format("fault=%s please", fault);
    struct reply reply = { 0 };
    struct error err = { 0 };
    uint64_t before = num_asked(fault);

    for (uint64_t unit = 0; unit < 5; unit++) {
        struct request request = asking_request(unit, prompt);

        assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
        request_release(&request);
    }
    assert_true(backend_load_s(backend) < 0);
    assert_int_equal(asking_wait(backend, 5000, &reply, &err), -1);
    assert_int_equal(err.code, code);
    assert_non_null(strstr(err.text, why));
    assert_null(strstr(err.text, KEY));
    assert_int_equal(num_asked(fault) - before, 1);
    free(prompt);
    backend_destroy(backend);
}

static void a_bad_key_fails_the_load(void **state)
{
    (void)state;
    check_load("denied", "HTTP 401", ERR_USAGE);
    check_load("forbidden", "HTTP 403", ERR_USAGE);
    check_load("missing", "HTTP 404: no such model", ERR_USAGE);
    check_load("quota", "HTTP 429: pay", ERR_USAGE);
    check_load("redirect", "leads to http://elsewhere.invalid,", ERR_USAGE);
}

static void nobody_listens(void **state)
{
    struct http_server gone = http_server_start("0");
    struct reply reply = { 0 };
    struct error err = { 0 };
    struct request request = asking_request(1, "p");
    struct backend *backend;
    char *spec;

    (void)state;
    http_server_stop(&gone);
    spec =
        text_format("http:m,url=http://127.0.0.1:%d/v1,retries=1", gone.port);
    backend = asking_create(spec);
    assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
    assert_int_equal(asking_wait(backend, 5000, &reply, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.text, "127.0.0.1"));
    request_release(&request);
    free(spec);
    backend_destroy(backend);
}

/* A server that goes away for good breaks the backend; a few requests that end
 * for want of it are failed, not all. */
static void a_server_goes_away(void **state)
{
    struct http_server other = http_server_start("0");
    char *spec =
        text_format("http:m,url=http://127.0.0.1:%d/v1,retries=0", other.port);
    struct backend *backend = asking_create(spec);
    struct error err = { 0 };
    int num = 0;
    int rc = 1;

    (void)state;
    warm_up(backend);
    http_server_stop(&other);
    for (uint64_t unit = 0; rc == 1; unit++) {
        struct request request = asking_request(unit, "p");
        struct reply reply = { 0 };

        assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
        request_release(&request);
        rc = asking_wait(backend, 5000, &reply, &err);
        num += rc == 1;
        reply_release(&reply);
    }
    assert_int_equal(rc, -1);
    assert_int_equal(err.code, ERR_IO);
    assert_in_range(num, 1, 8);
    free(spec);
    backend_destroy(backend);
}

/* The key is hidden where a server sends it back. */
static void a_key_sent_back_is_hidden(void **state)
{
    struct backend *backend = create(SHORT, "");
    struct reply reply;

    (void)state;
    warm_up(backend);
    reply = asking_text(backend, 1, "fault=leak now");
    assert_non_null(strstr(reply.text, "Authorization: Bearer ***"));
    check_kept(&reply);
    reply_release(&reply);
    reply = asking_text(backend, 2, "fault=denied now");
    assert_non_null(strstr(reply.detail, "Authorization: Bearer ***"));
    check_kept(&reply);
    reply_release(&reply);
    backend_destroy(backend);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_ends_well),
        cmocka_unit_test(no_try_is_sent_too_late),
        cmocka_unit_test(faults_spare_others),
        cmocka_unit_test(a_bad_key_fails_the_load),
        cmocka_unit_test(nobody_listens),
        cmocka_unit_test(a_server_goes_away),
        cmocka_unit_test(a_key_sent_back_is_hidden),
    };
    int failed;

    (void)setenv("TEST_KEY", KEY, 1);
    (void)setenv("FAULT_SERVER_KEY", "", 1);
    server = http_server_start("0");
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    http_server_stop(&server);
    return failed;
}

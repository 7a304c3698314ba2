/*
 * HTTP/2 and kept connections: the http backend against nghttpx (of nghttp2),
 * which speaks HTTP/2 over TLS in front of the fault server, and against the
 * fault server alone.  Skipped without nghttpx or openssl, but for what needs
 * neither.
 */
#include "generate/http/http_client.h"
#include "tests/unit/generate/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum { MANY = 60, PARALLEL = 16 };

static struct http_server server;
static pid_t proxy_pid; /* ended by main(), too, should a test fail */

/* Run a program to its end; false = it cannot, or it failed. */
static bool has_run(const char *const *words)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        int nowhere = open("/dev/null", O_RDWR);

        (void)dup2(nowhere, STDOUT_FILENO);
        (void)dup2(nowhere, STDERR_FILENO);
        (void)execvp(words[0], (char *const *)(uintptr_t)words);
        _exit(127);
    }
    (void)waitpid(pid, &status, 0);
    return status == 0;
}

/* Ask MANY things, as many at once as it takes; each is answered. */
static void ask_many(struct backend *backend)
{
    struct error err = { 0 };
    uint64_t asked = 0;
    uint64_t answered = 0;

    while (answered < MANY) {
        struct request request = asking_request(asked, "p");
        struct reply reply = { 0 };

        if (asked < MANY
            && backend->ops->submit(backend, &request, &err) == 0) {
            asked++;
            request_release(&request);
            continue;
        }
        request_release(&request);
        if (asking_wait(backend, ASKING_LIMIT_MS, &reply, &err) != 1)
            print_error("%s\n", err.text);
        assert_int_equal(reply.state, STATE_ANSWERED);
        reply_release(&reply);
        answered++;
    }
}

/* A number of the fault server's /stats. */
static double stat_of(const char *name)
{
    static const char *const headers[] = { NULL };
    struct http_client_params params = { .headers = headers,
                                         .parallel = 1,
                                         .connect_ms = 1000,
                                         .max_bytes = 65536 };
    struct http_client *client = http_client_create(&params, NULL);
    char *url = text_format("http://127.0.0.1:%d/stats", server.port);
    struct http_response response = { 0 };
    struct cJSON *root;
    double number;

    (void)http_client_get(client, url, 5000);
    while (!http_client_take(client, &response))
        assert_int_equal(http_client_step(client, 10, NULL), 0);
    root = json_parse(text_data(&response.body), response.body.len, "", NULL);
    assert_non_null(root);
    number = json_member_number(root, name);
    json_free(root);
    text_release(&response.body);
    free(url);
    http_client_destroy(client);
    return number;
}

/* One after the other: one connection.  Many at once: as many, each used again
 * and again. */
static void connections_are_kept(void **state)
{
    char *spec = text_format("http:m,url=http://127.0.0.1:%d/v1,parallel=%d",
                             server.port,
                             PARALLEL);
    struct backend *backend = asking_create(spec);
    const double before = stat_of("connections");

    (void)state;
    for (uint64_t unit = 0; unit < 10; unit++) {
        struct reply reply = asking_text(backend, unit, "p");

        reply_release(&reply);
    }
    assert_true(stat_of("connections") - before == 2); /* with the question */
    ask_many(backend);
    assert_true(stat_of("connections") - before <= PARALLEL + 2);
    assert_true(stat_of("most_waiting") > 4);
    backend_destroy(backend);
    free(spec);
}

struct proxy {
    pid_t pid;
    int port;
    char *folder;
    char *certificate;
    char *log; /* a line a request: protocol and port of the client */
};

static int free_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    (void)close(fd);
    return ntohs(address.sin_port);
}

static bool is_listening(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int rc;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    rc = connect(fd, (struct sockaddr *)&address, sizeof address);
    (void)close(fd);
    return rc == 0;
}

static bool make_certificate(const char *key, const char *certificate)
{
    const char *const words[] = {
        "openssl",  "req",
        "-x509",    "-nodes",
        "-newkey",  "ec",
        "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-days",    "1",
        "-subj",    "/CN=test",
        "-addext",  "subjectAltName=IP:127.0.0.1",
        "-keyout",  key,
        "-out",     certificate,
        NULL,
    };

    return has_run(words);
}

/* Not started where a program is missing: pid is 0 then. */
static struct proxy open_proxy(void)
{
    struct proxy self = { .folder = asking_folder(), .port = free_port() };
    char *key = path_join(self.folder, "key.pem");
    char *front = text_format("--frontend=127.0.0.1,%d", self.port);
    char *back = text_format("--backend=127.0.0.1,%d", server.port);
    char *log;

    self.certificate = path_join(self.folder, "certificate.pem");
    self.log = path_join(self.folder, "log");
    log = text_format("--accesslog-file=%s", self.log);
    if (make_certificate(key, self.certificate)) {
        self.pid = fork();
        if (self.pid == 0) {
            int nowhere = open("/dev/null", O_RDWR);

            (void)dup2(nowhere, STDERR_FILENO);
            (void)execlp("nghttpx",
                         "nghttpx",
                         "--conf=/dev/null",
                         front,
                         back,
                         log,
                         "--accesslog-format=$alpn $remote_port",
                         "--workers=1",
                         key,
                         self.certificate,
                         (char *)NULL);
            _exit(127);
        }
        proxy_pid = self.pid;
        while (waitpid(self.pid, NULL, WNOHANG) == 0
               && !is_listening(self.port))
            clock_sleep_ms(20);
        if (!is_listening(self.port))
            self.pid = proxy_pid = 0;
    }
    free(log);
    free(back);
    free(front);
    free(key);
    return self;
}

static void close_proxy(struct proxy *self)
{
    if (self->pid > 0) {
        (void)kill(self->pid, SIGTERM);
        (void)waitpid(self->pid, NULL, 0);
        proxy_pid = 0;
    }
    asking_remove(self->folder);
    free(self->certificate);
    free(self->log);
}

/* All of them through one connection, many at once. */
static void http_2_is_spoken(void **state)
{
    struct proxy proxy = open_proxy();
    struct text log = { 0 };
    char first[32];
    struct backend *backend;
    char *spec;
    size_t num = 0;

    (void)state;
    if (proxy.pid == 0) {
        print_error("nghttpx (nghttp2-proxy) or openssl is missing: HTTP/2 is "
                    "not tested\n");
        close_proxy(&proxy);
        skip();
    }
    spec = text_format("http:m,url=https://127.0.0.1:%d/v1,ca_file=%s,"
                       "parallel=%d",
                       proxy.port,
                       proxy.certificate,
                       PARALLEL);
    backend = asking_create(spec);
    ask_many(backend);
    backend_destroy(backend);
    free(spec);
    assert_int_equal(file_read(proxy.log, 65536, &log, NULL), 0);
    (void)snprintf(first,
                   sizeof first,
                   "%.*s",
                   (int)strcspn(text_data(&log), "\n"),
                   text_data(&log));
    assert_true(text_starts(first, "h2 "));
    for (const char *at = text_data(&log); *at; at += strcspn(at, "\n") + 1) {
        assert_true(text_starts(at, first));
        num++;
    }
    assert_int_equal(num, MANY);
    text_release(&log);
    close_proxy(&proxy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_are_kept),
        cmocka_unit_test(http_2_is_spoken),
    };
    int failed;

    (void)signal(SIGPIPE, SIG_IGN);
    (void)setenv("FAULT_SERVER_KEY", "", 1);
    server = http_server_start("20");
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (proxy_pid > 0)
        (void)kill(proxy_pid, SIGKILL);
    http_server_stop(&server);
    return failed;
}

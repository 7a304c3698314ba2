#include "generate/http/http_client.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/secret_proxy.h"
#include "generate/http/http_key.h"
#include "trustsweep/error.h"

#include <curl/curl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One place for a transfer.  Its handle stays, with what it has learned. */
struct transfer {
    CURL *easy;
    bool is_running;
    struct http_client *client;
    struct http_response response;
    char problem[CURL_ERROR_SIZE];
    int64_t began_ns;
};

struct http_client {
    CURLM *multi;
    struct curl_slist *headers;
    const struct http_key *key; /* or NULL */
    size_t max_bytes;
    struct transfer *transfers; /* [num] */
    int num;
    uint64_t last_ticket;
};

static size_t take_body(char *bytes, size_t one, size_t num, void *context)
{
    struct transfer *transfer = context;
    struct http_response *response = &transfer->response;

    (void)one; /* is 1 */
    if (response->body.len + num > transfer->client->max_bytes) {
        response->trouble = HTTP_TOO_LARGE;
        return 0;
    }
    text_add_len(&response->body, bytes, num);
    return num;
}

/* "https://host" of a Location header: where it wants to lead. */
static void take_location(const struct http_key *key,
                          const char *line,
                          size_t len,
                          char out[120])
{
    char *copy = mem_text_len(line, len);
    char *at = copy + strlen("location:");
    char *end;

    /* before it is cut: a part of a key would not be found */
    if (key)
        http_key_hide(key, at, strlen(at));
    at += strspn(at, " \t");
    end = strstr(at, "://");
    end = end ? end + 3 : at;
    end += strcspn(end, "/?#\r\n");
    /* who logs in by address has it after a '@' */
    (void)snprintf(out, 120, "%.*s", (int)(end - at), at);
    if (strchr(out, '@'))
        (void)snprintf(out, 120, "%s", "another host");
    free(copy);
}

static size_t take_header(char *bytes, size_t one, size_t num, void *context)
{
    struct transfer *transfer = context;
    struct http_response *response = &transfer->response;

    (void)one;
    if (num > 5 && memcmp(bytes, "HTTP/", 5) == 0)
        http_hints_init(&response->hints); /* another one begins */
    if (num > 9 && curl_strnequal(bytes, "location:", 9)) {
        take_location(transfer->client->key, bytes, num, response->location);
    }
    http_hints_take(&response->hints, bytes, num, clock_unix_ms());
    return num;
}

static void set_common(struct transfer *transfer,
                       const struct http_client_params *params)
{
    CURL *easy = transfer->easy;
    const char *ca =
        params->ca_file ? params->ca_file : getenv("SSL_CERT_FILE");

    (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    (void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
    (void)curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    (void)curl_easy_setopt(easy,
                           CURLOPT_CONNECTTIMEOUT_MS,
                           (long)params->connect_ms);
    (void)curl_easy_setopt(easy,
                           CURLOPT_MAXFILESIZE_LARGE,
                           (curl_off_t)params->max_bytes);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->problem);
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->client->headers);
    if (ca && *ca)
        (void)curl_easy_setopt(easy, CURLOPT_CAINFO, ca);
    if (params->socket)
        (void)curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, params->socket);
    if (params->proxy)
        (void)curl_easy_setopt(easy, CURLOPT_PROXY, params->proxy);
}

struct http_client *http_client_create(const struct http_client_params *params,
                                       struct error *err)
{
    struct http_client *self;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        (void)error_set(err, ERR_IO, "libcurl does not start");
        return NULL;
    }
    self = mem_alloc(1, sizeof *self);
    self->key = params->key;
    self->max_bytes = params->max_bytes;
    self->transfers =
        mem_alloc((size_t)params->parallel, sizeof *self->transfers);
    self->multi = curl_multi_init();
    for (const char *const *at = params->headers; *at; at++)
        self->headers = curl_slist_append(self->headers, *at);
    for (; self->multi && self->num < params->parallel; self->num++) {
        struct transfer *transfer = &self->transfers[self->num];

        transfer->client = self;
        transfer->easy = curl_easy_init();
        if (!transfer->easy)
            break;
        set_common(transfer, params);
    }
    if (!self->multi || self->num < params->parallel) {
        http_client_destroy(self);
        (void)error_set(err, ERR_IO, "libcurl gives no handle");
        return NULL;
    }
    (void)curl_multi_setopt(self->multi,
                            CURLMOPT_MAXCONNECTS,
                            (long)params->parallel);
    (void)curl_multi_setopt(self->multi,
                            CURLMOPT_MAX_HOST_CONNECTIONS,
                            (long)params->parallel);
    return self;
}

void http_client_destroy(struct http_client *self)
{
    if (!self)
        return;
    for (int i = 0; i < self->num; i++) {
        struct transfer *transfer = &self->transfers[i];

        if (transfer->is_running)
            (void)curl_multi_remove_handle(self->multi, transfer->easy);
        curl_easy_cleanup(transfer->easy);
        text_release(&transfer->response.body);
    }
    (void)curl_multi_cleanup(self->multi);
    for (struct curl_slist *at = self->headers; at; at = at->next) {
        /* one of them holds the key */
        for (volatile char *byte = at->data; *byte; byte++)
            *byte = ' ';
    }
    curl_slist_free_all(self->headers);
    free(self->transfers);
    free(self);
    curl_global_cleanup();
}

/* A free place, for a request to `url`. */
static struct transfer *prepare(struct http_client *self,
                                const char *url,
                                int64_t timeout_ms)
{
    struct transfer *transfer = self->transfers;

    while (transfer->is_running)
        transfer++;
    transfer->response =
        (struct http_response){ .ticket = ++self->last_ticket };
    http_hints_init(&transfer->response.hints);
    transfer->problem[0] = '\0';
    transfer->is_running = true;
    transfer->began_ns = clock_ns();
    (void)curl_easy_setopt(transfer->easy, CURLOPT_URL, url);
    (void)curl_easy_setopt(transfer->easy,
                           CURLOPT_TIMEOUT_MS,
                           (long)(timeout_ms > 1 ? timeout_ms : 1));
    return transfer;
}

uint64_t http_client_post(struct http_client *self,
                          const char *url,
                          const struct text *body,
                          int64_t timeout_ms)
{
    struct transfer *transfer = prepare(self, url, timeout_ms);

    (void)curl_easy_setopt(transfer->easy,
                           CURLOPT_POSTFIELDSIZE_LARGE,
                           (curl_off_t)body->len);
    (void)curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, text_data(body));
    (void)curl_multi_add_handle(self->multi, transfer->easy);
    return transfer->response.ticket;
}

uint64_t http_client_get(struct http_client *self,
                         const char *url,
                         int64_t timeout_ms)
{
    struct transfer *transfer = prepare(self, url, timeout_ms);

    (void)curl_easy_setopt(transfer->easy, CURLOPT_HTTPGET, 1L);
    (void)curl_multi_add_handle(self->multi, transfer->easy);
    return transfer->response.ticket;
}

void http_client_cancel(struct http_client *self, uint64_t ticket)
{
    for (int i = 0; i < self->num; i++) {
        struct transfer *transfer = &self->transfers[i];

        if (!transfer->is_running || transfer->response.ticket != ticket)
            continue;
        (void)curl_multi_remove_handle(self->multi, transfer->easy);
        transfer->is_running = false;
        text_release(&transfer->response.body);
    }
}

int http_client_step(struct http_client *self, int budget_ms, struct error *err)
{
    int num_running;
    CURLMcode code = curl_multi_poll(self->multi, NULL, 0, budget_ms, NULL);

    if (code == CURLM_OK)
        code = curl_multi_perform(self->multi, &num_running);
    if (code == CURLM_OK)
        return 0;
    return error_set(err, ERR_IO, "libcurl: %s", curl_multi_strerror(code));
}

static enum http_trouble trouble_of(CURLcode code)
{
    /* NOLINTNEXTLINE(clang-diagnostic-switch-enum): there are a hundred */
    switch ((int)code) {
    case CURLE_OK:
        return HTTP_FINE;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
        return HTTP_UNREACHABLE;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
        return HTTP_UNTRUSTED;
    case CURLE_OPERATION_TIMEDOUT:
        return HTTP_SLOW;
    case CURLE_FILESIZE_EXCEEDED:
        return HTTP_TOO_LARGE;
    default:
        return HTTP_CUT;
    }
}

static void say_problem(const struct transfer *transfer,
                        CURLcode code,
                        struct http_response *response)
{
    const char *problem = transfer->problem;
    const char *plain = curl_easy_strerror(code);

    if (problem[0] && secret_proxy_is_told(problem)) {
        (void)snprintf(response->why,
                       sizeof response->why,
                       "%.80s (a proxy: is the variable that names it right? "
                       "in its login '/' is written %%2F, '#' %%23, '@' "
                       "%%40)",
                       plain);
        return;
    }
    (void)snprintf(response->why,
                   sizeof response->why,
                   "%.200s",
                   problem[0] ? problem : plain);
}

static void finish(struct transfer *transfer,
                   CURLcode code,
                   struct http_response *out)
{
    struct http_response *response = &transfer->response;

    (void)curl_easy_getinfo(transfer->easy,
                            CURLINFO_RESPONSE_CODE,
                            &response->status);
    if (response->trouble == HTTP_FINE)
        response->trouble = trouble_of(code);
    if (response->trouble != HTTP_FINE) {
        if (transfer->client->key) {
            http_key_hide(transfer->client->key,
                          transfer->problem,
                          strlen(transfer->problem));
        }
        say_problem(transfer, code, response);
    }
    response->took_ns = clock_ns() - transfer->began_ns;
    *out = *response;
    response->body = (struct text){ 0 };
    transfer->is_running = false;
}

bool http_client_take(struct http_client *self, struct http_response *out)
{
    int num_left;
    CURLMsg *message;

    while ((message = curl_multi_info_read(self->multi, &num_left))) {
        CURLcode code = message->data.result;
        CURL *easy = message->easy_handle;
        char *transfer = NULL;

        if (message->msg != CURLMSG_DONE)
            continue;
        (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
        (void)curl_multi_remove_handle(self->multi, easy);
        finish((struct transfer *)(void *)transfer, code, out);
        return true;
    }
    return false;
}

void http_client_version(char *out, size_t size)
{
    (void)snprintf(out, size, "%s", curl_version());
}

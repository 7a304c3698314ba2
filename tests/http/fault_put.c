#include "tests/http/fault_put.h"

void fault_put(struct server_reply *out,
               const char *status,
               const char *more,
               const char *body,
               size_t len)
{
    text_addf(&out->bytes,
              "HTTP/1.1 %s\r\nContent-Type: application/json\r\n%s"
              "Content-Length: %zu\r\n\r\n",
              status,
              more,
              len);
    text_add_len(&out->bytes, body, len);
}

void fault_put_error(struct server_reply *out,
                     const char *status,
                     const char *more,
                     const char *code,
                     const char *message)
{
    struct text body = { 0 };

    text_addf(&body,
              "{\"error\":{\"message\":\"%s\",\"type\":\"error\","
              "\"param\":null,\"code\":\"%s\"}}",
              message,
              code);
    fault_put(out, status, more, text_data(&body), body.len);
    text_release(&body);
}

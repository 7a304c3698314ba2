/*
 * server_health.h - asks a server that starts whether it is well.
 */
#ifndef SERVER_HEALTH_H
#define SERVER_HEALTH_H

struct error;
struct server_health;

/* socket  path of a UNIX socket, or NULL; copied
 * url     what answers 200 once it is well; copied */
struct server_health *server_health_create(const char *socket,
                                           const char *url,
                                           struct error *err);
void server_health_destroy(struct server_health *self); /* accepts NULL */

/* 1 = something answers there and is well, 0 = not yet, -1 = cannot ask. */
int server_health_step(struct server_health *self,
                       int budget_ms,
                       struct error *err);

#endif

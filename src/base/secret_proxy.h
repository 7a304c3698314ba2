/*
 * secret_proxy.h - the logins of proxies that variables name.
 */
#ifndef SECRET_PROXY_H
#define SECRET_PROXY_H

#include <stdbool.h>

/*
 * Whether what libcurl says of a failure may show the login of a proxy: it tells
 * of a proxy, whose address it quotes, or has a part of what stands before the
 * '@' of one.  A password with a '/' or '#' that is not escaped is none to
 * libcurl, but a port or a path.
 */
bool secret_proxy_is_told(const char *problem);

#endif

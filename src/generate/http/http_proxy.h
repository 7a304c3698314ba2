/*
 * http_proxy.h - the proxies that variables name, for libcurl.
 */
#ifndef HTTP_PROXY_H
#define HTTP_PROXY_H

#include <stdbool.h>

/*
 * Whether what libcurl says of a failure may show the login of a proxy: it tells
 * of a proxy, whose address it quotes, or has a part of what stands before the
 * '@' of one.  A password with a '/' or '#' that is not escaped is none to
 * libcurl, but a port or a path.
 */
bool http_proxy_is_told(const char *problem);

#endif

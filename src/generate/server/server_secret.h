/*
 * server_secret.h - keys in the words of a spec that go behind or in front of a
 * server's command: these stand in job.json, results.h5, logs and the list of
 * processes.
 */
#ifndef SERVER_SECRET_H
#define SERVER_SECRET_H

struct error;

/*
 * option  "args": that of the spec, for the error
 * words   its value, between spaces; may be NULL
 * errors  ERR_USAGE: a word is called like a secret (base/secret_name.h) and has a
 *         value ("--api-key X", "--api-key=X", "HF_TOKEN=X"), is "Bearer" with
 *         one, has the form of a provider's key, or is a URL with a login.  None
 *         holds the value
 */
int server_secret_check(const char *option,
                        const char *words,
                        struct error *err);

#endif

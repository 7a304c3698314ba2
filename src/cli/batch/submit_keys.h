/*
 * submit_keys.h - keys of models behind an API, in a batch job.
 * Private to cli/batch/.
 */
#ifndef SUBMIT_KEYS_H
#define SUBMIT_KEYS_H

struct error;
struct site;
struct sweep;

/*
 * Whether each model and role of this part can get its key: nothing of the login
 * comes along, so a variable must be named by `pass` or by a line of `setup`.  A
 * template of the site's own may do anything and is not looked at.
 *
 * errors  ERR_USAGE: one cannot, with what to do about it
 */
int submit_keys_check(const struct site *site,
                      const struct sweep *sweep,
                      struct error *err);

#endif

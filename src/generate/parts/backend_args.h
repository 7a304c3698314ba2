/*
 * backend_args.h - "MAIN,key=value,..." as most backends take it.
 */
#ifndef BACKEND_ARGS_H
#define BACKEND_ARGS_H

struct error;
struct option;
struct text;

/*
 * main   the part before the first ','; free(); NULL: the backend has none
 * out    the struct of `table`, set to its defaults first; options_release()
 * errors ERR_USAGE
 */
int backend_args_parse(const char *args,
                       const struct option *table,
                       char **main,
                       void *out,
                       struct error *err);

/* One argument into `out` (appended, `\,` read as a comma); what follows it. */
const char *backend_args_next(const char *args, struct text *out);

#endif

/*
 * llama_template_process.h - the forked process that a chat template runs in.
 *
 * It has a socket to its maker and nothing else, ends with it, and has limits:
 * some seconds of a core for each thing it is asked, and some memory beyond that
 * of the moment it was made.
 */
#ifndef LLAMA_TEMPLATE_PROCESS_H
#define LLAMA_TEMPLATE_PROCESS_H

#include <sys/types.h>

struct error;
struct llama_model;
struct text;

struct llama_template_source {
    const struct llama_model *model; /* borrowed */
    const char *override_text;       /* borrowed; or NULL */
};

struct llama_template_process {
    pid_t pid; /* <= 0: there is none */
    int socket;
};

/*
 * Its first answer, unasked: NULL or why the template does not parse, then the
 * two texts that begin and end reasoning.  Each further one, to what
 * llama_template_render() asks: NULL or why not, then the text.
 *
 * errors  ERR_IO
 */
int llama_template_process_start(struct llama_template_process *self,
                                 const struct llama_template_source *source,
                                 struct error *err);

/* Both -1 when it has ended. */
int llama_template_process_ask(struct llama_template_process *self,
                               const struct text *body);
int llama_template_process_hear(struct llama_template_process *self,
                                struct text *body);

/* End it, if it is there.  How it ended, if it was by itself; free(), or NULL. */
char *llama_template_process_end(struct llama_template_process *self);

#endif

/*
 * prompts_file.h - DATASET/prompts.json, the wordings that an imported data set
 * brings for the judge:
 *
 *     {"origin": "whose they are", "prompts": {"ethics": "... {reply} ..."}}
 */
#ifndef PROMPTS_FILE_H
#define PROMPTS_FILE_H

#include "trustsweep/evaluator.h"

struct error;
struct text;

/* The content of such a file. */
void prompts_file_print(const struct prompts *prompts,
                        const char *origin,
                        struct text *out);

/*
 * The wordings of a folder: those of its prompts.json, and of `otherwise` what
 * it has not.  Copies of `otherwise` where there is no such file.
 *
 * out      to be given to prompts_release()
 * origin   NULL where there is no such file; free()
 * errors   ERR_IO; ERR_FORMAT, also for a name that `otherwise` has not
 */
int prompts_file_read(const char *folder,
                      const struct prompts *otherwise,
                      struct prompts *out,
                      char **origin,
                      struct error *err);

#endif

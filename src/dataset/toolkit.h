/*
 * toolkit.h - what a user's copy of the TrustLLM toolkit holds that is not in
 * this tree: the wordings it puts to a judge.
 */
#ifndef TOOLKIT_H
#define TOOLKIT_H

#include "trustsweep/evaluator.h"

struct error;

/*
 * Read trustllm/prompt/task_prompt.json and give its wordings our names and
 * places ("{reply}").  What the toolkit does in code (where it puts the reply
 * when a wording has no place for it) is done here as well.
 *
 * folder   the wheel unzipped, a clone, or the package trustllm itself
 * out      to be given to prompts_release(); untouched on failure
 * origin   which file, with its SHA-256; free()
 * errors   ERR_IO; ERR_FORMAT names the file and the key in it
 */
int toolkit_read_prompts(const char *folder,
                         struct prompts *out,
                         char **origin,
                         struct error *err);

#endif

/*
 * model_stage.h - a copy of a model file on the node's own disk, made once and
 * shared by all ranks of the node ($TRUSTSWEEP_SCRATCH).
 */
#ifndef MODEL_STAGE_H
#define MODEL_STAGE_H

/*
 * Where to read the model from; free().  The copy is named by the file's
 * SHA-256, which is checked while it is made; whoever comes meanwhile waits.
 * Where there is no such folder, or no room, or the copy is not what it should
 * be, that is said on stderr, and the answer is `path` itself.
 */
char *model_stage(const char *path);

#endif

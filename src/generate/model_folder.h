/*
 * model_folder.h - whether a folder of safetensors is all there.
 */
#ifndef MODEL_FOLDER_H
#define MODEL_FOLDER_H

struct error;

/*
 * Every file that an index (*.safetensors.index.json) names is there, and every
 * *.safetensors is as long as its head says.  A folder without any is fine.
 *
 * errors  ERR_IO, ERR_FORMAT: it names the file
 */
int model_folder_check(const char *path, struct error *err);

#endif

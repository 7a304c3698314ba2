/*
 * job_edit.h - changes to a job's JSON before it is checked: --set and ${NAME}.
 */
#ifndef JOB_EDIT_H
#define JOB_EDIT_H

struct cJSON;
struct error;

/* Replace or add one value: "generation.max_tokens=8", "models.0.name=x"; see
 * json_set_at().  ERR_USAGE names the option. */
int job_edit_set(struct cJSON *root, const char *set, struct error *err);

/* The RFC 6901 pointer to what one --set replaces: "/models/0/name".  free() */
char *job_edit_pointer(const char *set);

/*
 * `text` with every ${NAME} replaced by the environment's value, and
 * ${TRUSTSWEEP_MODELS} by job_edit_models(); free().
 * NULL with ERR_USAGE for an unset variable, or one that is a secret by its name
 * or by what it holds.
 */
char *job_edit_expand(const char *text, struct error *err);

/* The folder of model files: $TRUSTSWEEP_MODELS, or where scripts/model.sh puts
 * them.  NULL when there is no home; free(). */
char *job_edit_models(void);

#endif

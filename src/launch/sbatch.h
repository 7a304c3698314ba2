/*
 * sbatch.h - giving Slurm a script.  Variables that would change what a script
 * says, or tell the job that it is part of another one (SBATCH_*, SPANK_*, and
 * SLURM_* but SLURM_CONF), are taken out of what these commands see.
 */
#ifndef SBATCH_H
#define SBATCH_H

struct error;
struct text;

/* Ask whether Slurm would take it; what it answers is added to `out`.
 * errors  ERR_USAGE with Slurm's own words; ERR_IO */
int sbatch_try(const char *script, struct text *out, struct error *err);

/*
 * Submit the script at `path`.
 *
 * after   the job that must have ended before; NULL: none
 * job_id  free()
 * errors  as sbatch_try()
 */
int sbatch_submit(const char *path,
                  const char *after,
                  char **job_id,
                  struct error *err);

/* Put this job back into the queue; it is ended by that.
 * errors  as sbatch_try() */
int sbatch_requeue(const char *job_id, struct error *err);

#endif

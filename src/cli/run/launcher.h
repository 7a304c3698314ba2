/*
 * launcher.h - `run` outside MPI: look at everything a user can have got wrong,
 * start mpirun, tell how it went.
 */
#ifndef LAUNCHER_H
#define LAUNCHER_H

struct rank_params;

/*
 * ranks         0 = as many as fit
 * max_restarts  how often the ranks may be started again
 * argv          NULL-terminated; what the ranks are given
 * options       the same, only what a round of checkpoints has to be told too:
 *               all options but those that its job file or `output` say
 * returns       the exit status; errors were printed
 */
int launcher_run(const struct rank_params *params,
                 int ranks,
                 int max_restarts,
                 char *const *argv,
                 char *const *options);

#endif

/*
 * child.h - the process at the other end of an isolated backend's pipes.
 */
#ifndef CHILD_H
#define CHILD_H

/*
 * Serve one backend until the pipe closes.  What libraries print to standard
 * output goes to standard error.
 *
 * in_fd, out_fd  frames of pipe_frame.h
 * returns        an exit status
 */
int child_run(int in_fd, int out_fd);

#endif

/*
 * way_out.h - what helps against a disk that takes no more.
 */
#ifndef WAY_OUT_H
#define WAY_OUT_H

struct error;

/* Add it to a message that ends with what the system says of a full disk, a
 * used up quota or a file that may not grow, whichever library passed it on. */
void way_out_add(struct error *err);

#endif

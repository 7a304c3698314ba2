/*
 * near_gpus.h - the GPUs that this process sees, by their place on the PCI bus.
 */
#ifndef NEAR_GPUS_H
#define NEAR_GPUS_H

#include <stddef.h>

struct error;

enum { NEAR_BUS = 32 };

struct near_gpus {
    char (*bus)[NEAR_BUS]; /* [num] "0000:17:00.0", in the order of the list */
    size_t num;
};

struct near_gpus_params {
    const char *visible; /* $CUDA_VISIBLE_DEVICES; NULL = all there are */
    const char *order;   /* $CUDA_DEVICE_ORDER; NULL = by speed */
    const char *buses; /* those of the node, with commas; NULL = the driver's */
    const char *root;  /* in front of /proc and /dev; "" */
};

/*
 * errors  ERR_USAGE: what is seen cannot be told for certain; why
 */
int near_gpus_read(struct near_gpus *out,
                   const struct near_gpus_params *params,
                   struct error *err);
void near_gpus_release(struct near_gpus *self);

#endif

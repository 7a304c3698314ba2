/*
 * device_env.h - a process sees the GPUs of its slot and no others, whatever its
 * library makes of indices.
 */
#ifndef DEVICE_ENV_H
#define DEVICE_ENV_H

struct slot;

/*
 * What $CUDA_VISIBLE_DEVICES becomes for a slot.
 *
 * visible  what it is: indices or names (GPU-..., MIG-...), of which the slot
 *          takes those at its devices; NULL: not set, all by index
 * returns  free(); NULL where the slot's devices are not among them
 */
char *device_env_list(const char *visible, const struct slot *slot);

/* Sets it for this process, before a library looks, and numbers the slot's
 * devices from 0. */
void device_env_apply(struct slot *slot);

#endif

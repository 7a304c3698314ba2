/*
 * fit_net.h - the net, by Adam over batches, with weight decay.
 */
#ifndef FIT_NET_H
#define FIT_NET_H

struct examples;
struct net_weights;

/* Sets all of `out` (zeroed by the caller). */
void fit_net(struct net_weights *out,
             const struct examples *examples,
             int left_out);

#endif

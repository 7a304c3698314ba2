/*
 * net.h - the small network's score of a window of words.
 *
 * Filters of four words over embedded words and places, their maxima over
 * four zones, one hidden layer.  A filter's sum over four words is taken from
 * a table of what each word adds at each of the four places under it, made
 * when the word is met first; so a word costs additions only.
 */
#ifndef NET_H
#define NET_H

struct net;
struct net_weights;
struct window;

/* The largest sum that filters can reach, which sets the scale of the table:
 * whole numbers of 16 bits. */
double net_most(const struct net_weights *weights);

/* `weights` is borrowed and must outlive the net; `most` is net_most(). */
struct net *net_create(const struct net_weights *weights, double most);
void net_destroy(struct net *net); /* accepts NULL */

/* The logit; from any thread, and the same wherever floats are IEEE and not fused. */
double net_score(struct net *net, const struct window *window);

#endif

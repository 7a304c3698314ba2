/*
 * outlook_roles.h - judges and the like in an outlook: behind the models, those
 * that workers answer for, in the order of enum role.
 */
#ifndef OUTLOOK_ROLES_H
#define OUTLOOK_ROLES_H

struct outlook;
struct outlook_earlier;
struct sweep;

/* Their speeds and loads.  earlier: or NULL */
void outlook_see_roles(struct outlook *self,
                       const struct sweep *sweep,
                       const struct outlook_earlier *earlier);

/* For a forecast, before outlook_place(): what they will be asked, as units that
 * come when those that they are about are done.  Nothing of one whose speed is
 * unknown. */
void outlook_add_roles(struct outlook *self, const struct sweep *sweep);

/* Of models, then roles: [num_models + num_roles]; free() */
const char **outlook_names(const struct outlook *self);

#endif

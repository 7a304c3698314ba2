/*
 * export_folder.h - whether an export may write into a folder: what somebody else
 * has there is not written over.
 */
#ifndef EXPORT_FOLDER_H
#define EXPORT_FOLDER_H

struct error;
struct export_params;
struct export_source;

/*
 * Take the folder, which is there, before anything is written.  One that was
 * empty is marked as an export's own (.trustsweep-export), and another export may
 * write over all that is in it.  In any other one nothing may be of a name that is
 * written, unless it is seen to be of the same kind.
 *
 * format  as export_find() knows it
 * errors  ERR_USAGE: something would be lost; ERR_IO
 */
int export_folder_take(const char *format,
                       const struct export_params *params,
                       const struct export_source *source,
                       struct error *err);

#endif

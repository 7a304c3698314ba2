/*
 * self_contained.h - whether all that an HDF5 file holds is its own.
 *
 * HDF5 lets a file name others: links to them, data that lies in any file at all,
 * datasets that are made of others, filters whose libraries are loaded.  Who made
 * such a file would have whoever reads it read what it names, and pass that on in a
 * report or an export.  A results file has nothing of that, so that a file which
 * does is none.
 */
#ifndef SELF_CONTAINED_H
#define SELF_CONTAINED_H

#include <hdf5.h>

struct error;

/* For the whole process, before a file is opened: no link leads into another file,
 * and no library is loaded for a filter. */
void self_contained_begin(void);

/*
 * Looks at every link of the file and at how every dataset is stored; reads no
 * data.  Afterwards a path names what lies in this file.
 *
 * errors  ERR_FORMAT names the first that leads out of it, or cannot be looked at
 */
int self_contained_check(hid_t file, struct error *err);

#endif

/*
 * writer_params.h - models, columns, repeats and tasks: what is known before
 * the first record.
 */
#ifndef WRITER_PARAMS_H
#define WRITER_PARAMS_H

#include "store/writer.h"

#include <hdf5.h>

int params_write(hid_t file,
                 const struct writer_params *params,
                 struct error *err);

#endif

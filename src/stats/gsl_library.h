/*
 * gsl_library.h - which GNU Scientific Library runs.
 */
#ifndef GSL_LIBRARY_H
#define GSL_LIBRARY_H

/* "2.7.1" */
const char *gsl_library(void);

#endif

#include "stats/gsl_library.h"

#include <gsl/gsl_version.h>

const char *gsl_library(void)
{
    return gsl_version;
}

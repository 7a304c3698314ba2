/*
 * report_assets.h - where the parts of a page are.
 */
#ifndef REPORT_ASSETS_H
#define REPORT_ASSETS_H

struct error;
struct text;

/* A part of ours, "page.html", of the installation.  ERR_IO. */
int report_assets_part(const char *name, struct text *out, struct error *err);

/*
 * A chart library: looked for in `folder` where one is given, else in
 * $TRUSTSWEEP_ASSETS, the installation and the cache of scripts/assets.sh.
 *
 * name    "vega" or "vega-lite"
 * errors  ERR_IO names the places tried and how to get it; ERR_FORMAT when it
 *         could end the element that it is put into
 */
int report_assets_library(const char *name,
                          const char *folder,
                          struct text *out,
                          struct error *err);

#endif
